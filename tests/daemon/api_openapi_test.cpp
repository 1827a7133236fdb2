#include <set>

#include "daemon/api_world.hpp"
#include "http/gate.hpp"

namespace {

using Operations = std::set<std::string>;

/// "get /agents/{name}" for every operation of the document: paths are indented by two, methods by four.
Operations documented() {
  std::ifstream file(std::string(UNDERSTUDY_TEST_DATA) + "/../../docs/openapi.yaml");
  REQUIRE(file);
  const std::set<std::string> methods{"get", "put", "post", "delete", "patch"};
  Operations operations;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("components:")) break;
    const auto indent = line.find_first_not_of(' ');
    const auto key =
        line.substr(std::min(indent, line.size()), line.find(':') - std::min(indent, line.size()));
    if (indent == 2 && key.starts_with('/')) path = key;
    if (indent == 4 && methods.contains(key)) operations.insert(key + " " + path);
  }
  return operations;
}

Operations served(const understudy::daemon::http::Router& router) {
  Operations operations;
  for (const auto* route : router.routes())
    operations.insert(understudy::daemon::http::to_lower(understudy::daemon::http::to_string(route->method)) +
                      " " + route->pattern);
  return operations;
}

}  // namespace

TEST_CASE("the OpenAPI document and the routes name the same operations", "[api][openapi]") {
  api_world::Daemon daemon;
  understudy::daemon::http::Gate gate{{}};
  understudy::daemon::http::add_session_routes(daemon.router, gate);
  CHECK(documented() == served(daemon.router));
}

TEST_CASE("only the operator changes agents or configuration, and reads ledgers and transcripts", "[api]") {
  api_world::Daemon daemon;
  using understudy::daemon::http::Access;
  for (const auto* route : daemon.router.routes()) {
    INFO(route->pattern);
    if (route->access == Access::store)
      continue;  // for the store's clients; handlers refuse them our agents' rollouts
    const bool changes =
        route->method != understudy::daemon::http::Method::get && route->pattern != "/config/check";
    const bool private_history = route->pattern.ends_with("/provider-events") ||
                                 route->pattern.ends_with("/transcript") || route->pattern == "/tokens" ||
                                 route->pattern == "/audit";
    if (changes || private_history)
      CHECK(route->access == Access::operator_);
    else
      CHECK(route->access == (route->pattern == "/health" ? Access::open : Access::read));
  }
}
