#include "rollouts.hpp"

#include <algorithm>
#include <utility>

#include "columns.hpp"

namespace understudy::store {

namespace {

#define UNDERSTUDY_LOOKED_UP                                                                               \
  "SELECT number, rollout_id, status, attempt_id, attempts, agent IS NOT NULL OR agent_type IS NOT NULL, " \
  "watch_at IS NOT NULL, last_span, config FROM rollouts "

std::optional<Rollout> first_rollout(Query& query) {
  if (!query.next()) return std::nullopt;
  return Rollout{.number = query.integer(0),
                 .rollout_id = query.text(1),
                 .status = parse_rollout_status(query.text(2)).value_or(RolloutStatus::failed),
                 .attempt_id = query.maybe_text(3),
                 .attempts = query.integer(4),
                 .managed = query.integer(5) != 0,
                 .watched = query.integer(6) != 0,
                 .last_span = query.integer(7),
                 .config = query.text(8)};
}

std::optional<double> watch_at(Connection& connection, const Rollout& rollout,
                               const std::optional<AttemptRow>& latest) {
  if (!latest || rollout.managed || !is_active(rollout.status)) return std::nullopt;
  return watchdog_deadline({latest->start_time, latest->last_heartbeat_time},
                           config_of(connection, rollout.config));
}

std::vector<AttemptStatus> conditions(const std::string& joined) {
  std::vector<AttemptStatus> found;
  for (std::size_t from = 0; from <= joined.size();) {
    const auto to = std::min(joined.find(',', from), joined.size());
    if (const auto status = parse_attempt_status(std::string_view(joined).substr(from, to - from)))
      found.push_back(*status);
    from = to + 1;
  }
  return found;
}

}  // namespace

std::optional<Rollout> look_up(Connection& connection, const std::string& rollout_id) {
  auto query = connection.query(UNDERSTUDY_LOOKED_UP "WHERE rollout_id = ?", rollout_id);
  return first_rollout(query);
}

std::optional<Rollout> look_up(Connection& connection, std::int64_t number) {
  auto query = connection.query(UNDERSTUDY_LOOKED_UP "WHERE number = ?", number);
  return first_rollout(query);
}

RolloutConfig config_of(Connection& connection, const std::string& text) {
  // Most have one of these, which need no parsing.
  if (text == "{}" || text == R"({"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":1,)"
                              R"("retry_condition":[]})")
    return {};
  auto query = connection.query(
      "SELECT json_extract(c, '$.timeout_seconds'), json_extract(c, '$.unresponsive_seconds'), "
      "json_extract(c, '$.max_attempts'), (SELECT group_concat(value) FROM json_each(c, "
      "'$.retry_condition')) "
      "FROM (SELECT CASE WHEN json_valid(?1) THEN ?1 ELSE '{}' END AS c)",
      text);
  if (!query.next()) return {};
  return {.timeout_seconds = query.maybe_real(0),
          .unresponsive_seconds = query.maybe_real(1),
          .max_attempts = query.maybe_integer(2).value_or(1),
          .retry_condition = conditions(query.maybe_text(3).value_or(""))};
}

Binding binding_of(Connection& connection, const std::string& metadata) {
  if (metadata.find("\"agent") == std::string::npos) return {};
  auto query = connection.query(
      "SELECT CASE json_type(m, '$.agent') WHEN 'text' THEN m ->> '$.agent' END, "
      "CASE json_type(m, '$.agent_type') WHEN 'text' THEN m ->> '$.agent_type' END "
      "FROM (SELECT CASE WHEN json_valid(?1) THEN ?1 ELSE '{}' END AS m)",
      metadata);
  return query.next() ? Binding{query.maybe_text(0), query.maybe_text(1)} : Binding{};
}

RolloutRow insert(Connection& connection, const NewRollout& rollout, RolloutStatus status) {
  const auto position = connection.counters.next(connection, Counter::queue_position);
  connection.run(
      "INSERT INTO rollouts (rollout_id, start_time, mode, resources_id, status, config, metadata, "
      "agent, agent_type, queue_position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      rollout.rollout_id, rollout.start_time, rollout.mode, rollout.resources_id, to_string(status),
      rollout.config, rollout.metadata, rollout.agent, rollout.agent_type, position);
  const std::int64_t number = connection.db.getLastInsertRowid();
  connection.run("INSERT INTO rollout_inputs (number, input) VALUES (?, ?)", number, rollout.input);
  return {.rollout_id = rollout.rollout_id,
          .input = rollout.input,
          .start_time = rollout.start_time,
          .mode = rollout.mode,
          .resources_id = rollout.resources_id,
          .status = status,
          .config = rollout.config,
          .metadata = rollout.metadata,
          .agent = rollout.agent,
          .agent_type = rollout.agent_type,
          .queue_position = position,
          .number = number};
}

AttemptRow begin_attempt(Connection& connection, const Rollout& rollout, const std::string& attempt_id,
                         const std::optional<std::string>& worker_id, double now) {
  AttemptRow attempt{.rollout_id = rollout.rollout_id,
                     .attempt_id = attempt_id,
                     .sequence_id = rollout.attempts + 1,
                     .start_time = now,
                     .worker_id = worker_id};
  connection.run(
      "INSERT INTO attempts (rollout_id, attempt_id, sequence_id, start_time, status, worker_id, "
      "managed) VALUES (?, ?, ?, ?, ?, ?, ?)",
      attempt.rollout_id, attempt.attempt_id, attempt.sequence_id, attempt.start_time, attempt.status,
      attempt.worker_id, rollout.managed);
  connection.counters.add(connection, Counter::attempts, 1);
  auto preparing = rollout;
  preparing.status = RolloutStatus::preparing;
  connection.run(
      "UPDATE rollouts SET status = 'preparing', attempt_id = ?, attempts = ?, worker_id = ?, "
      "last_heartbeat_time = NULL, held = NULL, watch_at = ? WHERE number = ?",
      attempt.attempt_id, attempt.sequence_id, attempt.worker_id, watch_at(connection, preparing, attempt),
      rollout.number);
  return attempt;
}

void set_status(Connection& connection, Rollout& rollout, RolloutStatus to, double now) {
  const auto from = std::exchange(rollout.status, to);
  if (from == to) return;
  if (is_queued(to) && !is_queued(from)) {
    // A finished rollout starts afresh: what the daemon kept for its retries does not count any more.
    connection.run(
        "UPDATE rollouts SET status = ?1, queue_position = ?2, not_before_ms = 0, "
        "retry = CASE WHEN ?3 THEN '{}' ELSE retry END, "
        "give_up_at_ms = CASE WHEN ?3 THEN NULL ELSE give_up_at_ms END WHERE number = ?4",
        to_string(to), connection.counters.next(connection, Counter::queue_position), is_finished(from),
        rollout.number);
    return;
  }
  connection.run(
      "UPDATE rollouts SET status = ?1, end_time = coalesce(?2, end_time), "
      "held = CASE WHEN ?1 IN ('queuing', 'requeuing') THEN held END WHERE number = ?3",
      to_string(to), is_finished(to) ? std::optional(now) : std::nullopt, rollout.number);
}

void update_watch(Connection& connection, const Rollout& rollout, const std::optional<AttemptRow>& latest) {
  const auto at = watch_at(connection, rollout, latest);
  if (!at && !rollout.watched) return;
  connection.run("UPDATE rollouts SET watch_at = ? WHERE number = ?", at, rollout.number);
}

}  // namespace understudy::store
