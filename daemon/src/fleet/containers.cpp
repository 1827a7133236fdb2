// Runs the container machine: stores and announces its facts, turns its effects into ours.
#include "fleet/containment_hint.hpp"
#include "fleet/handle.hpp"
#include "fleet/judge.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "understudy/container/step.hpp"

namespace understudy::daemon::fleet {

namespace {

void record_fact(Turn& turn, Agent& agent, const container::Fact& reported) {
  auto fact = reported;
  fact.error = turn.tools().redact(fact.error);
  fact.log_tail = turn.tools().redact(fact.log_tail);
  container::fold(agent.metrics, fact);
  const auto type = std::string(container::to_string(fact.type));
  auto summary = container::summary(fact, agent.name);
  auto detail = fact_detail(fact);
  const auto id = turn.announce(type, agent.name, summary, detail);
  turn.tx().append_lifecycle_event(
      lifecycle_row(id, agent.name, turn.now_ms(), fact, std::move(summary), detail));
  agent.last_lifecycle_event = wire::to_json(turn.events().back());
}

/// Engines quote their input in errors, and the machine's copy of those is stored and shown.
struct Redact {
  const std::function<std::string(std::string_view)>& redact;

  void operator()(container::OpResult& event) const {
    event.error = redact(event.error);
    event.log_tail = redact(event.log_tail);
  }
  void operator()(container::Probed& event) const { event.detail = redact(event.detail); }
  void operator()(container::Inspected& event) const { event.seen.log_tail = redact(event.seen.log_tail); }
  void operator()(container::EngineDied& event) const { event.log_tail = redact(event.log_tail); }
  template <class Event>
  void operator()(Event&) const {}
};

/// Handles the machine's effects: leases here, requests by the edge.
struct EffectHandler {
  Turn& turn;
  Agent& agent;

  void operator()(const container::Grant& grant) const {
    const bool ours = agent.task && agent.task->attempt_id == grant.lease;
    if (ours && !agent.tiers.paused() && follows_tier(turn, agent))
      return begin_run(turn, agent, grant.incarnation.container_id);
    step_container(turn, agent, container::Release{grant.lease});
    if (!ours) return;
    if (agent.tiers.paused()) return hold_back(turn, agent);
    follow_tier(turn, agent);  // the tier changed since the container was created
    if (!agent.trouble.empty())
      return end_attempt(turn, agent, agent.trouble, Afterwards::requeue, trouble_delay);
    step_container(turn, agent, container::Acquire{grant.lease, std::nullopt});
  }
  void operator()(const container::Refuse& refuse) const {
    if (!agent.task || agent.task->attempt_id != refuse.waiter) return;
    const auto message = turn.tools().redact(refuse.message);
    switch (refuse.reason) {
      case container::RefuseReason::start_failed:
      case container::RefuseReason::circuit_open: end_attempt(turn, agent, message, Afterwards::fail); return;
      case container::RefuseReason::timeout:
      case container::RefuseReason::stopped:
      case container::RefuseReason::shutdown:
      case container::RefuseReason::deleted:  // a bound task is cancelled with its instance
        end_attempt(turn, agent, message, Afterwards::requeue);
        return;
    }
  }
  void operator()(const container::Revoke& revoke) const {
    if (!agent.task || agent.task->attempt_id != revoke.lease) return;
    auto reason = std::string(container::to_string(revoke.cause));
    if (revoke.exit_code) reason += ": exit code " + std::to_string(*revoke.exit_code);
    if (revoke.oom) reason += ", out of memory";
    const bool crash = revoke.cause == container::RevokeCause::instance_crashed ||
                       revoke.cause == container::RevokeCause::lost_on_restart ||
                       revoke.cause == container::RevokeCause::external_stop;
    // A dead container takes the task with it; otherwise the task runs until we end it.
    if (!crash || agent.task->ending) return want_end(turn, agent, Ending::Why::requeued, std::move(reason));
    end_attempt(turn, agent, reason, Afterwards::requeue_counting_crash, {},
                {.exit_code = revoke.exit_code, .oom = revoke.oom});
  }
  void operator()(const container::Interrupt&) const {
    want_end(turn, agent, Ending::Why::requeued, "drain_forced");
  }
  template <class Request>
  void operator()(const Request& request) const {
    turn.want(CarryOut{agent.name, runtime_of(turn, agent), request, instance_spec(turn, agent)});
  }
};

}  // namespace

void step_container(Turn& turn, Agent& agent, const container::Event& event) {
  if (!agent.container) return;
  const bool was_paused = agent.container->paused;
  auto step = container::step(container_policy(type_of(turn, agent), agent), std::move(*agent.container),
                              event, turn.now());
  explain_containment(type_of(turn, agent).container, step);
  agent.container = std::move(step.state);
  if (was_paused && !agent.container->paused && agent.task) agent.task->thawed = turn.now().steady;
  for (const auto& fact : step.facts) record_fact(turn, agent, fact);
  for (const auto& effect : step.effects) std::visit(EffectHandler{turn, agent}, effect);
  note_container_gone(turn, agent);
}

void container_happened(Turn& turn, const ContainerHappened& happened) {
  if (!turn.find(happened.agent)) return;
  auto event = happened.event;
  std::visit(Redact{turn.tools().redact}, event);
  step_container(turn, turn.touch(happened.agent), event);
}

Answer start_instance(Turn& turn, const StartRequested& request) {
  const auto* agent = turn.find(request.agent);
  if (!agent) return std::unexpected(no_such_agent(request.agent));
  if (!agent->container)
    return std::unexpected(
        Refusal{RefusalKind::conflict, request.agent + " runs on the host and has nothing to start"});
  step_container(turn, turn.touch(request.agent), container::StartRequested{});
  return "";
}

Answer stop_instance(Turn& turn, const StopRequested& request) {
  const auto* agent = turn.find(request.agent);
  if (!agent) return std::unexpected(no_such_agent(request.agent));
  if (!agent->container)
    return std::unexpected(
        Refusal{RefusalKind::conflict, request.agent + " runs on the host and has nothing to stop"});
  if (!request.force && container::in_use(*agent->container))
    return std::unexpected(Refusal{RefusalKind::conflict,
                                   request.agent + " is working; ?force=1 stops it and re-queues its task"});
  step_container(turn, turn.touch(request.agent), container::StopRequested{request.force});
  return "";
}

}  // namespace understudy::daemon::fleet
