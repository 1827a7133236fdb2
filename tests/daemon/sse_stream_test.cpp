#include <fmt/format.h>

#include <boost/json.hpp>

#include "daemon/http_world.hpp"
#include "sse/event_stream.hpp"

using namespace world;
using namespace std::chrono_literals;
namespace sse = understudy::daemon::sse;
namespace wire = understudy::daemon::wire;

namespace {

/// A log in memory, and a commit: a row, then its event.
struct Log final : sse::EventHistory {
  std::vector<wire::Envelope> rows{};
  std::int64_t last{0};
  std::function<void()> while_reading{};  // happens in the middle of a replay
  bool broken{false};

  awaitable<std::expected<std::vector<wire::Envelope>, std::string>> events_after(
      std::int64_t id, const sse::TypeFilter& filter, sse::PageLimits most) override {
    if (broken) co_return std::unexpected("the log cannot be read");
    std::vector<wire::Envelope> page;
    for (const auto& row : rows)
      if (row.id > id && page.size() < most.rows && filter.matches(row.type)) page.push_back(row);
    if (while_reading) std::exchange(while_reading, {})();
    asio::steady_timer elsewhere(co_await asio::this_coro::executor, 1ms);
    co_await elsewhere.async_wait(asio::use_awaitable);
    co_return page;
  }
  std::int64_t oldest_id() override { return rows.empty() ? last + 1 : rows.front().id; }
  std::int64_t latest_id() override { return last; }
};

struct Stream {
  Log log{};
  sse::Hub hub;
  World world;
  sse::EventStreamOptions options{};

  explicit Stream(std::size_t backlog = 1024, http::ServerOptions server = quick())
      : hub(backlog), world(server) {
    world.router.add(
        {http::Method::get, "/events", http::Access::read, http::plain([this](http::Request& request) {
           return sse::event_stream(hub, log, request, options);
         })});
  }
  void commit(const std::string& type = "provider.failover", std::string summary = "s") {
    log.rows.push_back({++log.last, type, std::nullopt, 1000, std::move(summary), "{}"});
    hub.publish(log.rows.back());
  }
  void forget(std::int64_t up_to) {
    std::erase_if(log.rows, [&](const auto& row) { return row.id <= up_to; });
  }
  /// Connected, subscribed and greeted.
  awaitable<Client> listen(std::string fields = {}, std::string query = {}) {
    auto client = co_await world.client();
    const auto before = hub.subscribers();
    co_await client.send(get("/events" + query, fields));
    const auto greeting = co_await client.until("retry: 2000\n\n");
    CHECK_THAT(greeting, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(greeting, Catch::Contains("Content-Type: text/event-stream\r\n"));
    CHECK(hub.subscribers() == before + 1);
    co_return client;
  }
};

/// The ids of the events in a piece of stream, "r" before those of a reset.
std::string ids_in(std::string_view text) {
  std::string ids;
  for (auto at = text.find("id: "); at != std::string_view::npos; at = text.find("id: ", at + 4)) {
    const auto end = text.find('\n', at);
    ids += text.substr(end + 1).starts_with("event: reset") ? " r" : " ";
    ids += text.substr(at + 4, end - at - 4);
  }
  return ids;
}

awaitable<std::string> ids_until(Client& client, std::int64_t last) {
  const auto got = co_await client.until("id: " + std::to_string(last) + "\n");
  const auto rest = co_await client.until("\n\n");
  co_return ids_in(got + rest);
}

}  // namespace

TEST_CASE("the stream greets at once and then follows", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    stream.commit();
    auto client = co_await stream.listen();
    stream.commit();
    stream.commit("container.crashed");
    const auto ids = co_await ids_until(client, 3);
    CHECK(ids == " 2 3");
  });
}

TEST_CASE("an event on the wire is its id, its type and its envelope", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    auto client = co_await stream.listen();
    stream.commit("provider.failover", "① → ②");
    const auto text = co_await client.until("\n\n");
    CHECK_THAT(text, Catch::Contains(
                         "id: 1\nevent: provider.failover\ndata: {\"id\":1,\"type\":\"provider.failover\","
                         "\"ts\":1000,\"summary\":\"① → ②\",\"detail\":{}}\n\n"));
  });
}

