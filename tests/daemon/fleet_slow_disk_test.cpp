// Turns on a disk that does not answer: what goes on meanwhile, and what clients are told.
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "app/fleet_driver.hpp"
#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

/// Posts without taking a turn; holds the answer once it is given.
std::shared_ptr<std::optional<fleet::Answer>> post(World& world, fleet::What what) {
  auto given = std::make_shared<std::optional<fleet::Answer>>();
  world.fleet().post({std::move(what), [given](const fleet::Answer& answer) { *given = answer; }});
  return given;
}

fleet::TaskSubmitted task(const std::string& id) {
  return {.rollout_id = id, .agent = "coder-a", .input_json = R"("do it")"};
}

/// Another process, such as a shell, with a write transaction open.
class Locked {
 public:
  explicit Locked(const std::string& path) : other_(path, SQLite::OPEN_READWRITE) {
    other_.exec("BEGIN IMMEDIATE");
  }
  void release() { other_.exec("COMMIT"); }

 private:
  SQLite::Database other_;
};

}  // namespace

TEST_CASE("the state does not change before a turn is finished", "[fleet][slow_disk]") {
  World world;
  const auto before = world.fleet().state().last_event_id;
  const auto answer = post(world, fleet::PauseRequested{"coder-a"});
  auto work = world.fleet().begin_turn();
  std::thread elsewhere([&] { work->run(); });
  elsewhere.join();  // committed, but not announced yet
  CHECK_FALSE(world.tiers("coder-a").paused());
  CHECK(world.fleet().state().last_event_id == before);
  CHECK_FALSE(answer->has_value());
  world.fleet().finish(std::move(work));
  CHECK(world.tiers("coder-a").paused());
  CHECK(world.fleet().state().last_event_id > before);
  CHECK(answer->has_value());
  world.settle();
  world.check_disk_is_memory();
}

TEST_CASE("messages that come during a turn wait for the next one", "[fleet][slow_disk]") {
  World world;
  const auto first = post(world, fleet::PauseRequested{"coder-a"});
  auto work = world.fleet().begin_turn();
  const auto second = post(world, fleet::UnpauseRequested{"coder-a"});
  work->run();
  world.fleet().finish(std::move(work));
  CHECK(first->has_value());
  CHECK_FALSE(second->has_value());
  CHECK(world.fleet().waiting() == 1);
  world.settle();
  CHECK(second->has_value());
  CHECK_FALSE(world.tiers("coder-a").paused());
}

TEST_CASE("clients behind a turn stuck on its disk are refused in time, without any effect",
          "[fleet][slow_disk]") {
  World world;
  const auto in_the_turn = post(world, fleet::PauseRequested{"coder-a"});
  auto work = world.fleet().begin_turn();
  const auto behind = post(world, task("ro-behind"));
  world.fleet().post({fleet::Ticked{}, {}});
  world.clock.advance(3s);
  const auto later = post(world, task("ro-later"));
  world.clock.advance(2s);
  world.fleet().refuse_late();
  REQUIRE(behind->has_value());
  CHECK((*behind)->error().kind == fleet::RefusalKind::unavailable);
  CHECK_FALSE((*behind)->error().detail.empty());
  CHECK_FALSE(in_the_turn->has_value());  // it may still succeed
  CHECK_FALSE(later->has_value());
  CHECK(world.fleet().waiting() == 2);  // messages without a client stay

  work->run();
  world.fleet().finish(std::move(work));
  world.settle();
  CHECK(in_the_turn->value().has_value());
  CHECK(later->value().has_value());
  CHECK_FALSE(world.reader().rollout("ro-behind").has_value());
  CHECK(world.reader().rollout("ro-later").has_value());
}

