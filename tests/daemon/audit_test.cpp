// Who did what, and who was refused: what is worth a row, and that nobody can fill the disk with rows.
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

bool is_told(const http::Route& route, bool is_operator, int status) {
  return http::deed_of(request(route, is_operator), status).has_value();
}

http::Deed deed(std::int64_t ts, std::string peer, bool refused, std::string subject = "x") {
  return {.ts = ts,
          .actor = refused ? "nobody" : "operator",
          .peer = std::move(peer),
          .action = "POST /agents/{name}/pause",
          .subject = std::move(subject),
          .result = refused ? "401 Unauthorized" : "200 OK",
          .refused = refused};
}

}  // namespace

TEST_CASE("what an operator changes is told, whatever came of it", "[audit]") {
  const http::Route pause{.method = Method::post, .pattern = "/agents/{name}/pause"};
  CHECK(is_told(pause, true, 200));
  CHECK(is_told(pause, true, 409));
  auto call = request(pause, true);
  call.params = {{"name", "coder-a"}};
  const auto told = http::deed_of(call, 200);
  REQUIRE(told);
  CHECK(told->actor == "operator");
  CHECK(told->action == "POST /agents/{name}/pause");
  CHECK(told->subject == "coder-a");
  CHECK(told->result == "200 OK");
  CHECK_FALSE(told->refused);
}

TEST_CASE("reads and the daily work of the store's clients are not told", "[audit]") {
  CHECK_FALSE(is_told({.method = Method::get, .pattern = "/agents", .access = Access::read}, true, 200));
  CHECK_FALSE(is_told({.method = Method::post, .pattern = "/spans", .access = Access::store}, false, 201));
  const http::Route search{
      .method = Method::post, .pattern = "/rollouts/search", .access = Access::store, .only_reads = true};
  CHECK_FALSE(is_told(search, true, 200));
  CHECK(is_told({.method = Method::post, .pattern = "/rollouts/{id}", .access = Access::store}, true, 200));
}

TEST_CASE("every refusal for want of a right is told, and failed sign-ins too", "[audit]") {
  CHECK(is_told({.method = Method::get, .pattern = "/agents", .access = Access::read}, false, 401));
  CHECK(is_told({.method = Method::post, .pattern = "/spans", .access = Access::store}, false, 401));
  CHECK(is_told({.method = Method::put, .pattern = "/config"}, false, 403));
  const http::Route sign_in{.method = Method::post, .pattern = "/session", .access = Access::open};
  for (const int status : {200, 400, 401, 429}) {
    const auto told = http::deed_of(request(sign_in, false), status);
    REQUIRE(told);
    CHECK(told->action == "POST /session (sign-in)");
    CHECK(told->refused == (status != 200));
  }
  // Nothing refuses who asks with a wrong token for what is open; he learns by the answer that it is wrong.
  const http::Route who{.method = Method::get, .pattern = "/session", .access = Access::open};
  CHECK_FALSE(is_told(who, false, 200));
  auto guess = request(who, false);
  guess.headers.add("Authorization", "Bearer 0123456789");
  const auto told = http::deed_of(guess, 200);
  REQUIRE(told);
  CHECK(told->action == "GET /session (wrong token)");
  CHECK(told->refused);
  const http::Route spans{.method = Method::post, .pattern = "/spans", .access = Access::store};
  auto exporter = request(spans, false);
  exporter.headers.add("Authorization",
                       "Bearer 0123456789");  // with a key for somebody else, and nobody asks for one here
  CHECK_FALSE(http::deed_of(exporter, 201));
  http::Request stranger{.method = Method::get, .path = "/" + std::string(5000, 'x')};
  CHECK(http::deed_of(stranger, 403)->subject.size() == 200);
}

TEST_CASE("what one caller repeats is counted, not told again", "[audit]") {
  http::AuditTrail trail;
  int told = 0;
  for (int i = 0; i < 100; ++i)
    told += trail.note(deed(1'000 + i, "10.0.0.1", true, std::to_string(i))) ? 1 : 0;
  CHECK(told == 5);
  CHECK(trail.take(2'000).size() == 5);
  CHECK(trail.is_counting());
  const auto rest = trail.take(1'000 + minute);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].result == "401 Unauthorized, 95 more times within a minute");
  CHECK_FALSE(trail.is_counting());
  // The next minute is told again.
  CHECK(trail.note(deed(2 * minute, "10.0.0.1", true)));
}

TEST_CASE("a crowd of strangers cannot fill the disk", "[audit]") {
  http::AuditTrail trail;
  for (int i = 0; i < 100'000; ++i) trail.note(deed(1'000, "10.0." + std::to_string(i), true));
  CHECK(trail.take(1'000).size() < 300);
  CHECK(trail.take(1'000 + minute).size() < 300);
}

TEST_CASE("what operators change is told one by one", "[audit]") {
  http::AuditTrail trail;
  for (int i = 0; i < 50; ++i) CHECK(trail.note(deed(1'000 + i, "127.0.0.1", false)));
  CHECK(trail.take(2'000).size() == 50);
}
