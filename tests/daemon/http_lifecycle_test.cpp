#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "daemon/http_world.hpp"

using namespace world;
using namespace std::chrono_literals;
using http::Method;

TEST_CASE("a handler learns that its client is gone", "[http]") {
  World world;
  bool abandoned = false;
  world.router.add(
      {Method::get, "/poll", http::Access::read, [&](http::Request& request) -> awaitable<http::Response> {
         asio::steady_timer timer(world.io);
         while (!request.abandoned()) {
           timer.expires_after(2ms);
           co_await timer.async_wait(asio::use_awaitable);
         }
         abandoned = true;
         co_return http::empty();
       }});
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(get("/poll"));
    co_await w.wait(10ms);
    CHECK_FALSE(abandoned);
    client.close();
    co_await w.soon([&] { return abandoned && w.server.connections() == 0; });
  });
}

TEST_CASE("shutting down finishes running requests, and cancels those that do not end", "[http]") {
  World world;
  bool finished = false;
  const auto sleeper = [&](std::chrono::milliseconds time) {
    return [&world, &finished, time](http::Request&) -> awaitable<http::Response> {
      asio::steady_timer timer(world.io, time);
      co_await timer.async_wait(asio::use_awaitable);
      finished = true;
      co_return http::empty();
    };
  };
  world.router.add({Method::get, "/short", http::Access::read, sleeper(30ms)});
  world.router.add({Method::get, "/endless", http::Access::read, sleeper(1h)});
  world.run([&](World& w) -> awaitable<void> {
    auto idle = co_await w.client();
    auto busy = co_await w.client();
    auto stuck = co_await w.client();
    co_await busy.send(get("/short"));
    co_await stuck.send(get("/endless"));
    co_await idle.gives(200, get("/hello"));
    const auto begun = std::chrono::steady_clock::now();
    co_await w.server.shutdown(200ms);
    CHECK(std::chrono::steady_clock::now() - begun < 1s);
    CHECK(finished);
    const auto answer = co_await busy.answer();
    CHECK(answer.status == 204);
    CHECK(answer.field("Connection") == "close");
    co_await idle.ends();
    co_await stuck.ends();
    CHECK(w.failures.empty());
  });
}

TEST_CASE("shutting down does not wait for half-sent requests", "[http]") {
  const std::string part = GENERATE(as<std::string>{}, "GET /hel",
                                    "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n12");
  World world;
  world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(part);
    co_await w.wait(5ms);
    const auto begun = std::chrono::steady_clock::now();
    co_await w.server.shutdown(2s);
    CHECK(std::chrono::steady_clock::now() - begun < 500ms);
    co_await client.ends();
  });
}

TEST_CASE("a listening socket can be inherited", "[http]") {
  World world;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::listen(fd, 8) == 0);
  const auto at = world.server.adopt(fd);
  REQUIRE(at);
  CHECK(at->host == "0.0.0.0");
  world.run([&](World& w) -> awaitable<void> {
    w.port = at->port;
    co_await w.gives(200, get("/hello"));
  });
  CHECK_FALSE(world.server.adopt(0));
}

TEST_CASE("an address that cannot be bound is named", "[http]") {
  World world;
  CHECK_THAT(world.server.listen("203.0.113.1", 1).error(), Catch::Contains("203.0.113.1:1"));
  CHECK_THAT(world.server.listen("example", 1).error(), Catch::Contains("not an IP address"));
}

TEST_CASE("child processes do not inherit the daemon's sockets", "[http]") {
  World world;
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.gives(200, get("/hello"));
    int ours = 0;
    for (int fd = 0; fd < 256; ++fd) {
      sockaddr_in address{};
      socklen_t size = sizeof address;
      if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
      if (address.sin_family != AF_INET || ntohs(address.sin_port) != w.port) continue;
      ++ours;
      CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    }
    CHECK(ours == 2);
  });
}
