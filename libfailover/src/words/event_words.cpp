#include <array>

#include "words/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace words {

namespace {

template <class Made>
struct EventName {
  std::string_view name;
  Made (*read)(const json::Members&);
};

/// By its `type`; the first of the list stands for what is none.
template <class Made, std::size_t count>
Made read_by_type(const json::Members& members, const std::array<EventName<Made>, count>& all) {
  const auto type = members.text("type");
  std::string names;
  for (const auto& one : all) {
    if (one.name == type) return one.read(members);
    names.append(names.empty() ? "" : ", ").append(one.name);
  }
  members.problem("type", "must be one of " + names);
  return {};
}

Verdict verdict_in(const json::Members& members) {
  return read_verdict(members.object("verdict"));
}
std::optional<int> status_in(const json::Members& members) {
  const auto status = members.integer("status", 100, 999);
  return status ? std::optional(static_cast<int>(*status)) : std::nullopt;
}

TierKey read_tier_key(const json::Members& members) {
  return {members.text("account"), members.text("model")};
}
Attempt attempt_in(const json::Members& members) {
  const auto attempt = members.object("attempt");
  return {.id = attempt.text("id"),
          .agent = attempt.text("agent"),
          .task = attempt.text("task"),
          .on = read_tier_key(attempt.object("on")),
          .host = attempt.text("host"),
          .down = attempt.flag("down"),
          .began = read_instant(attempt, "began").value_or(Instant{})};
}

using Members = json::Members;
constexpr std::array tier_events{
    EventName<Event>{"outcome",
                     [](const Members& it) -> Event {
                       return OutcomeObserved{verdict_in(it), read_tier(it, "on"), status_in(it)};
                     }},
    EventName<Event>{"budget_exceeded",
                     [](const Members& it) -> Event {
                       return BudgetExceeded{read_tier(it, "on"), read_instant(it, "below_at")};
                     }},
    EventName<Event>{"pause", [](const Members&) -> Event { return PauseRequested{}; }},
    EventName<Event>{"unpause", [](const Members&) -> Event { return UnpauseRequested{}; }},
    EventName<Event>{"reset", [](const Members&) -> Event { return ResetRequested{}; }},
    EventName<Event>{"chain_changed", [](const Members&) -> Event { return ChainChanged{}; }},
    EventName<Event>{"tick", [](const Members&) -> Event { return Ticked{}; }},
};

HealthWord begins(const Members& it) {
  Begins event{.attempt = attempt_in(it), .early = it.flag("early")};
  if (const auto time = read_duration_ms(it, "may_start_for_ms")) event.may_start_for = *time;
  return HealthEvent{event};
}
HealthWord ended(const Members& it) {
  return HealthEvent{Ended{.attempt = attempt_in(it),
                           .verdict = verdict_in(it),
                           .answered = it.flag("answered"),
                           .status = status_in(it)}};
}
HealthWord restarted(const Members& it) {
  Restarted event;
  it.each_text("adopted", [&event](std::string_view id) { event.adopted.emplace(id); });
  return HealthEvent{event};
}
HealthWord remembered(const Members& it) {
  return HealthEvent{Remembered{.agent = it.text("agent"),
                                .on = read_tier_key(it.object("on")),
                                .until = read_instant(it, "until").value_or(Instant{}),
                                .kind = it.word<Kind>("kind")}};
}
HealthWord reach_changed(const Members& it) {
  ReachChanged event;
  it.each("tiers", [&event](const Members& tier) { event.tiers.insert(read_tier_key(tier)); });
  it.each_text("agents", [&event](std::string_view agent) { event.agents.emplace(agent); });
  return HealthEvent{event};
}

constexpr std::array health_events{
    EventName<HealthWord>{"tick", [](const Members&) -> HealthWord { return HealthEvent{Ticked{}}; }},
    EventName<HealthWord>{"ask", [](const Members& it) -> HealthWord { return Asked{attempt_in(it)}; }},
    EventName<HealthWord>{"begins", begins},
    EventName<HealthWord>{"waits",
                          [](const Members& it) -> HealthWord { return HealthEvent{Waits{attempt_in(it)}}; }},
    EventName<HealthWord>{
        "running", [](const Members& it) -> HealthWord { return HealthEvent{Running{it.text("id")}}; }},
    EventName<HealthWord>{
        "answered", [](const Members& it) -> HealthWord { return HealthEvent{Answered{attempt_in(it)}}; }},
    EventName<HealthWord>{"ended", ended},
    EventName<HealthWord>{
        "released", [](const Members& it) -> HealthWord { return HealthEvent{Released{it.text("id")}}; }},
    EventName<HealthWord>{"restarted", restarted},
    EventName<HealthWord>{"try_requested",
                          [](const Members& it) -> HealthWord {
                            return HealthEvent{TryRequested{it.text("account"), it.maybe_text("model")}};
                          }},
    EventName<HealthWord>{
        "account_reset",
        [](const Members& it) -> HealthWord { return HealthEvent{AccountReset{it.text("account")}}; }},
    EventName<HealthWord>{"key_missing",
                          [](const Members& it) -> HealthWord {
                            return HealthEvent{KeyMissing{it.text("account"), it.text("reason")}};
                          }},
    EventName<HealthWord>{"key_changed",
                          [](const Members& it) -> HealthWord {
                            return HealthEvent{KeyChanged{it.text("was"), it.text("is")}};
                          }},
    EventName<HealthWord>{"remembered", remembered},
    EventName<HealthWord>{"reach_changed", reach_changed},
    EventName<HealthWord>{
        "agent_sent",
        [](const Members& it) -> HealthWord { return HealthEvent{AgentSent{it.text("agent")}}; }},
};

}  // namespace

Event read_event(const json::Members& members) {
  return read_by_type(members, tier_events);
}

void write(json::Writer& out, const LedgerEntry& entry) {
  out.open_object()
      .integer("from_tier", entry.from_tier)
      .integer("to_tier", entry.to_tier)
      .text("kind", to_string(entry.kind))
      .text("reason", entry.reason)
      .close_object();
}

HealthWord read_health_event(const json::Members& members) {
  return read_by_type(members, health_events);
}

const Attempt* attempt_of(const HealthWord& word) {
  if (const auto* asked = std::get_if<Asked>(&word)) return &asked->attempt;
  const auto* event = std::get_if<HealthEvent>(&word);
  if (event == nullptr) return nullptr;
  return std::visit(
      [](const auto& one) -> const Attempt* {
        if constexpr (requires { one.attempt.on; })
          return &one.attempt;
        else
          return nullptr;
      },
      *event);
}

}  // namespace words
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
