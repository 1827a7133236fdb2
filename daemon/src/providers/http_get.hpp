#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace understudy::daemon::providers {

struct Fetched {
  int status{0};
  std::string body;
  std::string date{};  ///< header Date
};

/// One GET to an http:// or https:// address; certificates are verified against the system's roots. At most 4
/// MiB are read. The error is a sentence that names the host, never a header.
boost::asio::awaitable<std::expected<Fetched, std::string>> http_get(
    std::string url, std::vector<std::pair<std::string, std::string>> headers,
    std::chrono::milliseconds limit);

}  // namespace understudy::daemon::providers
