#pragma once
// A few agents with queues, health between them, and no clock but the test's.
#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "health_rig.hpp"
#include "understudy/failover/health_tiers.hpp"

namespace fleet {

struct Member {
  Seat seat{};
  State state{};
  std::deque<std::string> queue{};
  std::vector<TierId> refused{};  ///< by the first task of the queue
  std::optional<Attempt> running{};
  Choice choice{};  ///< the last one
  RetryState tries{};
  Instant not_before{};
  int begun{0}, done{0}, failed{0};
};

struct Squad {
  Policy policy{tiers::two_tiers()};
  Health health{};
  Instant now{1'700'000'000'000ms};
  double chance{0.5};
  std::map<std::string, Member> members{};
  std::vector<std::pair<std::string, LedgerEntry>> rows{};
  std::vector<std::string> begun{};  ///< "ann ①"
  int numbered{0};

  /// With an account for each provider of the chain.
  Member& join(const std::string& name, int tasks = 1) {
    Member& member = members[name];
    member.seat.agent = name;
    member.seat.chain.clear();
    for (const TierId& tier : policy.chain) member.seat.chain.push_back({.account = tier.provider});
    for (int i = 0; i < tasks; ++i) member.queue.push_back(name + "-" + std::to_string(i));
    return member;
  }
  Member& at(const std::string& name) { return members.at(name); }
  [[nodiscard]] TierKey on(int tier) const {
    const TierId& id = policy.chain.at(static_cast<std::size_t>(tier) - 1);
    return {id.provider, id.model};
  }

  SeatStep tell(const std::string& name, const SeatEvent& event) {
    Member& member = at(name);
    SeatStep next = step(policy, member.seat, std::move(health), std::move(member.state), event, now, chance);
    health = next.health;
    member.state = next.state;
    for (const LedgerEntry& row : next.ledger) rows.emplace_back(name, row);
    return next;
  }
  void tick() { health = step(policy, std::move(health), Ticked{}, now, chance).health; }
  void pass(Duration time) {
    now += time;
    tick();
  }

  /// The first task of its queue, if it may begin.
  bool ask(const std::string& name) {
    Member& member = at(name);
    if (member.running || member.queue.empty() || member.not_before > now) return false;
    const std::string id = "at-" + std::to_string(++numbered);
    member.choice = tell(name, TaskWaits{id, member.queue.front(), member.refused}).choice;
    if (member.choice.what != Decision::begin) return false;
    member.running = Attempt{.id = id,
                             .agent = name,
                             .task = member.queue.front(),
                             .on = on(member.choice.tier),
                             .down = member.choice.tier > 1,
                             .began = now};
    ++member.begun;
    begun.push_back(name + " " + std::to_string(member.choice.tier));
    now += 1ms;
    return true;
  }
  /// Everybody who may, in order.
  void settle() {
    const auto opener = [&](const std::string& name, const Member& member) {
      const std::string task = member.queue.empty() ? "" : member.queue.front();
      return opened_it(health, {.agent = name, .task = task, .on = on(1)}, now);
    };
    for (auto& [name, member] : members)
      if (!opener(name, member)) ask(name);
    for (auto& [name, member] : members) ask(name);
  }
  void answer(const std::string& name) {
    health = step(policy, std::move(health), Answered{*at(name).running}, now, chance).health;
  }
  /// The running attempt ended; the task is done, failed, or first in its queue again.
  TaskFate end(const std::string& name, const Verdict& verdict, bool answered) {
    Member& member = at(name);
    REQUIRE(member.running);
    const Attempt attempt = *std::exchange(member.running, std::nullopt);
    const TaskFate fate = tell(name, Ended{attempt, verdict, answered}).fate;
    if (is_provider_fault(verdict.kind) && fate == TaskFate::usual) {
      const TierId tier{attempt.on.account, attempt.on.model};
      Retry retry = decide_retry(policy, member.seat, health, member.state, std::move(member.tries), verdict,
                                 tier, now);
      member.tries = std::move(retry.state);
      if (retry.kind == RetryKind::later) member.not_before = now + retry.delay;
      return fate;
    }
    ++(verdict.kind == Kind::success ? member.done : member.failed);
    member.queue.pop_front();
    member.tries = {};
    member.refused.clear();
    return fate;
  }
  void end(const std::string& name, Kind kind) { end(name, tiers::verdict(kind), kind == Kind::success); }
  void run(const std::string& name, Kind kind) { run(name, tiers::verdict(kind)); }
  void run(const std::string& name, const Verdict& verdict) {
    if (at(name).queue.empty()) at(name).queue.push_back(name + "-more");
    REQUIRE(ask(name));
    end(name, verdict, verdict.kind == Kind::success);
  }

  [[nodiscard]] int tier_of(const std::string& name) { return at(name).state.current_tier; }
  [[nodiscard]] std::optional<Instant> retry_at_of(const std::string& name) {
    return retry_at(policy, at(name).seat, health, at(name).state, now);
  }
  void until_due(const EntryKey& key) {
    REQUIRE(health.entries.contains(key));
    now = std::max(now, health.entries.at(key).until);
    tick();
  }
  [[nodiscard]] const LedgerEntry& row() const {
    REQUIRE_FALSE(rows.empty());
    return rows.back().second;
  }
};

}  // namespace fleet
