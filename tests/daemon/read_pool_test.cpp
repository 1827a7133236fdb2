#include <semaphore>

#include "daemon/api_world.hpp"
#include "http/respond.hpp"

using namespace api_world;
using namespace std::chrono_literals;

namespace {

/// A query that lasts until it is released.
struct Held {
  std::binary_semaphore begun{0};
  std::binary_semaphore release{0};
  bool done{false};

  void ask(Daemon& daemon, api::ReadClass read_class) {
    auto query = [this](store::Reader&) {
      begun.release();
      release.acquire();
      return 1;
    };
    auto reading = daemon.read_pool.read(std::move(query), read_class);
    asio::co_spawn(daemon.io, std::move(reading),
                   [this](std::exception_ptr, std::expected<int, std::string>) { done = true; });
    daemon.io.restart();
    daemon.io.poll();
    begun.acquire();
  }
  ~Held() { release.release(); }
  void finish(Daemon& daemon) {
    release.release();
    daemon.io.restart();
    while (!done) daemon.io.run_one_for(10ms);
  }
};

}  // namespace

TEST_CASE("the operator's reads do not wait behind untrusted ones", "[api][read_pool]") {
  Daemon daemon;
  Held held;
  held.ask(daemon, api::ReadClass::untrusted);
  CHECK(daemon.get("/event-log").status == 200);  // get() calls as the operator
  CHECK_FALSE(held.done);
  held.finish(daemon);
  CHECK(daemon.call(http::Method::get, "/event-log", {}, {}, false).status == 200);
}

TEST_CASE("the number of waiting untrusted queries is limited", "[api][read_pool]") {
  Daemon daemon;
  Held held;
  held.ask(daemon, api::ReadClass::untrusted);
  int refused = 0;
  int answered = 0;
  for (int i = 0; i < 70; ++i) {
    auto query = [](store::Reader&) { return 1; };
    auto reading = daemon.read_pool.read(std::move(query), api::ReadClass::untrusted);
    asio::co_spawn(
        daemon.io, std::move(reading),
        [&](std::exception_ptr, std::expected<int, std::string> got) { ++(got ? answered : refused); });
  }
  daemon.io.restart();
  daemon.io.poll();
  CHECK(refused == 7);  // 64 may wait, one of them is running
  held.finish(daemon);
  while (answered + refused < 70) daemon.io.run_one_for(10ms);
  CHECK(answered == 63);
}

TEST_CASE("a read past its timeout is given up", "[api][read_pool]") {
  Daemon daemon;
  auto reader = opened(store::Reader::open(daemon.scratch / "understudy.db"));
  daemon.write([](store::Transaction& tx) {
    for (int i = 0; i < 3000; ++i)
      static_cast<void>(
          tx.enqueue({.rollout_id = "ro-" + std::to_string(i), .input = "1", .start_time = 1.0 * i}));
  });
  bool may_go_on = true;
  reader.set_progress_handler([&] { return may_go_on; });
  const store::RolloutQuery query{.rollout_id_contains = "999", .sort = store::RolloutSort::duration};
  CHECK(reader.find_rollouts(query).total > 0);
  may_go_on = false;
  CHECK(reader.find_rollouts(query).total == 0);
  CHECK_THAT(reader.take_error(), Catch::Contains("interrupted"));
  may_go_on = true;
  CHECK(reader.find_rollouts(query).total > 0);
}

TEST_CASE("the event log and the stream limit the length of a filter", "[api][budget]") {
  Daemon daemon;
  std::string types = "a";
  for (int i = 1; i < 50; ++i) types += ",a";
  CHECK(daemon.get("/event-log?types=" + types).status == 200);
  CHECK(daemon.get("/event-log?types=" + types + ",a").status == 400);
  CHECK(daemon.get("/events?types=" + types + ",a").status == 400);
}

TEST_CASE("a stream beyond the limit is told when to try again", "[api]") {
  Daemon daemon;
  std::vector<http::ConcurrencyLimiter::Permit> taken;
  http::Request stranger;
  stranger.peer = "127.0.0.1";
  while (auto permit = daemon.limiter.acquire(http::ConcurrencyLimiter::Kind::stream, stranger))
    taken.push_back(std::move(permit));
  const auto refused = daemon.call(http::Method::get, "/events", {}, {}, false);
  CHECK(refused.status == 503);
  CHECK(refused.field("Retry-After") == "5");
  CHECK(daemon.get("/events").status == 200);
}
