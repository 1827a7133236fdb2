#pragma once
#include <string>

#include "http/authority.hpp"

namespace understudy::daemon::app {

/// "http://127.0.0.1:8787", "http://[::1]:8787"
[[nodiscard]] std::string url_of(const http::HostPort& at, bool tls = false);

/// Whether another program listens on that loopback address.
[[nodiscard]] bool is_taken(const std::string& host, std::uint16_t port);

/// The address for clients on this machine: a wildcard becomes loopback.
[[nodiscard]] http::HostPort reached_here(http::HostPort at);

}  // namespace understudy::daemon::app
