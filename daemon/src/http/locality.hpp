#pragma once
#include "http/types.hpp"

namespace understudy::daemon::http {

/// Whether client and daemon are on one machine with nobody between them, as far as the connection and the
/// request can tell: both addresses and the Host are loopback, and no field shows a proxy. Anything else
/// counts as remote, also what is not known.
[[nodiscard]] bool is_local(const Request& request);

}  // namespace understudy::daemon::http
