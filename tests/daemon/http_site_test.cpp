#include "http/site.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "http/respond.hpp"

namespace http = understudy::daemon::http;
using http::Access;
using http::Method;

namespace {

struct Setup {
  http::Router router{};
  http::Gate gate;
  http::StaticFiles files{{"/nonexistent/dist"}};
  http::Site site{router, gate, &files};

  explicit Setup(http::GateOptions options = {}) : gate(std::move(options)) {
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

/// The status of an immediate answer, or the pattern of the matching route.
std::string admitted(Setup& setup, http::Request request) {
  const auto admission = setup.site.admit(request);
  return admission.answer ? std::to_string(admission.answer->status) : admission.route->pattern;
}

const std::pair<std::string, std::string> browser{"Accept", "text/html,*/*;q=0.8"};

}  // namespace

TEST_CASE("a path is a page for browsers and JSON for others", "[http]") {
  Setup setup;
  auto page = call(Method::get, "/agents?x=1", {browser});
  const auto admission = setup.site.admit(page);
  REQUIRE(admission.answer);
  CHECK(admission.answer->headers.get("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.route == "(static)");
  CHECK(admitted(setup, call(Method::get, "/agents")) == "/agents");
  CHECK(admitted(setup, call(Method::get, "/health", {browser})) == "/health");
  CHECK(admitted(setup, call(Method::get, "/nothing", {browser})) == "404");

  auto data = call(Method::get, "/agents");
  static_cast<void>(setup.site.admit(data));
  auto response = http::json(200, "[]");
  setup.site.finish(data, response);
  CHECK(response.headers.get("Vary") == "Accept-Encoding, Accept");
}

TEST_CASE("beyond loopback only health, the login and the dashboard's own files are without token",
          "[http]") {
  http::GateOptions options;
  options.operator_token = "secret";
  Setup setup(options);
  const auto from_afar = [](Method method, std::string target, http::Pairs headers = {}) {
    auto request = call(method, std::move(target), std::move(headers));
    request.local_address = "10.1.2.3";
    return request;
  };
  CHECK(admitted(setup, from_afar(Method::get, "/health")) == "/health");
  CHECK(admitted(setup, from_afar(Method::get, "/agents", {browser})) == "200");
  CHECK(admitted(setup, from_afar(Method::get, "/agents")) == "401");
  CHECK(admitted(setup, from_afar(Method::post, "/v1/traces")) == "401");
  CHECK(admitted(setup, from_afar(Method::get, "/agents", {{"Authorization", "Bearer secret"}})) ==
        "/agents");
}

TEST_CASE("every answer is reported with its route", "[http][audit]") {
  Setup setup;
  std::vector<std::string> heard;
  setup.site.on_answer = [&](const http::Request& request, int status) {
    heard.push_back(std::to_string(status) + " " + (request.matched ? request.matched->pattern : "-"));
  };
  for (auto request : {call(Method::put, "/config"), call(Method::get, "/nowhere"),
                       call(Method::get, "/agents", {{"Origin", "https://evil.example"}})}) {
    auto answer = std::move(*setup.site.admit(request).answer);
    setup.site.finish(request, answer);
  }
  CHECK(heard == std::vector<std::string>{"401 /config", "404 -", "403 -"});
}

TEST_CASE("access is checked before the request itself", "[http]") {
  Setup setup;
  const http::Pairs body{{"Content-Type", "text/plain"}, {"Content-Length", "3"}};
  CHECK(admitted(setup, call(Method::put, "/config", body)) == "401");
  http::GateOptions options;
  options.operator_token = "secret";
  setup.gate.configure(options);
  auto headers = body;
  headers.emplace_back("Authorization", "Bearer secret");
  CHECK(admitted(setup, call(Method::put, "/config", headers)) == "415");
}

TEST_CASE("a route may take any media type", "[http]") {
  Setup setup;
  const http::Pairs protobuf{
      {"Content-Type", "application/x-protobuf"}, {"Content-Length", "3"}, {"Content-Encoding", "gzip"}};
  CHECK(admitted(setup, call(Method::post, "/v1/traces", protobuf)) == "/v1/traces");
}

TEST_CASE("a preflight is answered with the methods of the path", "[http]") {
  http::GateOptions options;
  options.allowed_origins = {"https://ops.example"};
  Setup setup(options);
  auto preflight = call(Method::options, "/config",
                        {{"Origin", "https://ops.example"}, {"Access-Control-Request-Method", "PUT"}});
  const auto admission = setup.site.admit(preflight);
  REQUIRE(admission.answer);
  auto response = *admission.answer;
  setup.site.finish(preflight, response);
  CHECK(response.status == 204);
  CHECK(response.headers.get("Access-Control-Allow-Methods") == "PUT, OPTIONS");
  CHECK(response.headers.get("Access-Control-Allow-Origin") == "https://ops.example");
}

TEST_CASE("a prefix may render its own refusals", "[http]") {
  Setup setup;
  setup.site.render_refusals("/v1/", [](const http::Request&, int status, std::string_view) {
    return http::json(status, R"({"detail":"no"})");
  });
  http::GateOptions options;
  options.store_needs_token = true;
  setup.gate.configure(options);
  auto request = call(Method::post, "/v1/traces");
  const auto admission = setup.site.admit(request);
  REQUIRE(admission.answer);
  CHECK(admission.answer->status == 401);
  CHECK(std::get<std::string>(admission.answer->body) == R"({"detail":"no"})");
  CHECK(admission.answer->headers.get("WWW-Authenticate"));
}

TEST_CASE("an answer is data: nothing in it runs, and no other origin may embed it", "[http]") {
  Setup setup;
  auto request = call(Method::get, "/agents");
  REQUIRE_FALSE(setup.site.admit(request).answer);
  auto answer = http::json(200, "[]");
  setup.site.finish(request, answer);
  CHECK(answer.headers.get("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
  CHECK(answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(answer.headers.get("X-Content-Type-Options") == "nosniff");
  auto page = call(Method::get, "/agents", {browser});
  auto shown = *setup.site.admit(page).answer;
  setup.site.finish(page, shown);
  CHECK_THAT(std::string(*shown.headers.get("Content-Security-Policy")),
             Catch::Contains("script-src 'self'"));
}

TEST_CASE("the host of an absolute target is checked as a Host field is", "[http]") {
  http::GateOptions options;
  options.allowed_hosts = {"ops.example"};
  Setup setup(options);
  const auto asked = [&](const std::string& target) {
    auto request = call(Method::get, target);
    request.headers = {};  // HTTP/1.0 needs no Host
    request.is_http_1_0 = true;
    return admitted(setup, std::move(request));
  };
  CHECK(asked("/agents") == "/agents");
  CHECK(asked("http://evil.example/agents") == "403");
  CHECK(asked("http://ops.example/agents") == "401");
  CHECK(asked("http://ops.example/health") == "/health");
  CHECK(asked("http://@/health") == "403");
}
