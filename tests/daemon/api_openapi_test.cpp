#include <set>

#include "daemon/api_world.hpp"
#include "http/gate.hpp"

namespace {

namespace json = boost::json;
using Operations = std::set<std::string>;

json::object served_document(api_world::Daemon& daemon) {
  const auto answer = daemon.get("/openapi.json");
  REQUIRE(answer.status == 200);
  return json::parse(answer.body).as_object();
}

/// "get /agents/{name}" for every operation of the document.
Operations documented(const json::object& document) {
  const std::set<std::string_view> methods{"get", "put", "post", "delete", "patch"};
  Operations operations;
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object())
      if (methods.contains(method)) operations.insert(std::string(method) + " " + std::string(path));
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
  CHECK(documented(served_document(daemon)) == served(daemon.router));
}

TEST_CASE("the daemon serves its OpenAPI document with its own version", "[api][openapi]") {
  api_world::Daemon daemon;
  const auto answer = daemon.get("/openapi.json");
  CHECK(answer.field("Content-Type") == "application/json");
  const auto document = served_document(daemon);
  CHECK(document.at("openapi").as_string() == "3.1.0");
  CHECK(document.at("info").at("version").as_string() == UNDERSTUDY_VERSION);
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
