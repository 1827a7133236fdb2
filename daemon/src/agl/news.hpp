#pragma once
#include "fleet/turn.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Announces changes of the store's rollouts and workers, for the event log, the dashboard and waiting
/// clients.
namespace understudy::daemon::agl {

void announce_enqueued(fleet::Turn& turn, const store::RolloutRow& rollout);
void announce_started(fleet::Turn& turn, const store::RolloutWithAttempt& attempted);
/// For an attempt with a new status: it may have ended, and its rollout with it.
void announce_reported(fleet::Turn& turn, const store::Transition& reported);
/// For a rollout whose status may have changed.
void announce_changed(fleet::Turn& turn, const store::RolloutRow& rollout,
                      store::RolloutStatus status_before);
void announce_stale(fleet::Turn& turn, const store::WorkerRow& worker);

}  // namespace understudy::daemon::agl
