// A trial belongs to an attempt: every end of it that says nothing about the provider gives the trial to the
// next one, and doubles nothing.
#include "daemon/fleet_providers.hpp"

using namespace fleet_world;

namespace {

/// Of three agents on one account, coder-c met its fault and its task was cancelled. An hour later coder-a is
/// on trial and coder-b waits.
struct OnTrial {
  World world;
  std::string first, second;

  explicit OnTrial(bool holds = false, config::AgentType type = crew({opus}, 3))
      : world(config_with(std::move(type))) {
    const auto third = world.work("coder-c", key_refused());
    CHECK(world.ask(fleet::CancelRequested{third}));
    first = world.submit("coder-a");
    second = world.submit("coder-b");
    if (holds) world.engine.holds = [](const container::Effect&) { return true; };
    world.pass(1h);
    REQUIRE(trial() == "coder-a");
    REQUIRE(world.run_of("coder-b") == nullptr);
  }
  [[nodiscard]] std::string trial() const {
    const auto* known = entry(world, "anthropic");
    return known && known->state == HealthState::trial ? known->trial.agent : health_of(world, "anthropic");
  }
  void check_given_to(const std::string& agent) {
    CHECK(trial() == agent);
    REQUIRE(entry(world, "anthropic"));
    CHECK(entry(world, "anthropic")->length == 1h);
    CHECK(begun_on(world, "anthropic") <= 3);
    world.check_disk_is_memory();
  }
};

}  // namespace

TEST_CASE("a cancelled trial goes to the next one", "[fleet][trial]") {
  OnTrial it;
  REQUIRE(it.world.ask(fleet::CancelRequested{it.first}));
  it.check_given_to("coder-b");
  CHECK(busy(it.world) == Words{"coder-b"});
}

TEST_CASE("so does one whose agent the operator pauses before it runs", "[fleet][trial]") {
  OnTrial it(true);
  REQUIRE(it.world.ask(fleet::PauseRequested{"coder-a"}));
  it.check_given_to("coder-b");
  it.world.release();
  CHECK(busy(it.world) == Words{"coder-b"});
}

TEST_CASE("a pause of an agent whose trial runs lets it end", "[fleet][trial]") {
  OnTrial it;
  REQUIRE(it.world.ask(fleet::PauseRequested{"coder-a"}));
  CHECK(it.trial() == "coder-a");
  it.world.ends("coder-a", answers());
  CHECK(health_of(it.world, "anthropic") == "ramping");
  CHECK(busy(it.world) == Words{"coder-b"});
}

TEST_CASE("a container that does not start has its start timeout for the trial", "[fleet][trial]") {
  OnTrial it(true);
  it.world.pass(59s);
  CHECK(it.trial() == "coder-a");
  it.world.pass(2s);
  it.check_given_to("coder-b");
}

TEST_CASE("one that cannot start gives it back when its task fails", "[fleet][trial]") {
  auto type = crew({opus}, 3);
  type.container.start_timeout = 1h;  // for the trial, too
  World world(config_with(type));
  REQUIRE(world.ask(fleet::CancelRequested{world.work("coder-c", key_refused())}));
  const auto first = world.submit("coder-a");
  world.submit("coder-b");
  world.engine.refuses_to_start["coder-a"] = "there is no image agent:1 on this engine";
  world.pass(1h + 5min);
  CHECK(world.status(first) == "failed");
  CHECK(busy(world) == Words{"coder-b"});
  CHECK(entry(world, "anthropic")->length == 1h);
}

TEST_CASE("a crash gives the trial back", "[fleet][trial]") {
  OnTrial it;
  const auto attempt = entry(it.world, "anthropic")->trial.attempt;
  it.world.crash("coder-a");
  it.world.pass(1s);
  REQUIRE(entry(it.world, "anthropic"));
  CHECK(entry(it.world, "anthropic")->trial.attempt != attempt);
  CHECK(entry(it.world, "anthropic")->length == 1h);
  CHECK(it.world.runs.size() == 1);
}

TEST_CASE("a run that vanishes gives it back", "[fleet][trial]") {
  OnTrial it;
  auto lost = fails_itself();
  lost.lost = true;
  it.world.ends("coder-a", lost);
  it.check_given_to("coder-b");
}

