#pragma once
#include "config/parse.hpp"

namespace understudy::daemon::config {

/// Looks into the files that service.tls names. What is wrong with them is one more problem, and then there
/// is no configuration. Not for strangers: the answer says what is on the disk.
void check_tls_files(Parsed& parsed);

}  // namespace understudy::daemon::config