TEST_CASE("a slow commit is visible as trouble until it ends", "[fleet][slow_disk]") {
  World world;
  static_cast<void>(post(world, fleet::PauseRequested{"coder-a"}));
  auto work = world.fleet().begin_turn();
  world.clock.advance(1'900ms);
  CHECK(world.fleet().store_trouble().empty());
  world.clock.advance(2'100ms);
  CHECK(world.fleet().store_trouble().starts_with("a write has waited for 4 s: "));
  work->run();
  world.fleet().finish(std::move(work));
  CHECK(world.fleet().store_trouble().empty());
}

TEST_CASE("while another process has locked the database, only writes wait", "[fleet][slow_disk]") {
  World world;
  const auto id = world.submit("coder-a");
  const auto answer = post(world, fleet::PauseRequested{"coder-a"});
  Locked locked(world.path());
  auto work = world.fleet().begin_turn();
  std::thread elsewhere([&] { work->run(); });
  CHECK(world.reader().rollout(id).has_value());
  CHECK(world.agent("coder-a").task.has_value());
  locked.release();
  elsewhere.join();
  world.fleet().finish(std::move(work));
  CHECK(answer->value().has_value());
  CHECK(world.fleet().store_trouble().empty());
}

TEST_CASE("the loop runs while a turn waits, and the turn's answer comes when it ends",
          "[fleet][slow_disk]") {
  World world;
  boost::asio::io_context io;
  app::FleetDriver driver(io, [](const fleet::WriteEnvFile&) {});
  auto locked = std::make_unique<Locked>(world.path());
  const auto first = post(world, fleet::PauseRequested{"coder-a"});
  driver.drive(world.fleet());
  // The loop runs many times while the lock is held.
  boost::asio::steady_timer timer(io);
  int beats = 0;
  std::shared_ptr<std::optional<fleet::Answer>> second;
  std::function<void(boost::system::error_code)> beat = [&](boost::system::error_code) {
    if (beats == 10) second = post(world, fleet::UnpauseRequested{"coder-a"});
    if (++beats == 20) {
      CHECK_FALSE(first->has_value());
      CHECK_FALSE(second->has_value());
      locked->release();
    }
    if (second && second->has_value()) return driver.stop();
    driver.wake();
    timer.expires_after(1ms);
    timer.async_wait(beat);
  };
  beat({});
  io.run();
  CHECK(beats >= 20);
  CHECK(first->value().has_value());
  CHECK(second->value().has_value());
  CHECK_FALSE(world.tiers("coder-a").paused());
}

TEST_CASE("work between two turns has exclusive use of the store", "[fleet][slow_disk]") {
  World world;
  boost::asio::io_context io;
  app::FleetDriver driver(io, [](const fleet::WriteEnvFile&) {});
  driver.drive(world.fleet());
  for (int i = 0; i < 50; ++i) static_cast<void>(post(world, task("ro-" + std::to_string(i))));
  int rounds = 0;
  auto clean = [&]() -> boost::asio::awaitable<void> {
    for (; rounds < 20; ++rounds) {
      driver.wake();
      auto step = [&] { return world.store().prune(0, {}, 10); };
      CHECK_FALSE(co_await driver.between_turns(std::move(step)));
    }
    driver.stop();
  };
  boost::asio::co_spawn(io, clean(), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
  io.run();
  CHECK(rounds == 20);
}

TEST_CASE("a new tier's environment is on disk before the tier is announced", "[fleet][slow_disk]") {
  World world;
  boost::asio::io_context io;
  std::vector<std::string> order;
  app::FleetDriver driver(io, [&](const fleet::WriteEnvFile& file) {
    CHECK(file.text.find("https://two.example") != std::string::npos);
    order.push_back("file of " + file.agent);
  });
  world.fleet().post({fleet::OutcomeReported{.agent = "coder-a", .outcome = key_refused().outcome},
                      [&](const fleet::Answer& answer) {
                        CHECK(answer.has_value());
                        order.emplace_back("answer");
                        driver.stop();
                      }});
  driver.drive(world.fleet());
  io.run();
  CHECK(order == std::vector<std::string>{"file of coder-a", "answer"});
  CHECK(std::ranges::none_of(world.ports.effects, [](const auto& effect) {
    return std::holds_alternative<fleet::WriteEnvFile>(effect);
  }));
}
