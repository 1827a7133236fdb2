#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/http_world.hpp"
#include "support/random.hpp"
#include "support/scratch.hpp"

using namespace world;
using namespace std::chrono_literals;
using http::Method;

TEST_CASE("a connection serves one request after another", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    for (int i = 0; i < 3; ++i) {
      const auto answer = co_await client.ask(get("/hello"));
      CHECK(answer.status == 200);
      CHECK(answer.body == R"({"hello":"world"})");
      CHECK(answer.field("Content-Type") == "application/json");
      CHECK(answer.field("X-Content-Type-Options") == "nosniff");
      CHECK(answer.field("Cache-Control") == "no-store");
    }
    CHECK(w.server.connections() == 1);
  });
}

TEST_CASE("pipelined requests are answered in order", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(post("/echo", "\"1\"") + post("/echo", "\"2\"") + get("/none") +
                         post("/echo", "\"4\""));
    std::string bodies;
    for (int i = 0; i < 4; ++i) {
      const auto answer = co_await client.answer();
      bodies += answer.status == 200 ? answer.body : std::to_string(answer.status);
    }
    CHECK(bodies == "\"1\"\"2\"404\"4\"");
  });
}

TEST_CASE("HEAD tells the length and sends no body", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = co_await client.answer(false);
    CHECK(head.status == 200);
    CHECK(head.field("Content-Length") == "17");
    co_await client.gives(200, get("/hello"));
  });
}

TEST_CASE("refusals are problem documents with the right status", "[http]") {
  const auto [text, status] = GENERATE(table<std::string, int>({
      {get("/none"), 404},
      {"DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {"BREW /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {get("/hello/%zz"), 400},
      {get("/hello?a=%ff"), 400},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403},
      {get("/hello", "Origin: https://evil.example\r\n"), 403},
      {post("/echo", "{}", "Content-Type: text/plain\r\n"), 415},
      {post("/echo", "{}", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"), 415},
      {post("/echo", "{}", "Expect: miracles\r\n"), 417},
      {"nonsense\r\n\r\n", 400},
      {"GET /hello HTTP/9.9\r\nHost: localhost\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: localhost\r\nBad Header\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
       400},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {std::string(300, '\0') + "\r\n\r\n", 400},
      {get("/hello", "X-Large: " + std::string(17 * 1024, 'x') + "\r\n"), 431},
      {"GET /" + std::string(20 * 1024, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 431},
  }));
  World world;
  world.run([&](World& w) -> awaitable<void> {
    const auto answer = co_await w.ask(text);
    INFO(text.substr(0, 100));
    CHECK(answer.status == status);
    CHECK(answer.field("Content-Type") == "application/problem+json");
    CHECK(boost::json::parse(answer.body).at("status") == status);
    co_await w.gives(200, get("/hello"));
  });
}

TEST_CASE("a wrong method names the right ones", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    const auto wrong = co_await w.ask(post("/hello", "{}"));
    CHECK(wrong.field("Allow") == "GET, HEAD, OPTIONS");
    const auto options = co_await w.ask("OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(options.status == 204);
    CHECK(options.field("Allow") == "POST, OPTIONS");
    co_await w.gives(204, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
  });
}

TEST_CASE("bodies come with a length, in chunks, or not at all", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    co_await w.gives_body("{\"a\":1}", post("/echo", "{\"a\":1}"));
    co_await w.gives_body("{}", post("/echo", "{}", "Content-Type: application/x+json; charset=utf-8\r\n"));
    co_await w.gives(200, post("/echo", "", "Content-Type: text/plain\r\n"));
    co_await w.gives(200, "POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto chunked = co_await w.ask(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n");
    CHECK(chunked.body == "[1,2]");
    const std::string large = fmt::format("\"{}\"", std::string(3'000'000, 'x'));
    co_await w.gives_body(large, post("/echo", large));
  });
}

TEST_CASE("a body above the route's limit is refused before or while it arrives", "[http]") {
  World world;
  world.router.add({Method::post, "/small", http::Access::read,
                    http::plain([](http::Request&) { return http::empty(); }), 10});
  world.run([](World& w) -> awaitable<void> {
    co_await w.gives(204, post("/small", "\"12345678\""));
    co_await w.gives(413, post("/small", "\"123456789\""));
    co_await w.gives(413, post("/echo", std::string(9 * 1024 * 1024, ' ')));
    co_await w.gives(413, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999\r\n\r\n");
    const auto chunked = co_await w.ask(
        "POST /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
        "chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n");
    CHECK(chunked.status == 413);
  });
}

TEST_CASE("100 Continue is sent once the body is welcome", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    co_await client.next_is(100);
    co_await client.gives_body("[]", "[]");
    co_await client.send(
        "POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    co_await client.next_is(404);
  });
}

TEST_CASE("two hundred clients at once are all served", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    std::vector<Client> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(co_await w.client());
    for (auto& client : clients) co_await client.send(get("/hello"));
    int served = 0;
    for (auto& client : clients) served += (co_await client.answer()).status == 200 ? 1 : 0;
    CHECK(served == 200);
    CHECK(w.server.connections() == 200);
  });
}

TEST_CASE("a handler that throws causes a 500, a line in the log, and nothing else", "[http]") {
  World world;
  world.add(Method::get, "/broken",
            [](http::Request&) -> http::Response { throw std::runtime_error("the disk is gone"); });
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    const auto answer = co_await client.ask(get("/broken"));
    CHECK(answer.status == 500);
    CHECK_THAT(answer.body, !Catch::Contains("disk"));
    CHECK(w.failures == std::vector<std::string>{"GET /broken failed: the disk is gone"});
    co_await client.gives(200, get("/hello"));
  });
}

