#pragma once
#include <signal.h>
#include <sys/types.h>

#include <initializer_list>

#include "options.hpp"

namespace understudy::shim {

/// Blocks these signals, which are waited for instead; returns them.
sigset_t block_signals(std::initializer_list<int> numbers);
/// As a program expects them at its begin.
void unblock_signals();

/// Reaps strays until `child` itself has ended, and leaves it as a zombie so that its group id stays taken.
void await_child(pid_t child);

/// Kills all that is left of us (we are its subreaper), by `--cgroup` too when there is one, and removes it.
/// Bounded: a child of another user may not die. True when a process of the group was killed for lack of
/// memory.
bool sweep(const Options& options);

}  // namespace understudy::shim
