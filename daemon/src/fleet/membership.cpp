// Adds, changes and removes instances as configured.
#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/judge.hpp"
#include "fleet/membership.hpp"
#include "fleet/specs.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

namespace {

bool has_container(const config::AgentType& type) {
  return type.container.mode != config::Mode::host && type.agent.adapter != "external";
}

/// The type, if the configuration has this instance.
const config::AgentType* configured(const config::Config& config, const std::string& type_name,
                                    std::string_view name) {
  const auto type = config.agent_types.find(type_name);
  if (type == config.agent_types.end()) return nullptr;
  const auto is_it = [&](const auto& instance) { return type_name + "-" + instance == name; };
  return std::ranges::any_of(type->second.instances, is_it) ? &type->second : nullptr;
}

void introduce(Turn& turn, const std::string& name, const std::string& type_name,
               const config::AgentType& type) {
  auto& agent = turn.add(new_agent(name, type_name, type));
  if (agent.container) step_container(turn, agent, container::Restarted{});
}

void leave(Turn& turn, Agent& agent, bool force) {
  agent.leaving = true;
  if (agent.container) {
    step_container(turn, agent, container::Deleted{force});
  } else if (force) {
    want_end(turn, agent, Ending::Why::requeued, "instance_removed");
  }
}

/// What refused a task is known of the chain as it was.
void follow_chain(Turn& turn, Agent& agent) {
  const auto& task = agent.task;
  if (task && task->own_tier && task->stage == Task::Stage::waiting &&
      task->chain != type_of(turn, agent).failover.chain)
    end_attempt(turn, agent, "the provider chain was edited before the task began", Afterwards::requeue);
}

/// Types that have another chain now.
std::set<std::string> edited_chains(const config::Config& before, const config::Config& now) {
  std::set<std::string> types;
  for (const auto& [name, type] : now.agent_types) {
    const auto known = before.agent_types.find(name);
    if (known != before.agent_types.end() && known->second.failover.chain != type.failover.chain)
      types.insert(name);
  }
  return types;
}

}  // namespace

Agent new_agent(std::string name, const std::string& type_name, const config::AgentType& type) {
  Agent agent{.name = std::move(name), .type = type_name};
  if (!type.failover.chain.empty()) agent.tiers.serving = type.failover.chain.front();
  if (has_container(type)) agent.container = container::Instance{};
  return agent;
}

void follow_config(Turn& turn) {
  std::set<std::string, std::less<>> wanted;
  for (const auto& [type_name, type] : turn.config().agent_types) {
    for (const auto& short_name : type.instances) {
      const auto name = type_name + "-" + short_name;
      wanted.insert(name);
      const auto* known = turn.find(name);
      if (!known || known->type != type_name) {
        introduce(turn, name, type_name, type);
        continue;
      }
      if (known->leaving) continue;  // added again once it is gone
      auto& agent = turn.touch(name);
      step_tiers(turn, agent, failover::ChainChanged{});
      follow_chain(turn, agent);
      if (has_container(type) && !agent.container) {
        agent.container = container::Instance{};
        step_container(turn, agent, container::Restarted{});
      }
      if (!has_container(type) && agent.container && !agent.task) agent.container.reset();
    }
  }
  for (const auto& name : turn.names())
    if (!wanted.contains(name) && !turn.find(name)->leaving) leave(turn, turn.touch(name), false);
  follow_accounts(turn);
}

Answer change_config(Turn& turn, const ConfigChanged& change) {
  // Types that lose their last instance are still needed until it is gone.
  auto next = std::make_shared<config::Config>(*change.config);
  for (const auto& name : turn.names()) {
    const auto& type = turn.find(name)->type;
    if (!next->agent_types.contains(type)) {
      auto retired = type_of(turn, *turn.find(name));
      retired.instances.clear();
      next->agent_types.emplace(type, std::move(retired));
    }
  }
  const auto edited = edited_chains(turn.config(), *next);
  turn.replace_config(std::move(next));
  follow_config(turn);
  for (const auto& name : turn.names())
    if (const auto& type = turn.find(name)->type; edited.contains(type)) turn.tx().release_held(name, type);
  turn.announce("config.changed", "", "the configuration changed", "{}");
  return "";
}

Answer remove_instance(Turn& turn, const RemovalRequested& request) {
  const auto* agent = turn.find(request.agent);
  if (!agent) return std::unexpected(no_such_agent(request.agent));
  leave(turn, turn.touch(request.agent), request.force);
  return "";
}

void forget_instance(Turn& turn, const std::string& name) {
  for (const auto& rollout_id : turn.tx().cancel_queued(name, turn.now_s()))
    turn.announce("rollout.finished", name, rollout_id + " was cancelled: instance_removed",
                  wire::ObjectText{}
                      .text("rollout_id", rollout_id)
                      .text("status", "cancelled")
                      .text("reason", "instance_removed")
                      .done());
  turn.tx().erase_instance(name);
}

bool remove_if_gone(Turn& turn, const std::string& name) {
  const auto& agent = turn.touch(name);
  if (!agent.leaving || agent.task || (agent.container && !container::is_gone(*agent.container)))
    return false;
  const auto type_name = agent.type;
  forget_instance(turn, name);
  turn.erase(name);
  follow_accounts(turn);  // what only it could reach
  if (const auto* type = configured(turn.config(), type_name, name)) introduce(turn, name, type_name, *type);
  return true;
}

}  // namespace understudy::daemon::fleet
