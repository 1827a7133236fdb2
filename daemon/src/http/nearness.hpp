#pragma once
#include "http/types.hpp"

namespace understudy::daemon::http {

/// Whether client and daemon are on one machine with nobody between them, as far as the connection and the
/// request can tell: both addresses and the Host are loopback, and nothing says that the request was passed
/// on. Anything else counts as from beyond loopback, also what is not known.
[[nodiscard]] bool is_from_here(const Request& request);

}  // namespace understudy::daemon::http
