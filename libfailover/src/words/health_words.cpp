#include "words/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace words {

namespace {

/// Steps are a few within a ramp's minute; more would overflow the number of places.
constexpr int most_steps = 24;
constexpr int most_faults = 2'000'000'000;

std::set<std::string> read_names(const json::Members& members, std::string_view key) {
  std::set<std::string> names;
  members.each_text(key, [&names](std::string_view name) { names.emplace(name); });
  return names;
}
void write_names(json::Writer& out, std::string_view key, const std::set<std::string>& names) {
  out.open_array(key);
  for (const auto& name : names) out.text(name);
  out.close_array();
}

Instant instant(const json::Members& members, std::string_view key) {
  return read_instant(members, key).value_or(Instant{});
}
Duration duration(const json::Members& members, std::string_view key) {
  return read_duration_ms(members, key).value_or(Duration{});
}

Trial read_trial(const json::Members& members) {
  return {.attempt = members.text("attempt"),
          .agent = members.text("agent"),
          .until = instant(members, "until"),
          .grace = duration(members, "grace_ms")};
}
void write_trial(json::Writer& out, const Trial& trial) {
  out.open_object("trial").text("attempt", trial.attempt).text("agent", trial.agent);
  write_instant(out, "until", trial.until);
  write_duration_ms(out, "grace_ms", trial.grace);
  out.close_object();
}

Ramp read_ramp(const json::Members& members) {
  return {.places = members.whole("places", 0),
          .step = members.whole("step", 0, 0, most_steps),
          .since = instant(members, "since"),
          .next = instant(members, "next"),
          .cold = members.flag("cold"),
          .admitted = read_names(members, "admitted"),
          .waiting = read_names(members, "waiting")};
}
void write_ramp(json::Writer& out, const Ramp& ramp) {
  out.open_object("ramp").integer("places", ramp.places).integer("step", ramp.step);
  write_instant(out, "since", ramp.since);
  write_instant(out, "next", ramp.next);
  out.flag("cold", ramp.cold);
  write_names(out, "admitted", ramp.admitted);
  write_names(out, "waiting", ramp.waiting);
  out.close_object();
}

/// Its members.
void write_entry(json::Writer& out, const Entry& entry) {
  out.text("state", to_string(entry.state));
  if (entry.kind) out.text("kind", to_string(*entry.kind));
  out.text("reason", entry.reason).text("seen_by", entry.seen_by).text("task", entry.task);
  write_instant(out, "since", entry.since);
  write_instant(out, "until", entry.until);
  write_duration_ms(out, "length_ms", entry.length);
  write_duration_ms(out, "base_ms", entry.base);
  out.flag("in_place", entry.in_place);
  if (entry.trial != Trial{}) write_trial(out, entry.trial);
  if (entry.ramp != Ramp{}) write_ramp(out, entry.ramp);
  if (!entry.freed.empty()) write_names(out, "freed", entry.freed);
}

void write_key(json::Writer& out, const EntryKey& key) {
  out.text("account", key.account)
      .text("scope", to_string(key.scope))
      .text("model", key.model)
      .text("who", key.who);
}

AnswerSeen read_answer(const json::Members& members, std::string_view key) {
  const auto answer = members.object(key);
  return {.at = instant(answer, "at"), .agent = answer.text("agent"), .task = answer.text("task")};
}
void write_answer(json::Writer& out, std::string_view key, const AnswerSeen& answer) {
  if (answer == AnswerSeen{}) return;
  out.open_object(key);
  write_instant(out, "at", answer.at);
  out.text("agent", answer.agent).text("task", answer.task).close_object();
}

TierMemory read_tier_memory(const json::Members& members) {
  TierMemory memory{.row = members.whole("row", 0),
                    .waits = members.whole("waits", 0),
                    .last = read_answer(members, "last"),
                    .other_agent = read_answer(members, "other_agent"),
                    .other_task = read_answer(members, "other_task"),
                    .opened = read_instant(members, "opened"),
                    .opened_by = members.word<Kind>("opened_by")};
  const auto own = members.object("own");
  for (const auto agent : own.view().members()) {
    const auto faults = agent.integer();
    if (faults && *faults >= 0 && *faults <= most_faults)
      memory.own[std::string(agent.key())] = static_cast<int>(*faults);
    else
      own.problem(agent.key(), "must be a number of faults, got " + json::Members::described(agent));
  }
  if (memory.opened.has_value() != memory.opened_by.has_value())
    members.problem("opened", "and opened_by go together");
  return memory;
}
void write_tier_memory(json::Writer& out, const TierKey& on, const TierMemory& memory) {
  out.open_object().text("account", on.account).text("model", on.model);
  write_count(out, "row", memory.row);
  out.open_object("own");
  for (const auto& [agent, faults] : memory.own) write_count(out, agent, faults);
  out.close_object();
  write_count(out, "waits", memory.waits);
  write_answer(out, "last", memory.last);
  write_answer(out, "other_agent", memory.other_agent);
  write_answer(out, "other_task", memory.other_task);
  if (memory.opened && memory.opened_by) {
    write_instant(out, "opened", *memory.opened);
    out.text("opened_by", to_string(*memory.opened_by));
  }
  out.close_object();
}

}  // namespace

