#pragma once
#include <string>

namespace understudy::daemon::runtime {

/// Signals the process group that `pid` in a spool names, if it really is that task's: an agent can write the
/// file, and name any process.
void signal_group(const std::string& spool_dir, int number);

}  // namespace understudy::daemon::runtime
