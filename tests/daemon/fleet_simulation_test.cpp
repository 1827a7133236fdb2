// Weeks of a fleet under random faults and providers that come and go; whatever happens, no task is lost or
// failed by a provider's fault, and the records add up.
#include "daemon/fleet_providers.hpp"
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
  config.agent_types["crew"] = crew({opus}, 5);  // one account, no fallback, no operator
  config.providers["anthropic-eu"] = config.providers["anthropic"];
  config.agent_types["writer"] = crew({{"anthropic-eu", "sonnet"}, v4}, 1);
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
  enum class Weather : std::uint8_t { fine, refuses_key, overloaded, throttles, limited, silent };

  unsigned draw(unsigned below) { return static_cast<unsigned>(random_()) % below; }
  std::string someone() {
    const auto& agents = world_.fleet().state().agents;
    return std::next(agents.begin(), draw(static_cast<unsigned>(agents.size())))->first;
  }
  Weather& weather_at(const std::string& provider) {
    return weather_[provider == "anthropic-eu" ? "anthropic" : provider];
  }

  void step() {
    switch (draw(20)) {
      case 0:
      case 1:
      case 2: return submit(someone(), "");
      case 3: return submit("", std::array{"coder", "coder", "helper", "crew"}.at(draw(4)));
      case 4:
      case 5:
      case 6:
      case 7:
      case 8: return end_a_run();
      case 9: return world_.pass(milliseconds{draw(5000)});
      case 10: return world_.pass(milliseconds{draw(4) ? draw(600'000) : draw(24 * 3'600'000)});
      case 11: return crash_one();
      case 12: return command();
      case 13:
        if (!tasks_.empty())
          (void)world_.ask(fleet::CancelRequested{tasks_[draw(static_cast<unsigned>(tasks_.size()))]});
        return;
      case 14: return draw(4) ? void() : world_.configure(drawn(random_));
      case 15: return draw(3) ? void() : draw(2) ? world_.restart() : restart_with_another_chain();
      case 16: return trouble_the_engine();
      case 17:
      case 18: return change_the_weather();
      case 19: return draw(4) ? answer_one() : change_a_key();
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

  // ---- providers

  void change_the_weather() {
    const auto* provider = std::array{"anthropic", "anthropic", "deepseek", "ollama"}.at(draw(4));
    weather_at(provider) = draw(2) ? Weather::fine : static_cast<Weather>(draw(6));
  }
  void change_a_key() {
    const auto* variable = draw(3) ? "ANTHROPIC_API_KEY" : "DEEPSEEK_API_KEY";
    if (draw(3) == 0) return world_.key_becomes(variable, {});
    world_.key_becomes(variable, "sk-" + std::to_string(draw(3)));
  }
  /// In an order independent of random ids.
  const fleet::RunTask* some_run() {
    if (world_.runs.empty()) return nullptr;
    std::set<std::string> busy;
    for (const auto& [attempt, run] : world_.runs) busy.insert(run.agent);
    return world_.run_of(*std::next(busy.begin(), draw(static_cast<unsigned>(busy.size()))));
  }
  void answer_one() {
    const auto* run = some_run();
    if (run && weather_at(run->provider) == Weather::fine) world_.answers_early(run->agent);
  }
  Ending without_a_fault() {
    switch (draw(6)) {
      case 0: return fails_itself();
      case 1: {
        auto lost = fails_itself();
        lost.lost = true;
        return lost;
      }
      case 2: return draw(3) ? answers() : draw(2) ? refuses_request() : breaks_off();
      default: return answers("done", {static_cast<std::int64_t>(draw(200)), 1});
    }
  }
  void end_a_run() {
    const auto* run = some_run();
    if (!run) return;
    const auto agent = run->agent;
    switch (weather_at(run->provider)) {
      case Weather::fine: return world_.ends(agent, without_a_fault());
      case Weather::refuses_key: return world_.ends(agent, key_refused());
      case Weather::overloaded: return world_.ends(agent, overloaded());
      case Weather::throttles: return world_.ends(agent, throttled(std::chrono::seconds{1 + draw(60)}));
      case Weather::limited: return world_.ends(agent, limit_reached(world_, milliseconds{draw(36'000'000)}));
      case Weather::silent: return world_.falls_silent(agent);
    }
  }

  // ---- the rest

  void crash_one() {
    const auto name = someone();
    if (world_.engine.is_running(name)) world_.crash(name);
  }
  void command() {
    const auto name = someone();
    if (name.starts_with("crew")) return command_a_provider();
    switch (draw(6)) {
      case 0: (void)world_.ask(fleet::PauseRequested{name}); return;
      case 1:
      case 2: (void)world_.ask(fleet::UnpauseRequested{name}); return;
      case 3: (void)world_.ask(fleet::TierResetRequested{name}); return;
      case 4: (void)world_.ask(fleet::StartRequested{name}); return;
      case 5: (void)world_.ask(fleet::StopRequested{name, draw(2) == 0}); return;
    }
  }
  void command_a_provider() {
    const auto* provider = std::array{"anthropic", "deepseek", "ollama"}.at(draw(3));
    if (draw(2))
      (void)world_.ask(fleet::ProviderTryRequested{provider});
    else
      (void)world_.ask(fleet::ProviderResetRequested{provider});
  }
  void trouble_the_engine() {
    if (draw(2))
      world_.engine.refuses_to_start.clear();
    else
      world_.engine.refuses_to_start[someone()] = "the engine is out of sorts";
    if (draw(3) == 0) world_.tell(fleet::EngineLost{"process", "connection refused"});
    if (draw(3)) world_.tell(fleet::EngineListed{"process", world_.engine.list("this-installation")});
  }

  // ---- what is always true

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
      INFO(name);
      REQUIRE(agent.tiers.current_tier >= 1);
      REQUIRE(agent.tiers.current_tier <= 3);
      REQUIRE_FALSE((agent.held && agent.task));
      REQUIRE_FALSE((agent.held && agent.tiers.pause_reason == failover::PauseReason::operator_));
    }
    for (const auto& [key, known] : world_.fleet().state().health.entries) check_entry(key, known);
  }
  /// A trial ends with its attempt. Beside it nobody begins whom the operator did not send.
  void check_entry(const failover::EntryKey& key, const failover::Entry& known) {
    INFO(to_string(key.scope) << " " << key.model << " is " << to_string(known.state) << " by "
                              << known.reason);
    bool is_alive = false;
    int beside = 0;
    for (const auto& [name, agent] : world_.fleet().state().agents) {
      if (!agent.task) continue;
      is_alive = is_alive || agent.task->attempt_id == known.trial.attempt;
      const auto& attempt = agent.task->attempt;
      const bool here =
          attempt.on.account == key.account && (key.model.empty() || attempt.on.model == key.model);
      const bool began_meanwhile = attempt.began > known.since && world_.clock.wall() - attempt.began < 60s;
      if (here && began_meanwhile && agent.type == "crew" && key.who.empty()) ++beside;
    }
    if (known.state == HealthState::trial) REQUIRE(is_alive);
    if (known.state == HealthState::trial || known.state == HealthState::open) REQUIRE(beside <= 1);
  }

  // ---- in the end

  /// Without further faults everything that can end ends by itself, but for what waits for the operator.
  void calm_down() {
    weather_.clear();
    world_.engine.refuses_to_start.clear();
    world_.tell(fleet::EngineListed{"process", world_.engine.list("this-installation")});
    world_.key_becomes("ANTHROPIC_API_KEY", "sk-ant-first");
    world_.key_becomes("DEEPSEEK_API_KEY", "sk-deep-second");
    for (const auto& name : names_of(world_)) {
      if (world_.tiers(name).pause_reason == failover::PauseReason::operator_)
        (void)world_.ask(fleet::UnpauseRequested{name});
      if (world_.agent(name).container) (void)world_.ask(fleet::StartRequested{name});
    }
    go_on(150);
    for (const auto& id : tasks_) {
      const auto row = world_.rollout(id);
      INFO(id << " is " << to_string(row.status) << " of " << row.agent.value_or("the pool")
              << ", held: " << row.held.value_or("-"));
      if (!store::is_finished(row.status))
        CHECK(row.held.value_or("").find("again and again") != std::string::npos);
    }
    for (const auto& name : names_of(world_)) (void)world_.ask(fleet::TierResetRequested{name});
    go_on(1);
    for (const auto& name : names_of(world_)) CHECK_FALSE(world_.agent(name).held);
  }
  void go_on(int hours) {
    const auto ticks = world_.ticks;
    const auto runs = world_.started.size();
    for (int i = 0; i < hours * 2; ++i) {
      finish_all(world_, 5min);
      world_.pass(25min);
    }
    const auto worked = static_cast<int>(world_.started.size() - runs);
    CHECK(world_.ticks - ticks < 500 + 40 * hours + 20 * worked);
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
      CHECK_FALSE(row.held);
      for (const auto& attempt : world_.attempts(id)) CHECK(attempt.end_time.has_value());
      if (row.status == store::RolloutStatus::failed)
        CHECK(world_.metadata(id, "/verdict/failover") != "true");
    }
    for (const auto* name : {"coder-a", "coder-b", "coder-c", "helper-x", "crew-a", "crew-e", "writer-a"})
      check_ledger(name);
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
  std::map<std::string, Weather> weather_{};
  Words tasks_{};
  std::size_t checked_{0};
};

}  // namespace

TEST_CASE("whatever happens, every task ends exactly once and the records add up", "[fleet][simulation]") {
  const auto seed = GENERATE(range(1u, 13u));
  INFO("seed " << seed);
  Simulation(seed).run(300);
}