TEST_CASE("files are sent in full, in part, and never with a false length", "[http]") {
  const understudy::support::Scratch scratch;
  const std::filesystem::path path = scratch / "file";
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += std::to_string(i) + "\n";
  std::ofstream(path) << content;
  World world;
  world.add(Method::get, "/file",
            [&](http::Request& request) { return http::file(request, path, "application/x-ndjson"); });
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.gives_body(content, get("/file"));
    const auto part = co_await client.ask(get("/file", "Range: bytes=5-9\r\n"));
    CHECK(part.status == 206);
    CHECK(part.body == content.substr(5, 5));
    co_await client.gives(416, get("/file", "Range: bytes=99999999-\r\n"));
    co_await client.send("HEAD /file HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = co_await client.answer(false);
    CHECK(head.field("Content-Length") == std::to_string(content.size()));
  });
}

TEST_CASE("logging in over the wire gives the operator's rights", "[http]") {
  World world;
  world.router.add({Method::post, "/pause", http::Access::operator_,
                    http::plain([](http::Request&) { return http::empty(); })});
  world.run([](World& w) -> awaitable<void> {
    const auto refused = co_await w.ask(post("/pause", ""));
    CHECK(refused.status == 401);
    CHECK(refused.field("WWW-Authenticate") == "Bearer realm=\"understudy\"");
    co_await w.gives(204, post("/pause", "", "Authorization: Bearer " + token + "\r\n"));
    const auto login = co_await w.ask(post("/session", R"({"token":")" + token + R"("})"));
    REQUIRE(login.status == 200);
    const auto cookie = login.field("Set-Cookie");
    const auto with_cookie = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
    co_await w.gives(401, post("/pause", "", with_cookie));  // any port of the host is brought the cookie
    const auto secret = login.body.substr(login.body.find("uss_"), 4 + 64);
    const auto with_both = with_cookie + "X-Understudy-Session: " + secret + "\r\n";
    co_await w.gives(204, post("/pause", "", with_both));
    co_await w.gives_body(R"({"operator":true,"role":"operator","name":"operator"})",
                          get("/session", with_both));
  });
}

TEST_CASE("a token in the path is removed before routing and logging", "[http]") {
  World world;
  auto options = gate_options();
  options.store_token = "storetoken";
  options.store_needs_token = true;
  world.gate.configure(options);
  std::string seen;
  world.router.add(
      {Method::get, "/v1/agl/health", http::Access::store, http::plain([&](http::Request& request) {
         seen = request.target + " " + request.path;
         return http::empty();
       })});
  world.site.render_refusals("/v1/", [](const http::Request&, int status, std::string_view) {
    return http::json(status, R"({"detail":"Not Found"})");
  });
  world.run([&](World& w) -> awaitable<void> {
    co_await w.gives(401, get("/v1/agl/health"));
    co_await w.gives(401, get("/t/wrong/v1/agl/health"));
    co_await w.gives(204, get("/t/storetoken/v1/agl/health?x=1"));
    CHECK(seen == "/v1/agl/health?x=1 /v1/agl/health");
    co_await w.gives(404, get("/t/storetoken/hello"));
    co_await w.gives_body(R"({"detail":"Not Found"})", get("/v1/nothing"));
  });
}

TEST_CASE("old and absolute-form clients are served", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto old = co_await w.client();
    const auto answer = co_await old.ask("GET /hello HTTP/1.0\r\n\r\n");
    CHECK(answer.status == 200);
    co_await old.ends();
    co_await w.gives(200, "GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  });
}

TEST_CASE("every exchange is counted by route", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    for (const auto* path : {"/hello", "/hello", "/none", "/other"}) co_await client.ask(get(path));
    const auto& routes = w.metrics.routes();
    REQUIRE(routes.contains("/hello"));
    CHECK(routes.at("/hello").at(Method::get).count == 2);
    CHECK(routes.at("/hello").at(Method::get).by_status_class[2] == 2);
    CHECK(routes.at("(none)").at(Method::get).by_status_class[4] == 2);
    CHECK(routes.size() == 2);
  });
}

TEST_CASE("whatever bytes arrive, the next client is served", "[http]") {
  auto options = quick();
  options.header_timeout = 20ms;
  options.body_timeout = 20ms;
  World world(options);
  world.run([](World& w) -> awaitable<void> {
    const std::vector<std::string> seeds{
        get("/hello?a=%20b", "Range: bytes=0-1\r\nCookie: a=b; c\r\n"),
        post("/echo", R"({"a":[1,2,{"b":null}]})"),
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"};
    const unsigned seed = 20260715;
    INFO("seed " << seed);
    understudy::support::Random random(seed);
    for (int round = 0; round < 300; ++round) {
      std::string text = seeds[random() % seeds.size()];
      for (unsigned change = random() % 6; change > 0; --change) {
        const auto at = random() % text.size();
        switch (random() % 3) {
          case 0: text[at] = static_cast<char>(random()); break;
          case 1: text.insert(at, 1 + random() % 5, static_cast<char>(random())); break;
          default: text.erase(at, 1 + random() % 8); break;
        }
        if (text.empty()) text = "x";
      }
      auto client = co_await w.client();
      co_await client.send(text);
      client.socket().shutdown(tcp::socket::shutdown_send);
      const auto answered = co_await client.until_closed();
      if (!answered.empty() && !answered.starts_with("HTTP/1.1 ")) FAIL(answered);
    }
    co_await w.gives(200, get("/hello"));
    CHECK(w.failures.empty());
  });
}