TEST_CASE("a command that the runtime refuses gives it back", "[fleet][trial]") {
  OnTrial it(true);
  it.world.runtime_refuses = ports::EngineError{ports::EngineErrorKind::transient, "the engine is busy"};
  it.world.engine.holds = nullptr;
  it.world.release();
  CHECK(it.trial() == "due");
  it.world.runtime_refuses.reset();
  it.world.pass(2s);
  CHECK(it.world.runs.size() == 1);
  CHECK(it.trial() == it.world.runs.begin()->second.agent);
  CHECK(entry(it.world, "anthropic")->length == 1h);
}

TEST_CASE("the task's own failure without an answer gives it back, with one it wins", "[fleet][trial]") {
  OnTrial it;
  auto ending = fails_itself();
  SECTION("without") {
    ending.usage.reset();
    it.world.ends("coder-a", ending);
    it.check_given_to("coder-b");
  }
  SECTION("with") {
    it.world.ends("coder-a", ending);
    CHECK(it.trial() == "ramping");
    CHECK(busy(it.world) == Words{"coder-b"});
  }
}

TEST_CASE("a removal by force gives it back", "[fleet][trial]") {
  OnTrial it;
  REQUIRE(it.world.ask(fleet::RemovalRequested{"coder-a", true}));
  CHECK(it.trial() == "coder-b");
  CHECK(entry(it.world, "anthropic")->length == 1h);
}

TEST_CASE("two minutes without an answer give it to the next, and it may still win", "[fleet][trial]") {
  OnTrial it;
  it.world.pass(119s);
  CHECK(it.trial() == "coder-a");
  it.world.pass(2s);
  it.check_given_to("coder-b");
  CHECK(busy(it.world) == Words{"coder-a", "coder-b"});
  it.world.answers_early("coder-a");
  CHECK(it.trial() == "ramping");
}

TEST_CASE("a restart that adopts the attempt keeps its trial", "[fleet][trial]") {
  OnTrial it;
  const auto before = entry(it.world, "anthropic")->trial;
  it.world.restart();
  it.check_given_to("coder-a");
  CHECK(entry(it.world, "anthropic")->trial == before);
  CHECK(busy(it.world) == Words{"coder-a"});
  it.world.answers_early("coder-a");
  CHECK(it.trial() == "ramping");
  CHECK(busy(it.world) == Words{"coder-a", "coder-b"});
}

TEST_CASE("a restart that does not adopt it gives it to the next", "[fleet][trial]") {
  SECTION("its container went down with the machine") {
    OnTrial it;
    it.world.engine.crash("coder-a", 137);
    it.world.runs.clear();
    it.world.restart();
    it.world.pass(2s);
    CHECK(it.world.runs.size() == 1);
    CHECK(it.trial() == it.world.runs.begin()->second.agent);
    CHECK(entry(it.world, "anthropic")->length == 1h);
    it.world.check_disk_is_memory();
  }
  SECTION("it had not begun") {
    OnTrial it(true);
    it.world.engine.holds = nullptr;
    it.world.restart();
    CHECK(it.world.runs.size() == 1);
    CHECK(it.trial() == it.world.runs.begin()->second.agent);
    it.world.check_disk_is_memory();
  }
}

TEST_CASE("an answer that was seen before a restart is not looked for again", "[fleet][trial]") {
  OnTrial it;
  it.world.answers_early("coder-a");
  it.world.restart();
  REQUIRE(it.world.followed.size() == 2);
  for (const auto& follow : it.world.followed) CHECK(follow.answered == (follow.agent == "coder-a"));
}

TEST_CASE("the trial is for who would run there best, then for the oldest task", "[fleet][trial]") {
  auto config = config_with(crew({opus}, 2));
  config.agent_types["writer"] = crew({v4, opus}, 1);  // its second choice
  World world(config);
  REQUIRE(world.ask(fleet::CancelRequested{world.work("coder-b", key_refused())}));
  world.work("writer-a", key_refused());
  world.submit("coder-a");
  world.submit("coder-b");
  world.pass(1h);
  REQUIRE(entry(world, "anthropic"));
  CHECK(entry(world, "anthropic")->trial.agent == "coder-a");
}
