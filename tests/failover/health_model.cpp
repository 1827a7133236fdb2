#include "health_model.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_set>
#include <vector>

namespace model {

using namespace understudy::failover;
using namespace std::chrono_literals;

namespace {

struct Running {
  Attempt attempt{};
  std::set<EntryKey> tries{};  ///< entries on which it was let through as the one on trial, still waited for
};

struct World {
  Health health{};
  Instant now{std::chrono::hours{500'000}};
  std::map<std::string, Running> running{};  ///< by agent
  Budget left{};
  int numbered{0};
  std::string violation{};
};

/// What makes two worlds the same from here on.
std::string text_of(const World& world) {
  std::string text;
  const auto add = [&text](auto value) { text += std::to_string(value) + ","; };
  const auto time = [&](Instant at) { add((at - world.now).count()); };
  for (const auto& [key, entry] : world.health.entries) {
    text += key.account + static_cast<char>('0' + static_cast<int>(key.scope)) + key.model + key.who + ":";
    add(static_cast<int>(entry.state));
    add(static_cast<int>(entry.kind.value_or(Kind::success)));
    text += entry.seen_by + entry.task + entry.trial.attempt;
    time(entry.since);
    time(entry.until);
    add(entry.length.count());
    time(entry.trial.until);
    add(entry.ramp.places);
    add(entry.ramp.step);
    time(entry.ramp.next);
    for (const auto& names : {entry.ramp.admitted, entry.ramp.waiting, entry.freed})
      for (const auto& name : names) text += name + ";";
    text += '/';
  }
  for (const auto& [key, memory] : world.health.tiers) {
    text += key.account + key.model + memory.last.agent + memory.last.task;
    add(memory.row);
    time(memory.last.at);
    time(memory.other_agent.at);
    time(memory.opened.value_or(Instant{}));
  }
  for (const auto& [agent, run] : world.running) {
    text += agent + run.attempt.id + run.attempt.on.model;
    time(run.attempt.began);
  }
  const Budget& left = world.left;
  for (const int one : {left.begins, left.faults, left.answers, left.ends, left.unseen, left.moments,
                        left.setbacks, left.commands})
    add(one);
  return text;
}

class Model {
 public:
  explicit Model(const Setup& setup) : setup_(setup) {
    policy_.enabled = true;
    policy_.server_error_threshold = 1;
    for (int i = 0; i < setup.agents; ++i) agents_.push_back(std::string(1, static_cast<char>('a' + i)));
    for (int i = 0; i < setup.tiers; ++i)
      tiers_.push_back({setup.one_account || i == 0 ? "k1" : "k2", "m" + std::to_string(i + 1)});
  }

  [[nodiscard]] World first() const {
    World world{.left = setup_.budget};
    if (!setup_.open) return world;
    const Attempt gone{.id = "z", .agent = "z", .task = "z", .on = tiers_[0], .began = world.now};
    world.now += 1s;
    tell(world, Ended{gone, fault(Kind::server_error)});
    return world;
  }

  /// All worlds one action away, each with its words.
  void expand(const World& from, const std::function<void(World, std::string)>& visit) const {
    const auto act = [&](std::string words, int Budget::*cost, auto&& change) {
      if (from.left.*cost <= 0) return;
      World next = from;
      --(next.left.*cost);
      next.now += 1ms;
      change(next);
      check(from, next);
      visit(std::move(next), std::move(words));
    };
    for (const std::string& agent : agents_) {
      const auto run = from.running.find(agent);
      if (run == from.running.end()) {
        for (const TierKey& on : tiers_)
          if (may(from, agent, on) != Pass::blocked)
            act(agent + " begins on " + on.model, &Budget::begins,
                [&](World& next) { begin(next, agent, on); });
        continue;
      }
      act(agent + " is answered", &Budget::answers, [&](World& next) { answer(next, agent); });
      for (const Kind kind : {Kind::auth_error, Kind::server_error})
        act(agent + " meets " + std::string(to_string(kind)), &Budget::faults,
            [&](World& next) { fail(next, agent, kind); });
      act(agent + " is cancelled", &Budget::ends, [&](World& next) {
        const Running ended = take(next, agent);
        tell(next, Released{ended.attempt.id});
      });
      act(agent + " fails by itself", &Budget::ends, [&](World& next) {
        const Running ended = take(next, agent);
        tell(next, Ended{ended.attempt, {.kind = Kind::task_error}});
      });
      act(agent + " succeeds unseen", &Budget::unseen, [&](World& next) {
        const Running ended = take(next, agent);
        tell(next, Ended{ended.attempt, {.kind = Kind::success}});
      });
    }
    if (const auto due = next_deadline(from.health, from.now))
      act("time passes", &Budget::moments, [&](World& next) {
        next.now = std::max(next.now, *due);
        tick(next);
      });
    act("the clock is set back", &Budget::setbacks, [&](World& next) {
      next.now -= 48h;
      tick(next);
      for (const auto& [key, entry] : next.health.entries)
        if (entry.until - next.now > entry.length) next.violation = "NoLongerByTheClock";
    });
    act("the operator tries", &Budget::commands, [&](World& next) { tell(next, TryRequested{"k1", {}}); });
    act("the operator resets", &Budget::commands, [&](World& next) { tell(next, AccountReset{"k1"}); });
  }

  /// Everything answers from now on: soon nothing is in anybody's way.
  [[nodiscard]] bool comes_to_rest(World world) const {
    for (int round = 0; round < 40; ++round) {
      while (!world.running.empty()) {
        const Running run = take(world, world.running.begin()->first);
        tell(world, Ended{run.attempt, {.kind = Kind::success}, true});
        world.now += 1ms;
      }
      bool free = true;
      for (const std::string& agent : agents_)
        for (const TierKey& on : tiers_) {
          const Pass pass = may(world, agent, on);
          free = free && pass == Pass::free;
          if ((pass == Pass::trial || pass == Pass::place) && !world.running.contains(agent))
            begin(world, agent, on);
        }
      if (free) return true;
      if (!world.running.empty()) continue;
      const auto due = next_deadline(world.health, world.now);
      if (!due) return false;
      world.now = std::max(world.now, *due);
      tell(world, Ticked{});
    }
    return false;
  }

 private:
  static Verdict fault(Kind kind) {
    Verdict verdict{.kind = kind, .failover = true};
    if (kind == Kind::auth_error) verdict.status = 401;
    return verdict;
  }
  HealthStep tell(World& world, const HealthEvent& event) const {
    HealthStep next = step_with(setup_.protections, policy_, std::move(world.health), event, world.now, 0.5);
    world.health = next.health;
    for (auto& [agent, run] : world.running)  // whose trial is over
      std::erase_if(run.tries, [&world, id = run.attempt.id](const EntryKey& key) {
        const auto entry = world.health.entries.find(key);
        return entry == world.health.entries.end() || entry->second.trial.attempt != id;
      });
    return next;
  }
  [[nodiscard]] Pass may(const World& world, const std::string& agent, const TierKey& on) const {
    return access_with(setup_.protections, world.health, {.agent = agent, .on = on}, world.now).pass;
  }
  static Running take(World& world, const std::string& agent) {
    Running run = std::move(world.running.at(agent));
    world.running.erase(agent);
    return run;
  }

  void begin(World& world, const std::string& agent, const TierKey& on) const {
    Running run{.attempt = {.id = "t" + std::to_string(++world.numbered),
                            .agent = agent,
                            .task = "of-" + agent,
                            .on = on,
                            .began = world.now}};
    const std::size_t climbing = begun_on_a_ramp(world, run.attempt);
    const auto passes = [&](const EntryKey& key) {
      return key.account == on.account && (key.model.empty() || key.model == on.model) &&
             (key.who.empty() || key.who == agent);
    };
    for (const auto& [other, running] : world.running)
      if (std::ranges::any_of(running.tries, passes) && !freed(world, agent)) world.violation = "OneTrial";
    tell(world, Begins{run.attempt});
    for (const auto& [key, entry] : world.health.entries)
      if (passes(key) && entry.state == HealthState::trial && entry.trial.attempt == run.attempt.id)
        run.tries.insert(key);
    if (climbing > 2) world.violation = "FewOnTheRamp";
    world.running[agent] = std::move(run);
  }
  static bool freed(const World& world, const std::string& agent) {
    return std::ranges::any_of(world.health.entries,
                               [&](const auto& entry) { return entry.second.freed.contains(agent); });
  }
  /// Agents that came in the first step of a ramp, with this one.
  static std::size_t begun_on_a_ramp(const World& world, const Attempt& attempt) {
    for (const auto& [key, entry] : world.health.entries)
      if (entry.state == HealthState::ramping && entry.ramp.step == 0 && key.account == attempt.on.account &&
          (key.model.empty() || key.model == attempt.on.model)) {
        auto agents = entry.ramp.admitted;
        agents.insert(attempt.agent);
        return agents.size();
      }
    return 0;
  }

  void answer(World& world, const std::string& agent) const {
    const World before = world;
    Running& run = world.running.at(agent);
    tell(world, Answered{run.attempt});
    late_closes_nothing(before, world, run.attempt);
    run.tries.clear();
  }
  void fail(World& world, const std::string& agent, Kind kind) const {
    const World before = world;
    const Running run = take(world, agent);
    tell(world, Ended{run.attempt, fault(kind)});
    for (const auto& [key, was] : before.health.entries) {
      const auto is = world.health.entries.find(key);
      if (is == world.health.entries.end()) continue;
      const bool late = run.attempt.began <= was.since && was.trial.attempt != run.attempt.id;
      const bool was_out = was.state == HealthState::open || was.state == HealthState::due;
      if (late && was_out && is->second.length > std::max<Duration>(was.length, 60min))
        world.violation = "LateDoublesNothing";
      if (late && was_out && is->second.since != was.since) world.violation = "LateDoublesNothing";
      // Who opened it, while somebody else was answered since, opens nothing for all again.
      const bool opened = is->second.state == HealthState::open && is->second.since == world.now;
      if (opened && key.scope != Scope::agent && was.seen_by == agent &&
          answered_since(before, key, agent, was.since) && was.state != HealthState::open)
        world.violation = "BlameNarrows";
    }
  }
  static bool answered_since(const World& world, const EntryKey& key, const std::string& agent,
                             Instant since) {
    const Entry& entry = world.health.entries.at(key);
    for (const auto& [tier, memory] : world.health.tiers) {
      if (tier.account != key.account) continue;
      const Instant at = memory.last.agent != agent ? memory.last.at : memory.other_agent.at;
      if (at > since && world.now - at <= entry.length) return true;
    }
    return false;
  }
  static void late_closes_nothing(const World& before, World& world, const Attempt& attempt) {
    for (const auto& [key, was] : before.health.entries) {
      const auto is = world.health.entries.find(key);
      const bool late = attempt.began <= was.since && was.trial.attempt != attempt.id;
      if (late && (is == world.health.entries.end() || is->second.state != was.state))
        world.violation = "LateClosesNothing";
    }
  }
  void tick(World& world) const {
    tell(world, Ticked{});
    for (const auto& [key, entry] : world.health.entries)
      if (entry.state == HealthState::trial && entry.trial.until <= world.now)
        world.violation = "TrialHasAGrace";
    const auto due = next_deadline(world.health, world.now);
    if (world.violation.empty() && due && *due <= world.now) world.violation = "NoTimerForEver";
  }

  /// What holds in every world.
  void check(const World&, World& world) const {
    for (const auto& [key, entry] : world.health.entries) {
      if (entry.state != HealthState::trial) continue;
      const bool runs = std::ranges::any_of(
          world.running, [&](const auto& one) { return one.second.attempt.id == entry.trial.attempt; });
      if (!runs) world.violation = "TrialEndsWithItsAttempt";
    }
    for (const std::string& agent : agents_)
      for (const TierKey& on : tiers_) {
        const Access known =
            access_with(setup_.protections, world.health, {.agent = agent, .on = on}, world.now);
        if (known.pass == Pass::blocked && (!known.until || *known.until <= world.now))
          world.violation = "EveryRefusalNamesAWait";
        if (known.by != nullptr && known.by->state == HealthState::closed)
          world.violation = "ClosedBlocksNobody";
      }
  }

  Setup setup_;
  Policy policy_{};
  std::vector<std::string> agents_{};
  std::vector<TierKey> tiers_{};
};

struct Step {
  std::size_t from{0};
  std::string words{};
};

std::string trace_to(const std::vector<Step>& steps, std::size_t at) {
  std::string text;
  for (; at != 0; at = steps[at].from) text = steps[at].words + "\n" + text;
  return text;
}

}  // namespace

Report explore(const Setup& setup, std::size_t bound) {
  const Model model(setup);
  Report report;
  std::vector<Step> steps{{}};
  std::deque<std::pair<std::size_t, World>> frontier;
  std::unordered_set<std::string> seen;
  frontier.emplace_back(0, model.first());
  seen.insert(text_of(frontier.front().second));
  while (!frontier.empty()) {
    const auto [index, world] = std::move(frontier.front());
    frontier.pop_front();
    bool last = true;
    model.expand(world, [&](World next, std::string words) {
      last = false;
      if (!report.violation.empty() || (next.violation.empty() && !seen.insert(text_of(next)).second)) return;
      steps.push_back({index, std::move(words)});
      report.violation = next.violation;
      if (!report.violation.empty()) report.trace = trace_to(steps, steps.size() - 1);
      frontier.emplace_back(steps.size() - 1, std::move(next));
    });
    report.states = seen.size();
    if (!report.violation.empty() || report.states > bound) return report;
    if (!last && world.left.begins > 0) continue;
    if (!model.comes_to_rest(world)) {
      report.violation = "WellAgain";
      report.trace = trace_to(steps, index);
      return report;
    }
  }
  report.exhausted = true;
  return report;
}

}  // namespace model
