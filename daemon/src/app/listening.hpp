#pragma once
#include <string>

#include "http/authority.hpp"

namespace understudy::daemon::app {

/// The address a socket listens on; an empty host if it is not a TCP socket.
[[nodiscard]] http::HostPort bound_to(int listening_fd);

/// "http://127.0.0.1:8787", "http://[::1]:8787"
[[nodiscard]] std::string url_of(const http::HostPort& at, bool tls = false);

/// Whether another program listens on that loopback address.
[[nodiscard]] bool is_taken(const std::string& host, std::uint16_t port);

/// The address for clients on this machine: a wildcard becomes loopback.
[[nodiscard]] http::HostPort reached_here(http::HostPort at);

}  // namespace understudy::daemon::app
