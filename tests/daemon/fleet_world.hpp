#pragma once
#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "daemon/fleet_engine.hpp"
#include "daemon/fleet_parts.hpp"
#include "fleet/handle.hpp"
#include "fleet/health_json.hpp"
#include "fleet/records.hpp"
#include "support/scratch.hpp"
#include "understudy/container/json.hpp"
#include "understudy/store/reader.hpp"

namespace fleet_world {

/// A real fleet with a real store, manual time and a simulated engine: weeks pass in milliseconds.
class World {
 public:
  explicit World(config::Config config = two_tiers())
      : config_(std::make_shared<const config::Config>(std::move(config))) {
    come_up();
  }

  HandClock clock{};
  Ports ports{};
  Engine engine{};
  std::map<std::string, fleet::RunTask> runs{};    ///< under way, by attempt
  std::map<std::string, std::string> env_files{};  ///< text by agent
  std::vector<fleet::RunTask> started{};           ///< every run ever
  std::vector<fleet::FollowTask> followed{};       ///< after restarts
  std::vector<fleet::EndTask> signals{};
  std::vector<fleet::Discard> discarded{};
  bool signals_answered{true};                       ///< signals are answered
  std::optional<ports::EngineError> signal_error{};  ///< error of every signal, while set
  bool obedient{true};                               ///< a signalled run ends at once
  bool awaiting_reply{false};                        ///< with an unanswered API call as its last output
  std::vector<std::string> secrets{"sk-ant-first", "sk-deep-second"};
  std::optional<ports::EngineError> runtime_refuses{};  ///< error of every run, while set
  int ticks{0};                                         ///< times that the fleet was woken by the clock

  [[nodiscard]] fleet::Fleet& fleet() { return *fleet_; }
  [[nodiscard]] const fleet::Fleet& fleet() const { return *fleet_; }
  [[nodiscard]] store::Store& store() { return *store_; }

  // -- time

  /// Runs the edge and the fleet until neither has anything to do.
  void settle() {
    for (int rounds = 0; due_ || !ports.effects.empty(); ++rounds) {
      if (rounds > 2000) FAIL("the fleet and its edge never come to rest");
      for (auto effects = std::exchange(ports.effects, {}); auto& effect : effects)
        std::visit([this](auto& wanted) { act(wanted); }, effect);
      if (std::exchange(due_, false)) fleet_->turn();
    }
  }
  void pass(milliseconds time) {
    const auto until = clock.steady_now + time;
    for (int late = 0; late < 50;) {
      const auto due = fleet_->next_deadline();
      if (!due || *due > until) break;
      late = *due <= clock.steady_now ? late + 1 : 0;
      if (late == 50) FAIL("a deadline stays in the past");
      clock.advance(std::max(*due - clock.steady_now, milliseconds{late ? 5 : 0}));
      ++ticks;
      tell(fleet::Ticked{});
    }
    clock.advance(std::max(until - clock.steady_now, milliseconds{0}));
  }

  // -- messages

  void tell(fleet::What what) {
    fleet_->post({std::move(what), {}});
    settle();
  }
  fleet::Answer ask(fleet::What what) {
    std::optional<fleet::Answer> given;
    fleet_->post({std::move(what), [&given](const fleet::Answer& answer) { given = answer; }});
    settle();
    REQUIRE(given.has_value());
    return *given;
  }
  /// A task for an instance, or for the pool of a type; returns its id.
  std::string submit(const std::string& agent, const std::string& type = "", const std::string& config = "{}",
                     const std::string& input = R"("do it")") {
    const auto id = "ro-" + std::to_string(++submitted_);
    const auto answer = ask(fleet::TaskSubmitted{
        .rollout_id = id, .agent = agent, .agent_type = type, .input_json = input, .config_json = config});
    if (!answer) FAIL(answer.error().detail);
    return id;
  }
  std::string submit_to_pool(const std::string& type = "coder") { return submit("", type); }

  /// Ends this agent's run.
  void ends(const std::string& agent, Ending ending) {
    const auto* run = run_of(agent);
    if (!run) FAIL(agent + " runs nothing");
    post_end(*run, std::move(ending));
    settle();
  }
  /// Runs a new task from its submission to its end.
  std::string work(const std::string& agent, Ending ending) {
    auto id = submit(agent);
    ends(agent, std::move(ending));
    return id;
  }
  /// Its provider is seen to answer while it runs.
  void answers_early(const std::string& agent) {
    tell(fleet::TaskAnswered{agent, run_of(agent)->task.attempt_id});
  }
  /// Its provider says nothing.
  void falls_silent(const std::string& agent) {
    tell(fleet::TaskSilent{agent, run_of(agent)->task.attempt_id});
  }
  void key_becomes(const std::string& variable, std::optional<std::string> key) {
    if (key)
      ports.variables[variable] = *key;
    else
      ports.variables.erase(variable);
    tell(fleet::KeysChanged{});
  }
  void crash(const std::string& agent, int exit_code = 137) {
    auto died = engine.crash(agent, exit_code);
    REQUIRE(died.has_value());
    std::erase_if(runs,
                  [&](const auto& run) { return run.second.container_id == died->incarnation.container_id; });
    tell(fleet::EngineEvent{"process", *died});
  }
  void configure(config::Config config) {
    config_ = std::make_shared<const config::Config>(std::move(config));
    REQUIRE(ask(fleet::ConfigChanged{config_}).has_value());
  }

