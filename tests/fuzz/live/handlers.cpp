// The operator's body for each route that takes one: an answer below 500, and JSON where JSON is said.
#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "fuzz/live/live_daemon.hpp"

namespace {

/// "/agents/{name}/pause" with things that are there in the captures' places.
std::string filled(std::string_view pattern) {
  std::string path;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '{') {
      path += pattern[at++];
      continue;
    }
    const auto end = pattern.find('}', at);
    const auto name = pattern.substr(at + 1, end - at - 1);
    path += name == "name" ? "a-x" : name == "type" ? "a" : "ro-1";
    at = end + 1;
  }
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using understudy::daemon::http::Method;
  auto& daemon = fuzz::LiveDaemon::current();
  fuzz::Input input(data, size);
  std::vector<const understudy::daemon::http::Route*> writers;
  for (const auto* route : daemon.routes())  // but what could make the daemon run commands: see config.cpp
    if (route->method == Method::post || route->method == Method::patch) writers.push_back(route);
  const auto& route = *writers[input.byte() % writers.size()];
  const auto body = input.rest();
  const auto request = fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      understudy::daemon::http::to_string(route.method), filled(route.pattern), fuzz::LiveDaemon::token,
      body.size(), body);
  const auto answer = daemon.exchange(request);
  // 501 is said of what will never be there, 502 of a provider.
  const bool failed = answer.size() <= 12 || (answer[9] == '5' && answer[11] != '1' && answer[11] != '2');
  if (failed) fmt::print(stderr, "{}\n\n{}\n", request, answer);
  fuzz::require(!failed, "an answer that is not the daemon's own failure");
  const auto head = answer.find("\r\n\r\n");
  if (answer.substr(0, head).find("Content-Type: application/json") == std::string::npos) return 0;
  boost::system::error_code bad;
  static_cast<void>(boost::json::parse(answer.substr(head + 4), bad));
  fuzz::require(!bad, "JSON where JSON is said");
  return 0;
}
