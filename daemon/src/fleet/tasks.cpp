// The life of tasks for their owners: submitted, cancelled, finished.
#include <fmt/format.h>

#include "fleet/handle.hpp"
#include "fleet/judge.hpp"
#include "fleet/records.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_json.hpp"
#include "wire/verdict_json.hpp"

namespace understudy::daemon::fleet {

namespace {

std::string bound_metadata(const TaskSubmitted& task) {
  auto members = wire::raw_members(task.metadata_json);
  wire::ObjectText json;
  for (const auto& [key, value] : members)
    if (key != "agent" && key != "agent_type") json.raw(key, value);
  if (!task.agent.empty())
    json.text("agent", task.agent);
  else
    json.text("agent_type", task.agent_type);
  return std::move(json).done();
}

bool has_instances(const config::Config& config, const std::string& type) {
  const auto known = config.agent_types.find(type);
  return known != config.agent_types.end() && !known->second.instances.empty();
}

}  // namespace

Answer submit(Turn& turn, const TaskSubmitted& task) {
  if (!task.agent.empty() && !turn.find(task.agent)) return std::unexpected(no_such_agent(task.agent));
  if (task.agent.empty() && !has_instances(turn.config(), task.agent_type))
    return std::unexpected(
        Refusal{RefusalKind::not_found, "there is no agent type '" + task.agent_type + "'"});
  if (!task.agent.empty() && turn.find(task.agent)->leaving)
    return std::unexpected(Refusal{RefusalKind::conflict, task.agent + " is being removed"});
  store::NewRollout rollout{.rollout_id = task.rollout_id,
                            .input = task.input_json,
                            .start_time = turn.now_s(),
                            .mode = task.mode,
                            .resources_id = task.resources_id,
                            .config = task.config_json,
                            .metadata = bound_metadata(task)};
  if (!task.agent.empty())
    rollout.agent = task.agent;
  else
    rollout.agent_type = task.agent_type;
  turn.tx().insert_rollout(rollout);
  turn.announce(
      "rollout.enqueued", task.agent,
      fmt::format("{} waits for {}", task.rollout_id, task.agent.empty() ? task.agent_type : task.agent),
      wire::ObjectText{}
          .text("rollout_id", task.rollout_id)
          .text("status", "queuing")
          .text(task.agent.empty() ? "agent_type" : "agent",
                task.agent.empty() ? task.agent_type : task.agent)
          .done());
  if (!task.agent.empty())
    turn.touch(task.agent);
  else
    turn.offer(task.agent_type);
  const auto row = turn.tx().rollout(task.rollout_id);
  return row ? wire::rollout_json(*row, std::nullopt) : std::string("null");
}

Answer cancel(Turn& turn, const CancelRequested& request) {
  const auto row = turn.tx().rollout(request.rollout_id);
  if (!row)
    return std::unexpected(
        Refusal{RefusalKind::not_found, "there is no rollout '" + request.rollout_id + "'"});
  if (!store::is_finished(row->status)) {
    turn.tx().set_rollout_status(row->rollout_id, store::RolloutStatus::cancelled, turn.now_s());
    turn.announce("rollout.finished", row->agent.value_or(""), row->rollout_id + " was cancelled",
                  wire::ObjectText{}.text("rollout_id", row->rollout_id).text("status", "cancelled").done());
    ask_again(turn, *row);
  }
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (!agent->task || agent->task->rollout_id != row->rollout_id) continue;
    auto& working = turn.touch(name);
    if (working.task->stage == Task::Stage::waiting) {
      end_attempt(turn, working, "cancelled", Afterwards::leave);
    } else {
      want_end(turn, working, Ending::Why::cancelled);
    }
    break;
  }
  const auto now = turn.tx().rollout(row->rollout_id);
  return wire::rollout_json(*now, turn.tx().latest_attempt(row->rollout_id));
}

void finish_attempt(Turn& turn, const Agent& agent, const Task& task, const AttemptResult& result) {
  add_attempt_span(turn, agent, task, result);
  turn.tx().update_attempt(task.rollout_id, task.attempt_id,
                           {.status = result.status,
                            .end_time = turn.now_s(),
                            .last_heartbeat_time = turn.now_s(),
                            .metadata = attempt_metadata(task, result)});
  wire::ObjectText detail;
  detail.text("rollout_id", task.rollout_id)
      .text("attempt_id", task.attempt_id)
      .text("status", store::to_string(*result.status))
      .integer("tier", task.tier)
      .text("model", task.on.model);
  if (result.verdict) detail.raw("verdict", wire::verdict_json(*result.verdict));
  if (!result.error.empty()) detail.text("error", result.error);
  if (result.usage)
    detail.integer("input_tokens", result.usage->input_tokens)
        .integer("output_tokens", result.usage->output_tokens);
  const auto why = result.verdict ? std::string(failover::to_string(result.verdict->kind)) : result.error;
  turn.announce("rollout.attempt_finished", agent.name,
                fmt::format("{} {} {}: {}", agent.name,
                            result.status == store::AttemptStatus::succeeded ? "finished" : "failed",
                            task.rollout_id, why),
                std::move(detail).done());
}

void finish_rollout(Turn& turn, const Agent& agent, const Task& task, store::RolloutStatus status) {
  turn.tx().set_rollout_status(task.rollout_id, status, turn.now_s());
  turn.announce("rollout.finished", agent.name, fmt::format("{} {}", task.rollout_id, to_string(status)),
                wire::ObjectText{}
                    .text("rollout_id", task.rollout_id)
                    .text("attempt_id", task.attempt_id)
                    .text("status", to_string(status))
                    .done());
}

void put_back_in_queue(Turn& turn, const Agent& agent, const Task& task, std::chrono::milliseconds delay) {
  if (task.pooled) turn.offer(agent.type);  // this instance may be paused while another one is free
  turn.tx().requeue(task.rollout_id, true, delay.count() > 0 ? turn.now_ms() + delay.count() : 0,
                    retry_json(task));
}

}  // namespace understudy::daemon::fleet