  /// The engine answers the requests it held back.
  void release() {
    engine.holds = nullptr;
    for (auto held = std::exchange(engine.held, {}); const auto& request : held) act(request);
    settle();
  }

  /// The daemon is killed and restarted; effects not carried out yet are lost.
  void restart() {
    go_down();
    come_up();
  }
  void restart_with(config::Config config) {
    go_down();
    config_ = std::make_shared<const config::Config>(std::move(config));
    come_up();
  }

  // -- observations

  [[nodiscard]] const fleet::RunTask* run_of(const std::string& agent) const {
    for (const auto& [attempt, run] : runs)
      if (run.agent == agent) return &run;
    return nullptr;
  }
  [[nodiscard]] const fleet::Agent& agent(const std::string& name) const {
    return fleet_->state().agents.at(name);
  }
  [[nodiscard]] const failover::State& tiers(const std::string& name) const { return agent(name).tiers; }
  /// When it may return to tier 1; while exhausted: when any tier may serve.
  [[nodiscard]] std::optional<failover::Instant> retry_at(const std::string& name) const {
    const auto& state = fleet_->state();
    return fleet::retry_at(agent(name), state.config->agent_types.at(agent(name).type), *state.accounts,
                           state.health, clock.wall());
  }
  [[nodiscard]] std::string phase(const std::string& name) const {
    return std::string(container::lifecycle_state(*agent(name).container));
  }
  [[nodiscard]] store::RolloutRow rollout(const std::string& id) {
    const auto row = reader().rollout(id);
    REQUIRE(row.has_value());
    return *row;
  }
  [[nodiscard]] std::string status(const std::string& id) {
    return std::string(to_string(rollout(id).status));
  }
  [[nodiscard]] std::vector<store::AttemptRow> attempts(const std::string& id) {
    return reader().find_attempts({.rollout_id = id}).items;
  }
  /// A value in the latest attempt's metadata, as text.
  [[nodiscard]] std::string metadata(const std::string& id, std::string_view pointer) {
    const auto value = boost::json::parse(reader().rollout_with_attempt(id)->attempt->metadata.value());
    boost::system::error_code error;
    const auto* found = value.find_pointer(pointer, error);
    return found ? found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found)
                 : "";
  }
  [[nodiscard]] std::vector<store::LedgerRow> ledger(const std::string& agent) {
    return reader().ledger(agent, 0, 10'000, std::nullopt);
  }
  /// Rows as "1→2 auth_error".
  [[nodiscard]] std::vector<std::string> moves(const std::string& agent) {
    std::vector<std::string> words;
    for (const auto& row : ledger(agent))
      words.push_back(std::to_string(row.from_tier) + "→" + std::to_string(row.to_tier) + " " + row.kind);
    return words;
  }
  [[nodiscard]] std::vector<store::EventRow> events(const std::string& type) {
    return reader().events({.types = {type}, .limit = 100'000});
  }
  /// Checks that a boot would restore what the fleet believes.
  void check_disk_is_memory() {
    const auto disk = opened(store_->load_boot_state());
    const auto& agents = fleet_->state().agents;
    CHECK(disk.last_event_id == fleet_->state().last_event_id);
    CHECK(disk.provider_states.size() == agents.size());
    for (const auto& row : disk.provider_states) CHECK(fleet::tiers_from(row) == agents.at(row.agent).tiers);
    CHECK(known_of(disk) == known_of(fleet_->state().health));
    for (const auto& row : disk.container_states) {
      const container::Persisted& kept = *agents.at(row.instance).container;
      CHECK(container::to_json(fleet::kept_from(row.state)) == container::to_json(kept));
    }
    for (const auto& row : disk.metrics) {
      CHECK(fleet::metrics_from(row) == agents.at(row.instance).metrics);
      CHECK(row.last_event == agents.at(row.instance).last_lifecycle_event);
    }
    std::set<std::string> under_way;
    for (const auto& [name, agent] : agents)
      if (agent.task) under_way.insert(agent.task->attempt_id);
    std::set<std::string> remembered;
    for (const auto& unfinished : disk.unfinished) remembered.insert(unfinished.attempt.attempt_id);
    CHECK(under_way == remembered);
  }
  /// All bytes of the database and its log.
  [[nodiscard]] std::string on_disk() const {
    std::string bytes;
    for (const auto* suffix : {"", "-wal"}) {
      std::ifstream file(path() + suffix, std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  }
  /// The disk has space again.
  void give_room() {
    SQLite::Database other(path(), SQLite::OPEN_READWRITE);
    other.exec("DELETE FROM rollouts WHERE rollout_id LIKE 'big-%' AND rollout_id <> 'big-0'");
  }
  [[nodiscard]] store::Reader& reader() {
    if (!reader_) reader_.emplace(opened(store::Reader::open(path())));
    return *reader_;
  }
  [[nodiscard]] std::string path() const { return scratch_ / "understudy.db"; }

 private:
  using Known = std::map<failover::EntryKey, failover::Entry, failover::EntryLess>;

  /// All but who waits for a place: they ask again.
  static Known known_of(const failover::Health& health) {
    auto known = health.entries;
    for (auto& [key, entry] : known) entry.ramp.waiting.clear();
    return known;
  }
  static Known known_of(const store::BootState& disk) {
    failover::Health health;
    for (const auto& row : disk.provider_health) health.entries.insert(fleet::health_from(row).value());
    return known_of(health);
  }

  void come_up() {
    store_.emplace(opened(store::Store::open(path())));
    fleet_.emplace(
        fleet::Fleet::Ports{
            .store = *store_,
            .clock = clock,
            .edge = ports,
            .announcer = ports,
            .log = ports,
            .keys = ports,
            .redact = [this](std::string_view text) { return environment::Redactor(secrets)(text); },
            .wake = [this] { due_ = true; }},
        fleet::Place{"this-installation", "/state", "/usr/bin", "key-of-this-installation"}, config_);
    if (const auto booted = fleet_->boot(); !booted) FAIL(booted.error());
    const bool in_docker = std::ranges::any_of(config_->agent_types, [](const auto& type) {
      return type.second.container.mode == config::Mode::docker;
    });
    tell(fleet::EngineListed{in_docker ? "docker" : "process", engine.list("this-installation")});
  }
  void go_down() {
    ports.effects.clear();
    due_ = false;
    engine.held.clear();
    reader_.reset();
    fleet_.reset();
    store_.reset();
  }

  void post_end(const fleet::RunTask& run, Ending ending) {
    fleet::TaskEnded ended{.agent = run.agent,
                           .rollout_id = run.rollout_id,
                           .attempt_id = run.task.attempt_id,
                           .lost = ending.lost,
                           .spawn_error = std::move(ending.spawn_error),
                           .tampered = ending.tampered,
                           .over_limit = ending.over_limit,
                           .exit_code = ending.exit_code,
                           .signal = ending.signal,
                           .memory_kills = ending.memory_kills,
                           .answered = ending.answered,
                           .awaiting_provider = awaiting_reply,
                           .outcome = std::move(ending.outcome),
                           .usage = ending.usage,
                           .output = std::move(ending.output),
                           .calls = std::move(ending.calls)};
    runs.erase(run.task.attempt_id);
    fleet_->post({std::move(ended), {}});
  }

  void act(const fleet::CarryOut& request) {
    for (auto& event : engine.carry_out(request))
      fleet_->post({fleet::ContainerHappened{request.agent, std::move(event)}, {}});
  }
  void act(const fleet::RunTask& run) {
    if (runtime_refuses) {
      fleet_->post({fleet::TaskNotStarted{run.agent, run.task.attempt_id, *runtime_refuses}, {}});
      return;
    }
    started.push_back(run);
    runs[run.task.attempt_id] = run;
    fleet_->post({fleet::TaskStarted{run.agent, run.task.attempt_id}, {}});
  }
  /// Goes on if it still runs; otherwise it is lost.
  void act(const fleet::FollowTask& follow) {
    followed.push_back(follow);
    if (runs.contains(follow.attempt_id)) return;
    fleet_->post({fleet::TaskEnded{.agent = follow.agent,
                                   .rollout_id = follow.rollout_id,
                                   .attempt_id = follow.attempt_id,
                                   .lost = true},
                  {}});
  }
  void act(const fleet::EndTask& end) {
    signals.push_back(end);
    if (!signals_answered) return;
    fleet_->post({fleet::TaskSignalled{end.agent, end.attempt_id, end.signal_id, signal_error}, {}});
    if (!obedient || signal_error) return;
    for (const auto& [attempt, run] : runs)
      if (run.task.spool_dir == end.spool_dir)
        return post_end(run, {.outcome = {.surface = failover::Surface::cli_text, .exit_code = 143},
                              .usage = failover::Usage{7, 1}});
  }
  void act(const fleet::WriteEnvFile& file) { env_files[file.agent] = file.text; }
  void act(const fleet::Discard& discard) {
    discarded.push_back(discard);
    engine.boxes.erase(discard.container_id);
  }

  support::Scratch scratch_{support::memory()};
  std::shared_ptr<const config::Config> config_;
  std::optional<store::Store> store_{};
  std::optional<store::Reader> reader_{};
  std::optional<fleet::Fleet> fleet_{};
  bool due_{false};
  int submitted_{0};
};

using Words = std::vector<std::string>;

}  // namespace fleet_world
