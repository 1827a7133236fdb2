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
  task.ran_out_of_time = flag(object, "ran_out_of_time");
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

failover::TierId tier_from(const json::object& object) {
  return {text(object, "provider"), text(object, "model")};
}
json::array tiers_array(const std::vector<failover::TierId>& tiers) {
  json::array rows;
  for (const auto& [provider, model] : tiers)
    rows.push_back(json::object{{"provider", provider}, {"model", model}});
  return rows;
}
std::vector<failover::TierId> tiers_from_array(const json::value& value) {
  std::vector<failover::TierId> tiers;
  each_object(value, [&](const json::object& row) { tiers.push_back(tier_from(row)); });
  return tiers;
}

/// What health needs to know of an attempt that outlives the daemon.
void read_attempt(Task& task, const json::object& metadata) {
  task.attempt = {.id = task.attempt_id,
                  .task = task.rollout_id,
                  .on = {text(metadata, "account"), task.on.model},
                  .down = task.tier > 1,
                  .began = failover::Instant{std::chrono::milliseconds{integer(metadata, "began")}}};
  task.answered = flag(metadata, "answered");
  task.own_tier = flag(metadata, "own_tier");
}

void read_metadata(Task& task, const std::string& metadata) {
  const auto object = object_of(metadata);
  task.on = {text(object, "provider"), text(object, "model")};
  task.tier = static_cast<int>(integer(object, "tier", 1));
  task.generation = integer(object, "generation");
  task.container_id = text(object, "container_id");
  read_attempt(task, object);
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
                                      {"ran_out_of_time", task.ran_out_of_time},
                                      {"refused", tiers_array(task.refused)},
                                      {"chain", tiers_array(task.chain)},
                                      {"tries", std::move(tries)}});
}

std::vector<failover::TierId> refused_by(const std::string& retry,
                                         const std::vector<failover::TierId>& chain) {
  const auto object = object_of(retry);
  if (tiers_from_array(member(object, "chain")) != chain) return {};
  return tiers_from_array(member(object, "refused"));
}

std::string held_json(const Held& held) {
  wire::ObjectText text;
  text.text("provider", held.on.provider).text("model", held.on.model);
  if (held.kind) text.text("kind", failover::to_string(*held.kind));
  text.text("reason", held.reason);
  if (held.until) text.integer("until", held.until->time_since_epoch().count());
  return std::move(text).done();
}

std::string attempt_metadata(const Task& task, const AttemptResult& result) {
  wire::ObjectText text;
  text.integer("tier", task.tier)
      .text("provider", task.on.provider)
      .text("model", task.on.model)
      .integer("generation", task.generation)
      .text("account", task.attempt.on.account)
      .integer("began", task.attempt.began.time_since_epoch().count());
  if (task.answered) text.flag("answered", true);
  if (task.own_tier) text.flag("own_tier", true);
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
