// Incoming spans, each of which is also a sign of life of its attempt.
#include <unordered_map>

#include "columns.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

namespace {

/// The attempt of some spans of a call.
struct AttemptSpans {
  std::optional<Rollout> rollout{};
  std::int64_t number{0};
  std::optional<AttemptRow> attempt{};
  std::int64_t added{0};
};
/// Shared by all attempts of a rollout.
struct SequenceCounter {
  std::int64_t rollout{0};
  std::int64_t before{0};
  std::int64_t last_span{0};
};

struct Ids {
  std::string_view rollout_id;
  std::string_view attempt_id;
  bool operator==(const Ids&) const = default;
};
struct HashIds {
  std::size_t operator()(const Ids& ids) const {
    const std::hash<std::string_view> hash;
    return hash(ids.rollout_id) * 31 + hash(ids.attempt_id);
  }
};

AttemptSpans find_attempt_of(Connection& connection, const SpanRow& span) {
  AttemptSpans target{.rollout = look_up(connection, span.rollout_id)};
  if (!target.rollout) return target;
  auto query = connection.query("SELECT a.number, " UNDERSTUDY_ATTEMPT_COLUMNS
                                " FROM attempts a WHERE a.rollout_id = ? AND a.attempt_id = ?",
                                span.rollout_id, span.attempt_id);
  if (!query.next()) return target;
  target.number = query.integer(0);
  target.attempt = read_attempt(query, 1);
  return target;
}

bool insert(Connection& connection, const AttemptSpans& into, const SpanRow& span, std::int64_t sequence_id) {
  connection.run(
      "INSERT INTO spans (rollout, attempt, sequence_id, start_time, end_time, status_code, span_id, "
      "parent_id, trace_id, name, status, context, parent, extra, resource, events, links, attributes) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      into.rollout->number, into.number, sequence_id, span.start_time, span.end_time, span.status_code,
      span.span_id, span.parent_id, span.trace_id, span.name, span.status, span.context, span.parent,
      span.extra, span.resource, span.events, span.links, span.attributes);
  return connection.db.getChanges() > 0;
}

SpanAdded add(Connection& connection, AttemptSpans& into, const SpanRow& span, std::int64_t& last_span) {
  using enum SpanAdded::Result;
  const auto given = span.sequence_id.value_or(last_span + 1);
  const bool is_new = insert(connection, into, span, given);
  if (span.sequence_id)
    last_span = counter_after(last_span, given);
  else if (is_new)
    last_span = given;
  into.added += is_new ? 1 : 0;
  return {is_new ? added : duplicate, given};
}

/// Sets the heartbeat, and revives the attempt and its rollout.
std::optional<Transition> record_heartbeat(Connection& connection, AttemptSpans& target,
                                           SequenceCounter& counter, double now) {
  auto& rollout = *target.rollout;
  auto& attempt = *target.attempt;
  const bool latest = attempt.sequence_id == rollout.attempts;
  const auto before = rollout.status;
  const auto after = after_span({before, attempt.status}, latest);
  attempt.status = after.attempt;
  attempt.last_heartbeat_time = now;
  connection.run(
      "UPDATE attempts SET status = ?, last_heartbeat_time = ?, spans = spans + ? WHERE number = ?",
      attempt.status, now, target.added, target.number);
  if (!latest) return std::nullopt;
  connection.run("UPDATE rollouts SET last_heartbeat_time = ?, last_span = ? WHERE number = ?", now,
                 counter.last_span, rollout.number);
  counter.before = counter.last_span;
  set_status(connection, rollout, after.rollout, now);
  if (after.rollout != before || !rollout.watched) update_watch(connection, rollout, attempt);
  if (after.rollout == before) return std::nullopt;
  return Transition{find_rollout(connection, rollout.rollout_id).value_or(RolloutRow{}), std::move(attempt),
                    before};
}

}  // namespace

SpansAdded Transaction::add_spans(std::span<const SpanRow> spans, double now) {
  if (spans.empty()) return {};
  return writing([&] {
    SpansAdded answer;
    answer.spans.reserve(spans.size());
    std::unordered_map<Ids, AttemptSpans, HashIds> attempts;
    std::unordered_map<std::string_view, SequenceCounter> counters;
    for (const auto& span : spans) {
      const Ids ids{span.rollout_id, span.attempt_id};
      auto known = attempts.find(ids);
      if (known == attempts.end()) known = attempts.emplace(ids, find_attempt_of(*connection_, span)).first;
      auto& target = known->second;
      if (!target.attempt) {
        const auto missing = target.rollout ? SpanAdded::Result::no_attempt : SpanAdded::Result::no_rollout;
        answer.spans.push_back({missing, span.sequence_id.value_or(0)});
        continue;
      }
      const auto& rollout = *target.rollout;
      auto& counter = counters
                          .try_emplace(ids.rollout_id,
                                       SequenceCounter{rollout.number, rollout.last_span, rollout.last_span})
                          .first->second;
      answer.spans.push_back(add(*connection_, target, span, counter.last_span));
    }
    std::int64_t added = 0;
    for (auto& [ids, target] : attempts) {
      if (target.added == 0) continue;
      added += target.added;
      if (auto changed = record_heartbeat(*connection_, target, counters.at(ids.rollout_id), now))
        answer.changed.push_back(std::move(*changed));
    }
    for (const auto& [rollout_id, counter] : counters)
      if (counter.last_span != counter.before)
        connection_->run("UPDATE rollouts SET last_span = ? WHERE number = ?", counter.last_span,
                         counter.rollout);
    connection_->counters.add(*connection_, Counter::spans, added);
    return answer;
  });
}

std::int64_t Transaction::reserve_sequence_ids(const std::string& rollout_id, std::int64_t count,
                                               double now) {
  return writing([&]() -> std::int64_t {
    {
      auto known = connection_->query(
          "UPDATE rollouts SET last_span = last_span + ? WHERE rollout_id = ? RETURNING last_span", count,
          rollout_id);
      if (known.next()) {
        const auto last = known.integer(0);
        known.run();
        return last - count + 1;
      }
    }
    auto stray = connection_->query(
        "INSERT INTO stray_sequences (rollout_id, last, asked) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (rollout_id) DO UPDATE SET last = last + ?2, asked = ?3 RETURNING last",
        rollout_id, count, now);
    const auto last = stray.next() ? stray.integer(0) : 0;
    stray.run();
    return last - count + 1;
  });
}

}  // namespace understudy::store