TEST_CASE("a reconnecting client gets what it missed, then what comes, once each", "[sse]") {
  Stream stream;
  stream.options.replay_page = 2;
  stream.world.run([&](World&) -> awaitable<void> {
    for (int i = 0; i < 7; ++i) stream.commit();
    stream.log.while_reading = [&] {
      stream.commit();
    };  // id 8: too late for that page, in the hub's backlog
    auto client = co_await stream.listen("Last-Event-ID: 2\r\n");
    stream.commit();
    const auto ids = co_await ids_until(client, 9);
    CHECK(ids == " 3 4 5 6 7 8 9");
  });
}

TEST_CASE("a header wins over the query, and zero means from the beginning", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    for (int i = 0; i < 3; ++i) stream.commit();
    auto one = co_await stream.listen("Last-Event-ID: 2\r\n", "?after=0");
    const auto last = co_await ids_until(one, 3);
    CHECK(last == " 3");
    auto two = co_await stream.listen({}, "?after=0");
    const auto all = co_await ids_until(two, 3);
    CHECK(all == " 1 2 3");
  });
}

TEST_CASE("types are filtered in the replay and live", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    for (const auto* type : {"container.crashed", "rollout.finished", "provider.reset"}) stream.commit(type);
    auto client = co_await stream.listen({}, "?after=0&types=container.*,provider.reset");
    for (const auto* type : {"rollout.finished", "container.adopted"}) stream.commit(type);
    const auto ids = co_await ids_until(client, 5);
    CHECK(ids == " 1 3 5");
  });
}

TEST_CASE("an id that is gone or never existed causes a reset, and the stream continues from there",
          "[sse]") {
  const std::string id = GENERATE(as<std::string>{}, "1", "99");
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    for (int i = 0; i < 5; ++i) stream.commit();
    stream.forget(2);
    auto client = co_await stream.listen("Last-Event-ID: " + id + "\r\n");
    const auto reset = co_await client.until("\n\n");
    CHECK_THAT(reset, Catch::Contains("id: 5\nevent: reset\ndata: {\"latest\":5}\n\n"));
    stream.commit();
    const auto ids = co_await ids_until(client, 6);
    CHECK(ids == " 6");
  });
}

TEST_CASE("the last event before the oldest kept row is not a gap", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    for (int i = 0; i < 3; ++i) stream.commit();
    stream.forget(3);
    auto client = co_await stream.listen("Last-Event-ID: 3\r\n");
    stream.commit();
    const auto ids = co_await ids_until(client, 4);
    CHECK(ids == " 4");
  });
}

TEST_CASE("a log that cannot be read is a reset, not a broken stream", "[sse]") {
  Stream stream;
  stream.log.broken = true;
  stream.world.run([&](World&) -> awaitable<void> {
    stream.commit();
    auto client = co_await stream.listen("Last-Event-ID: 0\r\n");
    const auto reset = co_await client.until("\n\n");
    CHECK(ids_in(reset) == " r1");
  });
}

TEST_CASE("an id that is not a number is a bad request", "[sse]") {
  Stream stream;
  const std::string id = GENERATE(as<std::string>{}, "x", "-1", "1x", "99999999999999999999");
  stream.world.run([&](World& w) -> awaitable<void> { co_await w.gives(400, get("/events?after=" + id)); });
}

TEST_CASE("a slow reader is dropped to reset and never waited for", "[sse]") {
  Stream stream(16);
  stream.world.run([&](World& w) -> awaitable<void> {
    auto slow = co_await stream.listen();
    auto quick_one = co_await stream.listen();
    const std::string large(64 * 1024, 'x');
    for (int i = 0; i < 400; ++i) {
      stream.commit("provider.failover", large);
      const auto ids = co_await ids_until(quick_one, stream.log.last);
      if (ids != fmt::format(" {}", stream.log.last)) FAIL(ids);
    }
    CHECK(stream.hub.lagged_total() == 1);
    const auto text = co_await slow.until("event: reset\ndata: {\"latest\":400}\n\n");
    CHECK_FALSE(text.empty());
    stream.commit();
    const auto ids = co_await ids_until(slow, 401);
    CHECK(ids == " 401");
    co_await w.gives(200, get("/hello"));
  });
}

TEST_CASE("a reader that is stuck for good is let go", "[sse]") {
  auto server = quick();
  server.write_timeout = 50ms;
  Stream stream(16, server);
  stream.world.run([&](World& w) -> awaitable<void> {
    auto stuck = co_await stream.listen();
    for (int i = 0; i < 200; ++i) {
      stream.commit("provider.failover", std::string(64 * 1024, 'x'));
      if (i % 8 == 0) co_await w.wait(1ms);
    }
    co_await w.soon([&] { return stream.hub.subscribers() == 0; });
    CHECK(w.failures.empty());
  });
}

