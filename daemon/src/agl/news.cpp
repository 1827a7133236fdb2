#include "agl/news.hpp"

#include <fmt/format.h>

#include "understudy/store/rollout_rules.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

std::string instance_of(const store::RolloutRow& rollout) {
  return rollout.agent.value_or("");
}

}  // namespace

void announce_enqueued(fleet::Turn& turn, const store::RolloutRow& rollout) {
  wire::ObjectText detail;
  detail.text("rollout_id", rollout.rollout_id).text("status", to_string(rollout.status));
  if (rollout.mode) detail.text("mode", *rollout.mode);
  if (rollout.agent) detail.text("agent", *rollout.agent);
  if (rollout.agent_type) detail.text("agent_type", *rollout.agent_type);
  const auto target = rollout.agent ? *rollout.agent : rollout.agent_type.value_or("a worker");
  turn.announce("rollout.enqueued", instance_of(rollout),
                fmt::format("{} waits for {}", rollout.rollout_id, target), std::move(detail).done());
}

void announce_started(fleet::Turn& turn, const store::RolloutWithAttempt& attempted) {
  const auto& [rollout, attempt] = attempted;
  if (!attempt) return;
  turn.announce("rollout.attempt_started", instance_of(rollout),
                fmt::format("{} takes {} (attempt {})", attempt->worker_id.value_or("a worker"),
                            rollout.rollout_id, attempt->sequence_id),
                wire::ObjectText{}
                    .text("rollout_id", rollout.rollout_id)
                    .text("attempt_id", attempt->attempt_id)
                    .integer("sequence_id", attempt->sequence_id)
                    .text("status", to_string(attempt->status))
                    .text_or_null("worker_id", attempt->worker_id)
                    .done());
}

void announce_reported(fleet::Turn& turn, const store::Transition& reported) {
  const auto& attempt = reported.attempt;
  if (attempt.status != store::AttemptStatus::preparing && attempt.status != store::AttemptStatus::running)
    turn.announce(
        "rollout.attempt_finished", instance_of(reported.rollout),
        fmt::format("{}: attempt {} {}", attempt.rollout_id, attempt.sequence_id, to_string(attempt.status)),
        wire::ObjectText{}
            .text("rollout_id", attempt.rollout_id)
            .text("attempt_id", attempt.attempt_id)
            .integer("sequence_id", attempt.sequence_id)
            .text("status", to_string(attempt.status))
            .text_or_null("worker_id", attempt.worker_id)
            .done());
  announce_changed(turn, reported.rollout, reported.status_before);
}

void announce_changed(fleet::Turn& turn, const store::RolloutRow& rollout,
                      store::RolloutStatus status_before) {
  if (rollout.status == status_before) return;
  if (store::is_queued(rollout.status)) return announce_enqueued(turn, rollout);
  if (!store::is_finished(rollout.status)) return;
  turn.announce("rollout.finished", instance_of(rollout),
                fmt::format("{} {}", rollout.rollout_id, to_string(rollout.status)),
                wire::ObjectText{}
                    .text("rollout_id", rollout.rollout_id)
                    .text_or_null("attempt_id", rollout.attempt_id)
                    .text("status", to_string(rollout.status))
                    .done());
}

void announce_stale(fleet::Turn& turn, const store::WorkerRow& worker) {
  turn.announce("worker.stale", "", fmt::format("no heartbeat from {} for a long time", worker.worker_id),
                wire::ObjectText{}
                    .text("worker_id", worker.worker_id)
                    .text("status", to_string(worker.status))
                    .float_or_null("last_heartbeat_time", worker.last_heartbeat_time)
                    .text_or_null("current_rollout_id", worker.current_rollout_id)
                    .done());
}

}  // namespace understudy::daemon::agl
