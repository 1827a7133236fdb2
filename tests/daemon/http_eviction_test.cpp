#include "http/eviction.hpp"

#include "daemon/http_world.hpp"
#include "http/concurrency_limiter.hpp"

using namespace world;
using namespace std::chrono_literals;
using http::ConcurrencyLimiter;
using http::Method;
using http::Stage;

namespace {

const auto now = std::chrono::steady_clock::now();

http::EvictionCandidate candidate(Stage stage, std::chrono::seconds ago, std::size_t network_connections = 1,
                                  bool trusted = false, std::size_t held = 0) {
  return {stage, trusted, network_connections, held, now - ago};
}

http::Request from(const std::string& peer, bool trusted = false) {
  http::Request request;
  request.peer = peer;
  request.is_operator = trusted;
  return request;
}

/// A handler that answers when it is told to.
struct Gateway {
  asio::steady_timer open;
  explicit Gateway(World& world) : open(world.io, std::chrono::hours{1}) {
    world.router.add(
        {Method::get, "/held", http::Access::read, [this](http::Request&) -> awaitable<http::Response> {
           co_await open.async_wait(as_values);
           co_return http::json(200, "1");
         }});
    world.router.add({Method::get, "/health", http::Access::open,
                      http::plain([](http::Request&) { return http::json(200, "2"); })});
  }
};

const std::string bearer = "Authorization: Bearer " + token + "\r\n";

}  // namespace

TEST_CASE("the longest idle connection is evicted first, one with a token last", "[http][eviction]") {
  const std::vector<http::EvictionCandidate> all{
      candidate(Stage::idle, 5s),     candidate(Stage::idle, 9s),    candidate(Stage::reading, 60s),
      candidate(Stage::sending, 60s), candidate(Stage::busy, 60s),   candidate(Stage::idle, 99s, 1, true),
      candidate(Stage::reading, 0s),  candidate(Stage::sending, 0s), candidate(Stage::idle, 0s)};
  CHECK(http::choose_evictions(all, 9, 100, now) == std::vector<std::size_t>{1, 0, 8, 2, 6, 3, 5});
  CHECK(http::choose_evictions(all, 9, 2, now) == std::vector<std::size_t>{1, 0});
}

TEST_CASE("connections of an address with more than its share are evicted before all others",
          "[http][eviction]") {
  std::vector<http::EvictionCandidate> all(8, candidate(Stage::idle, 1s, 8));
  all.push_back(candidate(Stage::idle, 60s, 1));
  all.push_back(candidate(Stage::reading, 60s, 1));
  const auto order = http::choose_evictions(all, 3, 100, now);
  REQUIRE(order.size() == 10);
  CHECK(order[8] == 8);
  CHECK(order[9] == 9);
}

TEST_CASE("connections that hold bytes are evicted until enough are free", "[http][eviction]") {
  const std::vector<http::EvictionCandidate> all{
      candidate(Stage::idle, 60s), candidate(Stage::sending, 9s, 1, false, 100),
      candidate(Stage::sending, 0s, 1, false, 1000), candidate(Stage::reading, 5s, 1, false, 100)};
  CHECK(http::choose_evictions_for_bytes(all, 4, 50, now) == std::vector<std::size_t>{3});
  CHECK(http::choose_evictions_for_bytes(all, 4, 5000, now) == std::vector<std::size_t>{3, 1});
}

TEST_CASE("a machine's many IPv6 addresses are one network", "[http][eviction]") {
  CHECK(http::peer_network("10.0.0.1") == "10.0.0.1");
  CHECK(http::peer_network("::ffff:10.0.0.1") == "10.0.0.1");
  CHECK(http::peer_network("2001:db8::1:2:3:4") == http::peer_network("2001:db8::5"));
  CHECK(http::peer_network("2001:db8:1::1") != http::peer_network("2001:db8:2::1"));
  CHECK(http::peer_network("::1") == "::1");
}

TEST_CASE("streams and long polls have limits of their own, and some are reserved for tokens",
          "[http][eviction]") {
  ConcurrencyLimiter limiter({.per_kind = 4, .reserved = 1, .per_address = 2});
  std::vector<ConcurrencyLimiter::Permit> permits;
  const auto acquire = [&](ConcurrencyLimiter::Kind kind, const http::Request& request) {
    auto permit = limiter.acquire(kind, request);
    const bool got = permit != nullptr;
    if (got) permits.push_back(std::move(permit));
    return got;
  };
  using enum ConcurrencyLimiter::Kind;
  CHECK(acquire(stream, from("10.0.0.1")));
  CHECK(acquire(stream, from("10.0.0.1")));
  CHECK_FALSE(acquire(stream, from("10.0.0.1")));  // half of them for one
  CHECK(acquire(stream, from("127.0.0.1")));
  CHECK(acquire(stream, from("127.0.0.1")));
  CHECK_FALSE(acquire(stream, from("127.0.0.1")));
  CHECK(acquire(stream, from("10.0.0.1", true)));
  CHECK_FALSE(acquire(stream, from("10.0.0.1", true)));
  for (int i = 0; i < 4; ++i) CHECK(acquire(long_poll, from("127.0.0.1")));
  permits.clear();
  CHECK(acquire(stream, from("10.0.0.1")));
}