TEST_CASE("many events at once are few writes", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    auto client = co_await stream.listen();
    for (int i = 0; i < 100; ++i) stream.commit();
    const auto text = co_await client.until("id: 100\n");
    std::size_t chunks = 0;
    for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at + 2)) ++chunks;
    CHECK(chunks <= 4);
  });
}

TEST_CASE("a quiet stream shows that it lives", "[sse]") {
  Stream stream;
  stream.options.heartbeat = 20ms;
  stream.world.run([&](World&) -> awaitable<void> {
    auto client = co_await stream.listen();
    for (int i = 0; i < 2; ++i) {
      const auto beat = co_await client.until(": hb\n\n");
      CHECK_FALSE(beat.empty());
    }
  });
}

TEST_CASE("a client that hangs up is noticed without an event", "[sse]") {
  Stream stream;
  stream.world.run([&](World& w) -> awaitable<void> {
    auto client = co_await stream.listen();
    client.close();
    co_await w.soon([&] { return stream.hub.subscribers() == 0 && w.server.connections() == 0; });
    CHECK(w.failures.empty());
  });
}

TEST_CASE("a client that hangs up in the middle of a replay is noticed", "[sse]") {
  Stream stream;
  for (int i = 0; i < 5000; ++i) stream.commit("provider.failover", std::string(2000, 'x'));
  stream.world.run([&](World& w) -> awaitable<void> {
    auto client = co_await stream.listen({}, "?after=0");
    client.close();
    co_await w.soon([&] { return stream.hub.subscribers() == 0 && w.server.connections() == 0; });
    CHECK(w.failures.empty());
  });
}

TEST_CASE("shutting down ends streams properly", "[sse]") {
  Stream stream;
  stream.world.run([&](World& w) -> awaitable<void> {
    auto client = co_await stream.listen();
    const auto begun = std::chrono::steady_clock::now();
    co_await w.server.shutdown(1s);
    CHECK(std::chrono::steady_clock::now() - begun < 500ms);
    CHECK(stream.hub.subscribers() == 0);
    const auto rest = co_await client.until_closed();
    CHECK_THAT(rest, Catch::EndsWith("0\r\n\r\n"));
  });
}

TEST_CASE("HEAD of a stream ends at once", "[sse]") {
  Stream stream;
  stream.world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = co_await client.answer(false);
    CHECK(head.field("Content-Type") == "text/event-stream");
    CHECK(stream.hub.subscribers() == 0);
    co_await client.gives(200, get("/hello"));
  });
}

TEST_CASE("an HTTP/1.0 client gets the stream without chunks", "[sse]") {
  Stream stream;
  stream.world.run([&](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send("GET /events HTTP/1.0\r\n\r\n");
    const auto head = co_await client.until("retry: 2000\n\n");
    CHECK_THAT(head, !Catch::Contains("chunked"));
    stream.commit();
    const auto frame = co_await client.until("\n\n");
    CHECK_THAT(frame, Catch::StartsWith("id: 1\n"));
  });
}

TEST_CASE("a hundred readers hear the same", "[sse]") {
  Stream stream;
  stream.world.run([&](World&) -> awaitable<void> {
    std::vector<Client> clients;
    for (int i = 0; i < 100; ++i) clients.push_back(co_await stream.listen());
    for (int i = 0; i < 20; ++i) stream.commit();
    std::string first;
    for (auto& client : clients) {
      const auto ids = co_await ids_until(client, 20);
      if (first.empty()) first = ids;
      if (ids != first) FAIL(ids);
    }
    CHECK_THAT(first, Catch::EndsWith(" 19 20"));
  });
}

TEST_CASE("a stream whose producer fails is cut, so that the client knows", "[sse]") {
  World world;
  world.add(http::Method::get, "/cut", [](http::Request&) {
    http::Response response;
    response.body = http::StreamBody{[](http::BodyWriter& writer) -> awaitable<void> {
      const bool written = co_await writer.write("half");
      if (written) throw std::runtime_error("no more");
    }};
    return response;
  });
  world.run([](World& w) -> awaitable<void> {
    auto client = co_await w.client();
    co_await client.send(get("/cut"));
    const auto text = co_await client.until_closed();
    CHECK_THAT(text, Catch::Contains("4\r\nhalf\r\n") && !Catch::EndsWith("0\r\n\r\n"));
    CHECK(w.failures == std::vector<std::string>{"a stream failed: no more"});
  });
}
