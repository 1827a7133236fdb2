#pragma once
#include "config/parse.hpp"

namespace understudy::daemon::config {

/// Checks the files that service.tls names. What is wrong with them is one more error, and then there is no
/// configuration. Only for trusted callers: the errors tell what is on the disk.
void check_tls_files(Parsed& parsed);

}  // namespace understudy::daemon::config