Entry read_entry(const json::Members& members) {
  return {.state = members.word<HealthState>("state").value_or(HealthState::open),
          .kind = members.word<Kind>("kind"),
          .reason = members.text("reason"),
          .seen_by = members.text("seen_by"),
          .task = members.text("task"),
          .since = instant(members, "since"),
          .until = instant(members, "until"),
          .length = duration(members, "length_ms"),
          .base = duration(members, "base_ms"),
          .in_place = members.flag("in_place"),
          .trial = read_trial(members.object("trial")),
          .ramp = read_ramp(members.object("ramp")),
          .freed = read_names(members, "freed")};
}

void write(json::Writer& out, const EntryKey& key) {
  out.open_object();
  write_key(out, key);
  out.close_object();
}

Health read_health(const json::Members& members) {
  check_version(members);
  Health health;
  members.each("entries", [&health](const json::Members& entry) {
    health.entries[{.account = entry.text("account"),
                    .scope = entry.word<Scope>("scope").value_or(Scope::account),
                    .model = entry.text("model"),
                    .who = entry.text("who")}] = read_entry(entry);
  });
  members.each("tiers", [&health](const json::Members& tier) {
    health.tiers[{tier.text("account"), tier.text("model")}] = read_tier_memory(tier);
  });
  members.each("tasks", [&health](const json::Members& task) {
    health.tasks[task.text("task")] = {.blamed = task.whole("blamed", 0),
                                       .broke_off = task.whole("broke_off", 0),
                                       .since = instant(task, "since")};
  });
  health.sent = read_names(members, "sent");
  return health;
}

void write(json::Writer& out, const Health& health) {
  out.open_object();
  write_version(out);
  out.open_array("entries");
  for (const auto& [key, entry] : health.entries) {
    out.open_object();
    write_key(out, key);
    write_entry(out, entry);
    out.close_object();
  }
  out.close_array().open_array("tiers");
  for (const auto& [on, memory] : health.tiers) write_tier_memory(out, on, memory);
  out.close_array().open_array("tasks");
  for (const auto& [task, memory] : health.tasks) {
    out.open_object().text("task", task);
    write_count(out, "blamed", memory.blamed);
    write_count(out, "broke_off", memory.broke_off);
    write_instant(out, "since", memory.since);
    out.close_object();
  }
  out.close_array();
  write_names(out, "sent", health.sent);
  out.close_object();
}

}  // namespace words

std::string to_json(const Entry& entry) {
  json::Writer out;
  out.open_object();
  words::write_entry(out, entry);
  return out.close_object().done();
}
std::string to_json(const Health& health) {
  json::Writer out;
  words::write(out, health);
  return out.done();
}
template <>
Parsed<Entry> from_json(std::string_view text) {
  return words::parse(text, words::read_entry);
}
template <>
Parsed<Health> from_json(std::string_view text) {
  return words::parse(text, words::read_health);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
