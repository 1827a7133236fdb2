// Weeks of a fleet under random faults; whatever happens, no task is lost and the records add up.
#include "daemon/fleet_world.hpp"
#include "support/random.hpp"

using namespace fleet_world;

namespace {

config::Config drawn(support::Random& random) {
  std::vector<std::vector<failover::TierId>> chains{{opus, v4, qwen}, {opus, v4}, {v4, opus}, {qwen}};
  std::vector<Words> members{{"a", "b", "c"}, {"a", "b"}, {"a", "c"}};
  auto coder = agent_type(chains[random() % chains.size()], members[random() % members.size()]);
  coder.agent.timeout = 2h;
  coder.failover.on_exhausted = random() % 2 ? failover::OnExhausted::pause : failover::OnExhausted::wrap;
  if (random() % 3 == 0) coder.usage_threshold_tokens = 500;
  auto config = config_with(coder);
  auto helper = agent_type({opus, qwen}, {"x"});
  helper.container.mode = config::Mode::host;
  config.agent_types["helper"] = helper;
  return config;
}

class Simulation {
 public:
  explicit Simulation(unsigned seed) : random_(seed), world_(drawn(random_)) { world_.obedient = true; }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      check_after_step();
    }
    calm_down();
    check_books();
  }

 private:
  unsigned draw(unsigned below) { return static_cast<unsigned>(random_()) % below; }
  std::string someone() {
    const auto& agents = world_.fleet().state().agents;
    return std::next(agents.begin(), draw(static_cast<unsigned>(agents.size())))->first;
  }

  void step() {
    switch (draw(16)) {
      case 0:
      case 1:
      case 2: return submit(someone(), "");
      case 3: return submit("", draw(4) ? "coder" : "helper");
      case 4:
      case 5:
      case 6:
      case 7: return end_a_run();
      case 8: return world_.pass(milliseconds{draw(5000)});
      case 9: return world_.pass(milliseconds{draw(4) ? draw(600'000) : draw(24 * 3'600'000)});
      case 10: return crash_one();
      case 11: return command();
      case 12:
        if (!tasks_.empty())
          (void)world_.ask(fleet::CancelRequested{tasks_[draw(static_cast<unsigned>(tasks_.size()))]});
        return;
      case 13: return draw(4) ? void() : world_.configure(drawn(random_));
      case 14: return draw(3) ? void() : draw(2) ? world_.restart() : restart_with_another_chain();
      case 15: return trouble_the_engine();
    }
  }

  /// With the same instances: containers of removed ones are only found by the engine's next listing.
  void restart_with_another_chain() {
    auto config = drawn(random_);
    auto& members = config.agent_types["coder"].instances;
    members.clear();
    for (const auto& [name, agent] : world_.fleet().state().agents)
      if (agent.type == "coder") members.push_back(name.substr(6));
    world_.restart_with(config);
  }

  void submit(const std::string& agent, const std::string& type) {
    const auto id = "ro-" + std::to_string(tasks_.size());
    const auto answer = world_.ask(fleet::TaskSubmitted{
        .rollout_id = id,
        .agent = agent,
        .agent_type = type,
        .input_json = R"("work")",
        .config_json = draw(2) ? "{}" : R"({"max_attempts": 2, "retry_condition": ["failed", "timeout"]})"});
    if (answer) tasks_.push_back(id);
  }
  Ending any_ending() {
    switch (draw(8)) {
      case 0: return key_refused();
      case 1: return overloaded();
      case 2: return provider_says(429, "slow down", {{"retry-after", std::to_string(1 + draw(4000))}});
      case 3: return fails_itself();
      case 4: {
        auto lost = fails_itself();
        lost.lost = true;
        return lost;
      }
      default: return answers("done", {static_cast<std::int64_t>(draw(200)), 1});
    }
  }
  void end_a_run() {
    if (world_.runs.empty()) return;
    std::set<std::string> busy;  // in an order independent of random ids
    for (const auto& [attempt, run] : world_.runs) busy.insert(run.agent);
    const auto name = *std::next(busy.begin(), draw(static_cast<unsigned>(busy.size())));
    world_.ends(name, any_ending());
  }
  void crash_one() {
    const auto name = someone();
    if (world_.engine.is_running(name)) world_.crash(name);
  }
  void command() {
    const auto name = someone();
    switch (draw(6)) {
      case 0: (void)world_.ask(fleet::PauseRequested{name}); return;
      case 1:
      case 2: (void)world_.ask(fleet::UnpauseRequested{name}); return;
      case 3: (void)world_.ask(fleet::TierResetRequested{name}); return;
      case 4: (void)world_.ask(fleet::StartRequested{name}); return;
      case 5: (void)world_.ask(fleet::StopRequested{name, draw(2) == 0}); return;
    }
  }
  void trouble_the_engine() {
    if (draw(2))
      world_.engine.refuses_to_start.clear();
    else
      world_.engine.refuses_to_start[someone()] = "the engine is out of sorts";
    if (draw(3) == 0) world_.tell(fleet::EngineLost{"process", "connection refused"});
    if (draw(3)) world_.tell(fleet::EngineListed{"process", world_.engine.list("this-installation")});
  }

  void check_after_step() {
    std::set<std::string> busy;
    for (const auto& [attempt, run] : world_.runs) {
      INFO(run.agent << " runs two tasks");
      REQUIRE(busy.insert(run.agent).second);
    }
    const auto& announced = world_.ports.announced;
    for (; checked_ < announced.size(); ++checked_)
      REQUIRE(announced[checked_].id == static_cast<std::int64_t>(checked_) + 1);
    for (const auto& [name, agent] : world_.fleet().state().agents) {
      if (agent.task) continue;
      const auto status = agent.tiers.current_tier;
      REQUIRE(status >= 1);
      REQUIRE(status <= 3);
    }
  }

  /// Without further faults, everything that can end ends.
  void calm_down() {
    world_.engine.refuses_to_start.clear();
    world_.tell(fleet::EngineListed{"process", world_.engine.list("this-installation")});
    std::vector<std::string> names;
    for (const auto& [name, agent] : world_.fleet().state().agents) names.push_back(name);
    for (const auto& name : names) {
      (void)world_.ask(fleet::TierResetRequested{name});
      if (world_.fleet().state().agents.at(name).container) (void)world_.ask(fleet::StartRequested{name});
    }
    for (int i = 0; i < 400; ++i) {
      while (!world_.runs.empty()) world_.ends(world_.runs.begin()->second.agent, answers("calm", {0, 1}));
      world_.pass(1min);
    }
  }

  void check_books() {
    std::map<std::string, int> ends;
    for (const auto& event : world_.events("rollout.finished")) {
      const auto detail = boost::json::parse(event.detail);
      ++ends[std::string(detail.as_object().at("rollout_id").as_string())];
    }
    for (const auto& id : tasks_) {
      const auto row = world_.rollout(id);
      INFO(id << " is " << to_string(row.status) << " of " << row.agent.value_or("the pool"));
      CHECK(store::is_finished(row.status));
      CHECK(ends[id] == 1);
      for (const auto& attempt : world_.attempts(id)) CHECK(attempt.end_time.has_value());
    }
    for (const auto* name : {"coder-a", "coder-b", "coder-c", "helper-x"}) check_ledger(name);
    world_.check_disk_is_memory();
  }
  /// Each row begins where the last one ended; a removed instance begins again.
  void check_ledger(const std::string& name) {
    std::int64_t tier = 1;
    for (const auto& row : world_.ledger(name)) {
      INFO(name << " row " << row.id << " " << row.kind);
      CHECK((row.from_tier == tier || row.from_tier == 1));
      tier = row.to_tier;
    }
  }

  support::Random random_;
  World world_;
  Words tasks_{};
  std::size_t checked_{0};
};

}  // namespace

TEST_CASE("whatever happens, every task ends exactly once and the records add up", "[fleet][simulation]") {
  const auto seed = GENERATE(range(1u, 13u));
  INFO("seed " << seed);
  Simulation(seed).run(250);
}
