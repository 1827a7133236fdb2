#include "http/site.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "http/respond.hpp"

namespace http = understudy::daemon::http;
using http::Access;
using http::Method;

namespace {

struct Place {
  http::Router router{};
  http::Gate gate;
  http::StaticFiles files{{"/nonexistent/dist"}};
  http::Site site{router, gate, &files};

  explicit Place(http::GateOptions options = {}) : gate(std::move(options)) {
    router.add({Method::get, "/agents", Access::read,
                http::plain([](http::Request&) { return http::json(200, "[]"); })});
    router.add(
        {Method::get, "/health", Access::open, http::plain([](http::Request&) { return http::empty(); })});
    router.add({Method::put, "/config", Access::operator_,
                http::plain([](http::Request&) { return http::empty(); })});
    router.add({Method::post, "/v1/traces", Access::store,
                http::plain([](http::Request&) { return http::empty(); }), http::default_max_body,
                http::Accepts::any});
  }
};

http::Request call(Method method, std::string target, http::Pairs headers = {}) {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  request.headers = http::Headers(std::move(headers));
  request.headers.add("Host", "localhost");
  request.peer = request.local_address = "127.0.0.1";
  return request;
}

/// The status it is answered with at once, or the pattern whose handler would run.
std::string admitted(Place& place, http::Request request) {
  const auto admission = place.site.admit(request);
  return admission.answer ? std::to_string(admission.answer->status) : admission.route->pattern;
}

const std::pair<std::string, std::string> browser{"Accept", "text/html,*/*;q=0.8"};

}  // namespace

TEST_CASE("one path is a page to a browser and JSON to everybody else", "[http]") {
  Place place;
  auto page = call(Method::get, "/agents?x=1", {browser});
  const auto admission = place.site.admit(page);
  REQUIRE(admission.answer);
  CHECK(admission.answer->headers.get("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.route == "(static)");
  CHECK(admitted(place, call(Method::get, "/agents")) == "/agents");
  CHECK(admitted(place, call(Method::get, "/health", {browser})) == "/health");
  CHECK(admitted(place, call(Method::get, "/nothing", {browser})) == "404");

  auto data = call(Method::get, "/agents");
  static_cast<void>(place.site.admit(data));
  auto response = http::json(200, "[]");
  place.site.finish(data, response);
  CHECK(response.headers.get("Vary") == "Accept-Encoding, Accept");
}

TEST_CASE("beyond loopback only health, the login and the dashboard's own files are without token",
          "[http]") {
  http::GateOptions options;
  options.operator_token = "secret";
  Place place(options);
  const auto from_afar = [](Method method, std::string target, http::Pairs headers = {}) {
    auto request = call(method, std::move(target), std::move(headers));
    request.local_address = "10.1.2.3";
    return request;
  };
  CHECK(admitted(place, from_afar(Method::get, "/health")) == "/health");
  CHECK(admitted(place, from_afar(Method::get, "/agents", {browser})) == "200");
  CHECK(admitted(place, from_afar(Method::get, "/agents")) == "401");
  CHECK(admitted(place, from_afar(Method::post, "/v1/traces")) == "401");
  CHECK(admitted(place, from_afar(Method::get, "/agents", {{"Authorization", "Bearer secret"}})) ==
        "/agents");
}

TEST_CASE("every answer is heard of, with the route it came from", "[http][audit]") {
  Place place;
  std::vector<std::string> heard;
  place.site.on_answer = [&](const http::Request& request, int status) {
    heard.push_back(std::to_string(status) + " " + (request.matched ? request.matched->pattern : "-"));
  };
  for (auto request : {call(Method::put, "/config"), call(Method::get, "/nowhere"),
                       call(Method::get, "/agents", {{"Origin", "https://evil.example"}})}) {
    auto answer = std::move(*place.site.admit(request).answer);
    place.site.finish(request, answer);
  }
  CHECK(heard == std::vector<std::string>{"401 /config", "404 -", "403 -"});
}

TEST_CASE("who may not call is told so before what is wrong with the call", "[http]") {
  Place place;
  const http::Pairs body{{"Content-Type", "text/plain"}, {"Content-Length", "3"}};
  CHECK(admitted(place, call(Method::put, "/config", body)) == "401");
  http::GateOptions options;
  options.operator_token = "secret";
  place.gate.configure(options);
  auto headers = body;
  headers.emplace_back("Authorization", "Bearer secret");
  CHECK(admitted(place, call(Method::put, "/config", headers)) == "415");
}

TEST_CASE("a route may take any media type", "[http]") {
  Place place;
  const http::Pairs protobuf{
      {"Content-Type", "application/x-protobuf"}, {"Content-Length", "3"}, {"Content-Encoding", "gzip"}};
  CHECK(admitted(place, call(Method::post, "/v1/traces", protobuf)) == "/v1/traces");
}

TEST_CASE("a preflight is answered with what the path takes", "[http]") {
  http::GateOptions options;
  options.allowed_origins = {"https://ops.example"};
  Place place(options);
  auto preflight = call(Method::options, "/config",
                        {{"Origin", "https://ops.example"}, {"Access-Control-Request-Method", "PUT"}});
  const auto admission = place.site.admit(preflight);
  REQUIRE(admission.answer);
  auto response = *admission.answer;
  place.site.finish(preflight, response);
  CHECK(response.status == 204);
  CHECK(response.headers.get("Access-Control-Allow-Methods") == "PUT, OPTIONS");
  CHECK(response.headers.get("Access-Control-Allow-Origin") == "https://ops.example");
}

TEST_CASE("a prefix may have its own way to refuse", "[http]") {
  Place place;
  place.site.render_refusals("/v1/", [](const http::Request&, int status, std::string_view) {
    return http::json(status, R"({"detail":"no"})");
  });
  http::GateOptions options;
  options.store_needs_token = true;
  place.gate.configure(options);
  auto request = call(Method::post, "/v1/traces");
  const auto admission = place.site.admit(request);
  REQUIRE(admission.answer);
  CHECK(admission.answer->status == 401);
  CHECK(std::get<std::string>(admission.answer->body) == R"({"detail":"no"})");
  CHECK(admission.answer->headers.get("WWW-Authenticate"));
}

TEST_CASE("an answer is data: nothing in it runs, and no other origin may embed it", "[http]") {
  Place place;
  auto request = call(Method::get, "/agents");
  REQUIRE_FALSE(place.site.admit(request).answer);
  auto answer = http::json(200, "[]");
  place.site.finish(request, answer);
  CHECK(answer.headers.get("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
  CHECK(answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(answer.headers.get("X-Content-Type-Options") == "nosniff");
  auto page = call(Method::get, "/agents", {browser});
  auto shown = *place.site.admit(page).answer;
  place.site.finish(page, shown);
  CHECK_THAT(std::string(*shown.headers.get("Content-Security-Policy")),
             Catch::Contains("script-src 'self'"));
}

TEST_CASE("the host that an absolute target names is judged as a Host is", "[http]") {
  http::GateOptions options;
  options.allowed_hosts = {"ops.example"};
  Place place(options);
  const auto asked = [&](const std::string& target) {
    auto request = call(Method::get, target);
    request.headers = {};  // HTTP/1.0 needs no Host
    request.is_http_1_0 = true;
    return admitted(place, std::move(request));
  };
  CHECK(asked("/agents") == "/agents");
  CHECK(asked("http://evil.example/agents") == "403");
  CHECK(asked("http://ops.example/agents") == "401");
  CHECK(asked("http://ops.example/health") == "/health");
  CHECK(asked("http://@/health") == "403");
}