TEST_CASE("when all connections are in use the oldest idle one is evicted", "[http][eviction]") {
  auto options = quick();
  options.max_connections = 2;
  World world(options);
  world.run([](World& w) -> awaitable<void> {
    auto one = co_await w.client();
    co_await one.gives(200, get("/hello"));
    co_await w.wait(2ms);
    auto two = co_await w.client();
    co_await two.gives(200, get("/hello"));
    co_await w.gives(200, get("/hello"));
    co_await one.ends();
    co_await two.gives(200, get("/hello"));
  });
}

TEST_CASE("many silent connections keep nobody out", "[http][eviction]") {
  const std::string begun = GENERATE(as<std::string>{}, "", "GET /hel");
  auto options = quick();
  options.max_connections = 8;
  World world(options);
  world.run([&](World& w) -> awaitable<void> {
    std::vector<Client> crowd;
    for (int i = 0; i < 40; ++i) {
      crowd.push_back(co_await w.client());
      co_await crowd.back().send(begun);
    }
    for (int i = 0; i < 3; ++i) co_await w.gives(200, get("/hello"));
    CHECK(w.server.connections() <= 72);
  });
}

TEST_CASE("when all connections are busy, /health and trusted callers still get in", "[http][eviction]") {
  auto options = quick();
  options.max_connections = 2;
  World world(options);
  Gateway gateway(world);
  world.run([&](World& w) -> awaitable<void> {
    auto one = co_await w.client();
    auto two = co_await w.client();
    co_await one.send(get("/held"));
    co_await two.send(get("/held"));
    co_await w.wait(10ms);
    auto three = co_await w.client();
    const auto refused = co_await three.ask(get("/hello"));
    CHECK(refused.status == 503);
    CHECK(refused.field("Retry-After") == "1");
    co_await three.ends();
    co_await w.gives(200, get("/health"));
    co_await w.gives(200, get("/hello", bearer));
    gateway.open.cancel();
    co_await one.next_is(200);
    co_await two.next_is(200);
    co_await w.gives(200, get("/hello"));
  });
}

TEST_CASE("a connection has less time before its first request than between two", "[http][eviction]") {
  auto options = quick();
  options.first_timeout = 40ms;
  World world(options);
  world.run([](World& w) -> awaitable<void> {
    auto silent = co_await w.client();
    auto polite = co_await w.client();
    co_await polite.gives(200, get("/hello"));
    co_await silent.ends();
    co_await polite.gives(200, get("/hello"));
  });
}

TEST_CASE("unread answers are buffered up to a limit, then the slowest reader is evicted",
          "[http][eviction]") {
  auto options = quick();
  options.max_buffered = 24 << 20;
  World world(options);
  world.add(Method::get, "/large",
            [](http::Request&) { return http::text(200, std::string(16 << 20, 'x')); });
  world.run([](World& w) -> awaitable<void> {
    auto lazy = co_await w.client();
    co_await lazy.send(get("/large"));
    co_await w.wait(20ms);
    auto next = co_await w.client();
    const auto refused = co_await next.ask(get("/large"));  // the other one may yet read
    CHECK(refused.status == 503);
    CHECK(refused.field("Retry-After") == "1");
    co_await w.wait(1100ms);
    const auto whole = co_await next.ask(get("/large"));
    CHECK(whole.body.size() == 16 << 20);
    static_cast<void>(co_await lazy.until_closed());
  });
}

TEST_CASE("unfinished bodies are buffered up to a limit too", "[http][eviction]") {
  auto options = quick();
  options.max_buffered = 8 << 20;
  World world(options);
  world.run([](World& w) -> awaitable<void> {
    const auto begun = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7000000\r\n\r\n" +
                       std::string(6'000'000, ' ');
    auto slow = co_await w.client();
    co_await slow.send(begun);
    co_await w.wait(20ms);
    co_await w.gives(503, post("/echo", std::string(4'000'000, ' ')));
    co_await w.wait(1100ms);
    co_await w.gives(200, post("/echo", std::string(4'000'000, ' ')));
    co_await slow.ends();
  });
}
