#pragma once
#include <string>

namespace understudy::daemon::runtime {

/// To the process group that `pid` in a spool names, when it is that task's indeed: the file is the agent's
/// to write, and may name anybody.
void signal_group(const std::string& spool_dir, int number);

}  // namespace understudy::daemon::runtime
