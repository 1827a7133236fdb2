#include "fleet/records.hpp"
#include "fleet/stored_json.hpp"
#include "wire/json_text.hpp"
#include "wire/verdict_json.hpp"

namespace understudy::daemon::fleet {

namespace {

namespace json = boost::json;
using namespace stored;

void read_retry(Task& task, const std::string& retry) {
  const auto object = object_of(retry);
  task.retry.passes = static_cast<int>(integer(object, "passes"));
  task.own_failures = static_cast<int>(integer(object, "own_failures"));
  task.crashes = static_cast<int>(integer(object, "crashes"));
  task.refusals = static_cast<int>(integer(object, "refusals"));
  each_object(member(object, "tries"), [&](const json::object& tries) {
    task.retry.tries[{text(tries, "provider"), text(tries, "model")}] =
        static_cast<int>(integer(tries, "count"));
  });
}

void read_config(Task& task, const std::string& config) {
  const auto object = object_of(config);
  task.max_attempts = static_cast<int>(integer(object, "max_attempts", 1));
  const auto* conditions = object.if_contains("retry_condition");
  if (!conditions || !conditions->is_array()) return;
  for (const auto& condition : conditions->get_array()) {
    if (!condition.is_string()) continue;
    if (condition.get_string() == "failed") task.retry_failed = true;
    if (condition.get_string() == "timeout") task.retry_timeout = true;
  }
}

std::string ending_json(const Ending& ending) {
  wire::ObjectText json;
  json.text("why", to_string(ending.why))
      .text("means", to_string(ending.means))
      .integer("asked", ending.requests);
  if (!ending.reason.empty()) json.text("reason", ending.reason);
  return std::move(json).done();
}

std::optional<Ending> ending_from(const json::object& object) {
  const auto why = parse_ending_why(text(object, "why"));
  if (!why) return std::nullopt;
  return Ending{.why = *why,
                .reason = text(object, "reason"),
                .means = parse_ending_means(text(object, "means")).value_or(Ending::Means::terminate),
                .requests = static_cast<int>(integer(object, "asked"))};
}

void read_metadata(Task& task, const std::string& metadata) {
  const auto object = object_of(metadata);
  task.on = {text(object, "provider"), text(object, "model")};
  task.tier = static_cast<int>(integer(object, "tier", 1));
  task.generation = integer(object, "generation");
  task.container_id = text(object, "container_id");
  const auto* ending = object.if_contains("ending");
  if (ending && ending->is_object()) task.ending = ending_from(ending->get_object());
}

}  // namespace

Task task_from(const store::QueuedRollout& queued) {
  Task task{.rollout_id = queued.rollout_id, .pooled = !queued.agent.has_value()};
  read_retry(task, queued.retry);
  read_config(task, queued.config);
  return task;
}

Task task_from(const store::UnfinishedAttempt& unfinished) {
  Task task{.rollout_id = unfinished.rollout.rollout_id,
            .attempt_id = unfinished.attempt.attempt_id,
            .pooled = !unfinished.rollout.agent.has_value()};
  read_retry(task, unfinished.rollout.retry);
  read_config(task, unfinished.rollout.config);
  read_metadata(task, unfinished.attempt.metadata.value_or("{}"));
  return task;
}

std::string retry_json(const Task& task) {
  json::array tries;
  for (const auto& [tier, count] : task.retry.tries)
    tries.push_back(json::object{{"provider", tier.provider}, {"model", tier.model}, {"count", count}});
  return json::serialize(json::object{{"passes", task.retry.passes},
                                      {"own_failures", task.own_failures},
                                      {"crashes", task.crashes},
                                      {"refusals", task.refusals},
                                      {"tries", std::move(tries)}});
}

std::string attempt_metadata(const Task& task, const AttemptResult& result) {
  wire::ObjectText text;
  text.integer("tier", task.tier)
      .text("provider", task.on.provider)
      .text("model", task.on.model)
      .integer("generation", task.generation);
  if (!task.container_id.empty()) text.text("container_id", task.container_id);
  if (task.ending && !result.status) text.raw("ending", ending_json(*task.ending));
  if (result.end.exit_code) text.integer("exit_code", *result.end.exit_code);
  if (result.end.signal) text.integer("signal", *result.end.signal);
  if (result.end.oom) text.flag("oom", true);
  if (result.verdict) text.raw("verdict", wire::verdict_json(*result.verdict));
  if (!result.error.empty()) text.text("error", result.error);
  if (result.usage)
    text.integer("input_tokens", result.usage->input_tokens)
        .integer("output_tokens", result.usage->output_tokens);
  if (result.output) text.text("output", *result.output);
  return std::move(text).done();
}

std::optional<Task> past_task(Turn& turn, const std::string& rollout_id, const std::string& attempt_id) {
  const auto attempt = turn.tx().attempt(rollout_id, attempt_id);
  if (!attempt) return std::nullopt;
  Task task{.rollout_id = rollout_id, .attempt_id = attempt_id};
  read_metadata(task, attempt->metadata.value_or("{}"));
  return task;
}

}  // namespace understudy::daemon::fleet
