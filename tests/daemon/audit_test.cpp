// The audit log: which requests are recorded, and that nobody can fill the disk with entries.
#include <catch2/catch.hpp>

#include "http/audit.hpp"
#include "http/router.hpp"

namespace http = understudy::daemon::http;
using http::Access;
using http::Method;

namespace {

constexpr std::int64_t minute = 60'000;

http::Request request(const http::Route& route, bool is_operator) {
  http::Request result;
  result.method = route.method;
  result.path = route.pattern;
  result.matched = &route;
  result.peer = "127.0.0.1";
  result.is_operator = is_operator;
  if (is_operator) result.actor = "operator";
  return result;
}

bool is_recorded(const http::Route& route, bool is_operator, int status) {
  return http::audit_entry(request(route, is_operator), status).has_value();
}

http::AuditEntry audit_entry(std::int64_t ts, std::string peer, bool refused, std::string subject = "x") {
  return {.ts = ts,
          .actor = refused ? "nobody" : "operator",
          .peer = std::move(peer),
          .action = "POST /agents/{name}/pause",
          .subject = std::move(subject),
          .result = refused ? "401 Unauthorized" : "200 OK",
          .refused = refused};
}

}  // namespace

TEST_CASE("what an operator changes is recorded, whatever came of it", "[audit]") {
  const http::Route pause{.method = Method::post, .pattern = "/agents/{name}/pause"};
  CHECK(is_recorded(pause, true, 200));
  CHECK(is_recorded(pause, true, 409));
  auto call = request(pause, true);
  call.params = {{"name", "coder-a"}};
  const auto entry = http::audit_entry(call, 200);
  REQUIRE(entry);
  CHECK(entry->actor == "operator");
  CHECK(entry->action == "POST /agents/{name}/pause");
  CHECK(entry->subject == "coder-a");
  CHECK(entry->result == "200 OK");
  CHECK_FALSE(entry->refused);
}

TEST_CASE("reads and routine writes of the store's clients are not recorded", "[audit]") {
  CHECK_FALSE(is_recorded({.method = Method::get, .pattern = "/agents", .access = Access::read}, true, 200));
  CHECK_FALSE(
      is_recorded({.method = Method::post, .pattern = "/spans", .access = Access::store}, false, 201));
  const http::Route search{
      .method = Method::post, .pattern = "/rollouts/search", .access = Access::store, .only_reads = true};
  CHECK_FALSE(is_recorded(search, true, 200));
  CHECK(
      is_recorded({.method = Method::post, .pattern = "/rollouts/{id}", .access = Access::store}, true, 200));
}

TEST_CASE("every refusal for a missing right is recorded, and failed sign-ins too", "[audit]") {
  CHECK(is_recorded({.method = Method::get, .pattern = "/agents", .access = Access::read}, false, 401));
  CHECK(is_recorded({.method = Method::post, .pattern = "/spans", .access = Access::store}, false, 401));
  CHECK(is_recorded({.method = Method::put, .pattern = "/config"}, false, 403));
  const http::Route sign_in{.method = Method::post, .pattern = "/session", .access = Access::open};
  for (const int status : {200, 400, 401, 429}) {
    const auto entry = http::audit_entry(request(sign_in, false), status);
    REQUIRE(entry);
    CHECK(entry->action == "POST /session (sign-in)");
    CHECK(entry->refused == (status != 200));
  }
  // An open route refuses nobody; the answer tells that the token is wrong.
  const http::Route who{.method = Method::get, .pattern = "/session", .access = Access::open};
  CHECK_FALSE(is_recorded(who, false, 200));
  auto guess = request(who, false);
  guess.headers.add("Authorization", "Bearer 0123456789");
  const auto entry = http::audit_entry(guess, 200);
  REQUIRE(entry);
  CHECK(entry->action == "GET /session (wrong token)");
  CHECK(entry->refused);
  const http::Route spans{.method = Method::post, .pattern = "/spans", .access = Access::store};
  auto exporter = request(spans, false);
  exporter.headers.add("Authorization",
                       "Bearer 0123456789");  // a key for another service; none is needed here
  CHECK_FALSE(http::audit_entry(exporter, 201));
  http::Request stranger{.method = Method::get, .path = "/" + std::string(5000, 'x')};
  CHECK(http::audit_entry(stranger, 403)->subject.size() == 200);
}

TEST_CASE("what one caller repeats is counted, not recorded again", "[audit]") {
  http::AuditTrail trail;
  int recorded = 0;
  for (int i = 0; i < 100; ++i)
    recorded += trail.record(audit_entry(1'000 + i, "10.0.0.1", true, std::to_string(i))) ? 1 : 0;
  CHECK(recorded == 5);
  CHECK(trail.take(2'000).size() == 5);
  CHECK(trail.is_counting());
  const auto rest = trail.take(1'000 + minute);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].result == "401 Unauthorized, 95 more times within a minute");
  CHECK_FALSE(trail.is_counting());
  // Recorded again in the next minute.
  CHECK(trail.record(audit_entry(2 * minute, "10.0.0.1", true)));
}

TEST_CASE("many strangers cannot fill the disk", "[audit]") {
  http::AuditTrail trail;
  for (int i = 0; i < 100'000; ++i) trail.record(audit_entry(1'000, "10.0." + std::to_string(i), true));
  CHECK(trail.take(1'000).size() < 300);
  CHECK(trail.take(1'000 + minute).size() < 300);
}

TEST_CASE("changes by operators are recorded one by one", "[audit]") {
  http::AuditTrail trail;
  for (int i = 0; i < 50; ++i) CHECK(trail.record(audit_entry(1'000 + i, "127.0.0.1", false)));
  CHECK(trail.take(2'000).size() == 50);
}
