#pragma once
#include <string>
#include <vector>

#include "http/authority.hpp"

namespace understudy::daemon::app {

/// Where a listening socket listens, as the kernel says; an empty host when it is not a TCP socket.
[[nodiscard]] http::HostPort bound_to(int listening_fd);

/// "http://127.0.0.1:8787", "http://[::1]:8787"
[[nodiscard]] std::string url_of(const http::HostPort& at, bool tls = false);

/// Whether somebody answers at that loopback address.
[[nodiscard]] bool is_taken(const std::string& host, std::uint16_t port);

/// The same, as this machine reaches it: a wildcard is its loopback.
[[nodiscard]] http::HostPort reached_here(http::HostPort at);

}  // namespace understudy::daemon::app
