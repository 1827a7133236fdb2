// What operators do with providers, and what becomes of tasks that no provider serves.
#include <boost/json.hpp>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/judge.hpp"
#include "fleet/stored_json.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

namespace {

Refusal no_such_provider(const std::string& name) {
  return {RefusalKind::not_found, "there is no provider '" + name + "'"};
}

/// The accounts that agents use by this provider.
std::set<std::string> accounts_of(const Turn& turn, const std::string& provider) {
  std::set<std::string> accounts;
  for (const auto& name : turn.names()) {
    const auto& type = type_of(turn, *turn.find(name));
    const auto& chain = type.failover.chain;
    for (std::size_t i = 0; i < chain.size(); ++i)
      if (chain[i].provider == provider)
        accounts.insert(account_of(turn.accounts(), type, name, static_cast<int>(i) + 1));
  }
  return accounts;
}

}  // namespace

Answer try_provider(Turn& turn, const ProviderTryRequested& request) {
  if (!turn.config().providers.contains(request.provider))
    return std::unexpected(no_such_provider(request.provider));
  bool any = false;
  for (const auto& account : accounts_of(turn, request.provider))
    any |= step_health(turn, failover::TryRequested{account, request.model});
  if (!any)
    return std::unexpected(
        Refusal{RefusalKind::conflict, request.provider + " is not out, so there is nothing to try"});
  return "";
}

Answer reset_provider(Turn& turn, const ProviderResetRequested& request) {
  if (!turn.config().providers.contains(request.provider))
    return std::unexpected(no_such_provider(request.provider));
  for (const auto& account : accounts_of(turn, request.provider))
    step_health(turn, failover::AccountReset{account});
  return "";
}

void keys_changed(Turn& turn) {
  follow_accounts(turn);
  for (const auto& name : turn.names()) turn.tx().release_held(name, turn.find(name)->type);
  for (const auto& name : turn.names()) turn.touch(name);  // their environments have the new key
}

void ask_again(Turn& turn, const store::RolloutRow& rollout) {
  if (rollout.agent && turn.find(*rollout.agent)) turn.touch(*rollout.agent);
  if (!rollout.agent && rollout.agent_type) turn.offer(*rollout.agent_type);
}

void give_up(Turn& turn, const std::string& rollout_id) {
  const auto rollout = turn.tx().rollout(rollout_id);
  if (!rollout || store::is_finished(rollout->status)) return;
  if (const auto last = turn.tx().latest_attempt(rollout_id)) {
    auto metadata = stored::object_of(last->metadata.value_or("{}"));
    if (auto* verdict = metadata.if_contains("verdict"); verdict && verdict->is_object())
      verdict->get_object()["rule"] = gave_up_rule;
    turn.tx().update_attempt(rollout_id, last->attempt_id, {.metadata = boost::json::serialize(metadata)});
  }
  turn.tx().set_rollout_status(rollout_id, store::RolloutStatus::failed, turn.now_s());
  turn.announce("rollout.finished", rollout->agent.value_or(""),
                rollout_id + " failed: no provider served it for as long as failover.give_up_after_min",
                wire::ObjectText{}
                    .text("rollout_id", rollout_id)
                    .text("status", "failed")
                    .text("reason", gave_up_rule)
                    .done());
  ask_again(turn, *rollout);
}

void give_up_what_is_due(Turn& turn) {
  constexpr std::int64_t at_once = 100;
  for (const auto& rollout_id : turn.tx().given_up(turn.now_ms(), at_once)) give_up(turn, rollout_id);
}

}  // namespace understudy::daemon::fleet
