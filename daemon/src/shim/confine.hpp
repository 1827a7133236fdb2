#pragma once
#include <sys/types.h>

#include "options.hpp"

namespace understudy::shim {

/// As fork(); the child is in `--cgroup DIR` from its first moment, when that is given.
pid_t fork_confined(const Options& options);

/// What a program is held to from its exec on, in the child: `--open-files N` (soft limit), `--mark
/// KEY=VALUE` in its environment, `--no-new-privileges yes`, and its files. False, with errno: it could not
/// be done.
bool confine(const Options& options);

}  // namespace understudy::shim
