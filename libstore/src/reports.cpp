// Reports on rollouts and attempts, and what follows from them.
#include "columns.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

namespace {

void write(Connection& connection, const AttemptRow& attempt) {
  connection.run(
      "UPDATE attempts SET status = ?, end_time = ?, worker_id = ?, last_heartbeat_time = ?, metadata = ? "
      "WHERE rollout_id = ? AND attempt_id = ?",
      attempt.status, attempt.end_time, attempt.worker_id, attempt.last_heartbeat_time, attempt.metadata,
      attempt.rollout_id, attempt.attempt_id);
}

void merge(AttemptRow& attempt, const AttemptReport& report, double now) {
  if (report.status) {
    attempt.status = *report.status;
    if (is_finished(*report.status)) attempt.end_time = now;
  }
  if (report.worker_id) attempt.worker_id = report.worker_id;
  if (report.last_heartbeat_time) attempt.last_heartbeat_time = report.last_heartbeat_time;
  if (report.metadata) attempt.metadata = report.metadata;
}

Transition apply(Connection& connection, Rollout rollout, AttemptRow attempt, const AttemptReport& report,
                 double now) {
  const auto before = rollout.status;
  merge(attempt, report, now);
  write(connection, attempt);
  if (attempt.sequence_id == rollout.attempts) {
    if (report.worker_id || report.last_heartbeat_time)
      connection.run("UPDATE rollouts SET worker_id = ?, last_heartbeat_time = ? WHERE number = ?",
                     attempt.worker_id, attempt.last_heartbeat_time, rollout.number);
    const auto config = config_of(connection, rollout.config);
    set_status(connection, rollout, after_report(before, attempt.status, attempt.sequence_id, config), now);
    update_watch(connection, rollout, attempt);
  }
  if ((report.status || report.worker_id) && attempt.worker_id)
    update_worker(connection, *attempt.worker_id, attempt, Dequeued::no, now);
  return {find_rollout(connection, rollout.rollout_id).value_or(RolloutRow{}), std::move(attempt), before};
}

void change_texts(Connection& connection, std::int64_t number, const RolloutChange& change) {
  if (change.input)
    connection.run("UPDATE rollout_inputs SET input = ? WHERE number = ?", change.input, number);
  if (change.mode) connection.run("UPDATE rollouts SET mode = ? WHERE number = ?", *change.mode, number);
  if (change.resources_id)
    connection.run("UPDATE rollouts SET resources_id = ? WHERE number = ?", *change.resources_id, number);
  if (change.config) connection.run("UPDATE rollouts SET config = ? WHERE number = ?", change.config, number);
  if (!change.metadata) return;
  const auto binding = binding_of(connection, *change.metadata);
  connection.run("UPDATE rollouts SET metadata = ? WHERE number = ?", change.metadata, number);
  if (binding.agent || binding.agent_type)
    connection.run("UPDATE rollouts SET agent = ?, agent_type = ? WHERE number = ?", binding.agent,
                   binding.agent_type, number);
}

std::vector<std::int64_t> due_before(Connection& connection, double now, std::int64_t limit) {
  auto query = connection.query(
      "SELECT number FROM rollouts INDEXED BY rollouts_watched WHERE watch_at < ? ORDER BY watch_at LIMIT ?",
      now, limit);
  return query.all([](const Query& row) { return row.integer(0); });
}

std::optional<Transition> judge(Connection& connection, std::int64_t number, double now) {
  auto rollout = look_up(connection, number);
  if (!rollout) return std::nullopt;
  auto attempt = find_latest_attempt(connection, rollout->rollout_id);
  if (attempt && !rollout->managed && is_active(rollout->status))
    if (const auto verdict = watchdog_verdict({attempt->start_time, attempt->last_heartbeat_time},
                                              config_of(connection, rollout->config), now))
      return apply(connection, std::move(*rollout), std::move(*attempt), {.status = verdict}, now);
  update_watch(connection, *rollout, attempt);  // heartbeats do not move watch_at: recompute it here
  return std::nullopt;
}

}  // namespace

std::expected<Transition, RolloutError> Transaction::report_attempt(const std::string& rollout_id,
                                                                    const std::string& attempt_id,
                                                                    const AttemptReport& report, double now) {
  return writing([&]() -> std::expected<Transition, RolloutError> {
    auto rollout = look_up(*connection_, rollout_id);
    if (!rollout) return std::unexpected(RolloutError::no_rollout);
    auto attempt = find_attempt(*connection_, rollout_id, attempt_id);
    if (!attempt && attempt_id == "latest" && rollout->attempt_id)
      attempt = find_attempt(*connection_, rollout_id, *rollout->attempt_id);
    if (!attempt) return std::unexpected(RolloutError::no_attempt);
    return apply(*connection_, std::move(*rollout), std::move(*attempt), report, now);
  });
}

std::expected<RolloutRow, RolloutError> Transaction::change_rollout(const std::string& rollout_id,
                                                                    const RolloutChange& change, double now) {
  return writing([&]() -> std::expected<RolloutRow, RolloutError> {
    auto rollout = look_up(*connection_, rollout_id);
    if (!rollout) return std::unexpected(RolloutError::no_rollout);
    change_texts(*connection_, rollout->number, change);
    if (change.status) {
      if (is_finished(*change.status))  // also when it has that status already
        connection_->run("UPDATE rollouts SET end_time = ? WHERE number = ?", now, rollout->number);
      set_status(*connection_, *rollout, *change.status, now);
    }
    if (change.status || change.config || change.metadata) {
      const auto changed = look_up(*connection_, rollout->number);
      update_watch(*connection_, changed.value_or(*rollout), find_latest_attempt(*connection_, rollout_id));
    }
    return find_rollout(*connection_, rollout_id).value_or(RolloutRow{});
  });
}

std::vector<Transition> Transaction::sweep(double now, std::int64_t limit) {
  return writing([&] {
    std::vector<Transition> judged;
    const auto left = [&] { return limit - static_cast<std::int64_t>(judged.size()); };
    // Looks again when all that were due turn out to have been heard from since; ten times at most in one
    // turn.
    for (int round = 0; round < 10 && left() > 0; ++round) {
      const auto due = due_before(*connection_, now, left());
      if (due.empty()) break;
      for (const auto number : due)
        if (auto reported = judge(*connection_, number, now)) judged.push_back(std::move(*reported));
    }
    return judged;
  });
}

}  // namespace understudy::store
