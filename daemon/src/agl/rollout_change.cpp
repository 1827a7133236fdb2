// POST rollouts/{id}
#include "agl/handlers.hpp"
#include "agl/large_body.hpp"
#include "agl/managed.hpp"
#include "agl/news.hpp"
#include "agl/rollout_body.hpp"
#include "agl/rollout_store.hpp"
#include "fleet/handle.hpp"
#include "understudy/store/rollout_rules.hpp"
#include "wire/rollout_json.hpp"

namespace understudy::daemon::agl {

namespace {

using fleet::Refusal;
using fleet::RefusalKind;
using store::RolloutStatus;

std::unexpected<Refusal> no_rollout(const std::string& id) {
  return std::unexpected(Refusal{RefusalKind::not_found, "There is no rollout '" + id + "'."});
}

fleet::Answer current_rollout(fleet::Turn& turn, const std::string& id) {
  const auto now = turn.tx().rollout(id);
  return now ? wire::rollout_json(*now, std::nullopt) : std::string("null");
}

/// Allowed for a rollout of our own agents: changing it while it waits, cancelling it, and queuing it again
/// once it has ended.
std::optional<Refusal> managed_refusal(const fleet::Turn& turn, const store::RolloutRow& row,
                                       const RolloutUpdate& update) {
  const auto& change = update.change;
  const bool rebound = change.metadata && ((update.agent && update.agent != row.agent) ||
                                           (update.agent_type && update.agent_type != row.agent_type));
  if (rebound) return Refusal{RefusalKind::conflict, "A rollout stays with the agent it was given to"};
  const bool under_way = is_under_way(turn, row.rollout_id);
  if (under_way && change.status != RolloutStatus::cancelled)
    return Refusal{RefusalKind::conflict, row.rollout_id + " is being worked on; it can be cancelled"};
  if (!change.status || *change.status == RolloutStatus::cancelled || store::is_queued(*change.status))
    return std::nullopt;
  return Refusal{
      RefusalKind::conflict,
      "Only the daemon judges its agents' rollouts: the status can be set to cancelled or queuing"};
}

fleet::Answer change_rollout(fleet::Turn& turn, const std::string& id, const RolloutUpdate& update,
                             bool is_operator) {
  const auto before = turn.tx().rollout(id);
  if (!before) return no_rollout(id);
  const bool binds = update.agent || update.agent_type;
  if (!is_operator && (binds || is_managed(*before))) return std::unexpected(operator_required());
  auto change = update.change;
  if (is_managed(*before)) {
    if (auto refusal = managed_refusal(turn, *before, update)) return std::unexpected(std::move(*refusal));
    if (change.status == RolloutStatus::cancelled) {
      const auto cancelled = fleet::cancel(turn, {id});
      if (!cancelled) return cancelled;
      change.status.reset();
    }
  } else if (binds) {
    if (auto refusal = binding_refusal(turn, update.agent, update.agent_type))
      return std::unexpected(std::move(*refusal));
    if (!store::is_queued(change.status.value_or(before->status)))
      return std::unexpected(
          Refusal{RefusalKind::conflict, "Only a rollout that is in the queue can be given to an agent"});
  }
  const auto changed = turn.tx().change_rollout(id, change, turn.now_s());
  if (!changed) return no_rollout(id);
  if (change.status) announce_changed(turn, *changed, before->status);
  if (store::is_queued(changed->status)) offer(turn, *changed);
  return current_rollout(turn, id);
}

}  // namespace

AsyncResponse update_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::Offload& offload) {
  auto reading = read_large(offload, request, read_rollout_update);
  auto update = co_await std::move(reading);
  if (!update) co_return render(update.error(), dialect);
  auto work = [id = std::string(request.param("id")), update = std::move(*update),
               is_operator = request.is_operator](fleet::Turn& turn) {
    return change_rollout(turn, id, update, is_operator);
  };
  co_return co_await rollouts.answer_write(std::move(work), 200, dialect);
}

}  // namespace understudy::daemon::agl
