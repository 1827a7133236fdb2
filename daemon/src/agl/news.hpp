#pragma once
#include "fleet/turn.hpp"
#include "understudy/store/rollout_rows.hpp"

/// What happened to the store's rollouts and workers, for the event log, the dashboard and those who wait.
namespace understudy::daemon::agl {

void tell_enqueued(fleet::Turn& turn, const store::RolloutRow& rollout);
void tell_started(fleet::Turn& turn, const store::RolloutWithAttempt& attempted);
/// The attempt was given a status: it may have ended, and its rollout with it.
void tell_reported(fleet::Turn& turn, const store::Transition& reported);
/// The rollout's status may have changed.
void tell_changed(fleet::Turn& turn, const store::RolloutRow& rollout, store::RolloutStatus status_before);
void tell_stale(fleet::Turn& turn, const store::WorkerRow& worker);

}  // namespace understudy::daemon::agl
