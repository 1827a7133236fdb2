#include "daemon/http_world.hpp"

using namespace world;
using namespace std::chrono_literals;
using http::Method;

TEST_CASE("a slow client is answered 408 and disconnected", "[http]") {
  const std::string part =
      GENERATE(as<std::string>{}, "GET /hel", "GET /hello HTTP/1.1\r\nHost: loc",
               "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n123");
  auto options = quick();
  options.header_timeout = 50ms;
  options.body_timeout = 50ms;
  World world(options);
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    const auto answer = co_await client.ask(part);
    CHECK(answer.status == 408);
    CHECK(answer.field("Connection") == "close");
    co_await client.ends();
  });
}

TEST_CASE("trickling bytes do not extend a timeout", "[http]") {
  auto options = quick();
  options.header_timeout = 60ms;
  World world(options);
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    const auto begun = std::chrono::steady_clock::now();
    const std::string text = get("/hello", "X: " + std::string(200, 'x') + "\r\n");
    for (std::size_t i = 0; i < 20; ++i) {
      co_await client.send(text.substr(i, 1));
      co_await w.wait(8ms);
    }
    co_await client.next_is(408);
    CHECK(std::chrono::steady_clock::now() - begun < 2s);
  });
}

TEST_CASE("an idle connection is closed silently", "[http]") {
  auto options = quick();
  options.idle_timeout = 50ms;
  World world(options);
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.ends();
    auto used = co_await w.client();
    co_await used.gives(200, get("/hello"));
    co_await used.ends();
  });
}

TEST_CASE("a client that never reads is disconnected", "[http]") {
  auto options = quick();
  options.write_timeout = 50ms;
  World world(options);
  world.add(Method::get, "/large",
            [](http::Request&) { return http::text(200, std::string(64 * 1024 * 1024, 'x')); });
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(get("/large"));
    co_await w.soon([&] { return w.metrics.routes().size() == 1 && w.server.connections() == 0; });
  });
}

TEST_CASE("a half-sent request of a client that is gone costs nothing", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n123");
    client.close();
    co_await w.soon([&] { return w.server.connections() == 0; });
    CHECK(w.failures.empty());
  });
}

TEST_CASE("a half-closed client still gets its answer", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(get("/hello"));
    client.socket().shutdown(tcp::socket::shutdown_send);
    co_await client.next_is(200);
  });
}
