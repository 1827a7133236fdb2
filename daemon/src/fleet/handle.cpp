#include "fleet/handle.hpp"

#include "fleet/membership.hpp"

namespace understudy::daemon::fleet {

namespace {

struct Handler {
  Turn& turn;

  Answer operator()(const TaskSubmitted& what) const { return submit(turn, what); }
  Answer operator()(const OutcomeReported& what) const { return report(turn, what); }
  Answer operator()(const TierResetRequested& what) const {
    return command_tier(turn, what.agent, failover::ResetRequested{});
  }
  Answer operator()(const PauseRequested& what) const {
    return command_tier(turn, what.agent, failover::PauseRequested{});
  }
  Answer operator()(const UnpauseRequested& what) const {
    return command_tier(turn, what.agent, failover::UnpauseRequested{});
  }
  Answer operator()(const ProviderTryRequested& what) const { return try_provider(turn, what); }
  Answer operator()(const ProviderResetRequested& what) const { return reset_provider(turn, what); }
  Answer operator()(const KeysChanged&) const { return keys_changed(turn), ""; }
  Answer operator()(const TaskAnswered& what) const { return task_answered(turn, what), ""; }
  Answer operator()(const TaskSilent& what) const { return task_silent(turn, what), ""; }
  Answer operator()(const StartRequested& what) const { return start_instance(turn, what); }
  Answer operator()(const StopRequested& what) const { return stop_instance(turn, what); }
  Answer operator()(const RemovalRequested& what) const { return remove_instance(turn, what); }
  Answer operator()(const CancelRequested& what) const { return cancel(turn, what); }
  Answer operator()(const ConfigChanged& what) const { return change_config(turn, what); }
  Answer operator()(const StoreWrite& what) const { return what.write(turn); }
  Answer operator()(const ContainerHappened& what) const { return container_happened(turn, what), ""; }
  Answer operator()(const EngineEvent& what) const { return engine_event(turn, what), ""; }
  Answer operator()(const EngineListed& what) const { return engine_listed(turn, what), ""; }
  Answer operator()(const EngineLost& what) const { return engine_lost(turn, what), ""; }
  Answer operator()(const MemoryRanOut& what) const { return memory_ran_out(turn, what), ""; }
  Answer operator()(const TaskStarted& what) const { return task_started(turn, what), ""; }
  Answer operator()(const TaskNotStarted& what) const { return task_not_started(turn, what), ""; }
  Answer operator()(const TaskEnded& what) const { return task_ended(turn, what), ""; }
  Answer operator()(const TaskSignalled& what) const { return task_signalled(turn, what), ""; }
  Answer operator()(const Ticked&) const { return tick(turn), ""; }
  Answer operator()(const ShutdownRequested&) const { return shut_down(turn), ""; }
};

}  // namespace

Answer handle(Turn& turn, const What& what) {
  return std::visit(Handler{turn}, what);
}

const config::AgentType& type_of(const Turn& turn, const Agent& agent) {
  return turn.config().agent_types.find(agent.type)->second;
}

Refusal no_such_agent(const std::string& name) {
  return {RefusalKind::not_found, "there is no agent '" + name + "'"};
}

}  // namespace understudy::daemon::fleet
