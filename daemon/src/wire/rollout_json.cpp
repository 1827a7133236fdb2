#include "wire/rollout_json.hpp"

#include <boost/json.hpp>

#include "wire/json_text.hpp"

namespace understudy::daemon::wire {

std::string attempt_json(const store::AttemptRow& attempt) {
  return ObjectText{}
      .text("rollout_id", attempt.rollout_id)
      .text("attempt_id", attempt.attempt_id)
      .integer("sequence_id", attempt.sequence_id)
      .raw("start_time", float_text(attempt.start_time))
      .float_or_null("end_time", attempt.end_time)
      .text("status", to_string(attempt.status))
      .text_or_null("worker_id", attempt.worker_id)
      .float_or_null("last_heartbeat_time", attempt.last_heartbeat_time)
      .raw("metadata", attempt.metadata.value_or("null"))
      .done();
}

std::string rollout_json(const store::RolloutRow& rollout, const std::optional<store::AttemptRow>& attempt) {
  ObjectText json;
  json.text("rollout_id", rollout.rollout_id)
      .raw("input", rollout.input)
      .raw("start_time", float_text(rollout.start_time))
      .float_or_null("end_time", rollout.end_time)
      .text_or_null("mode", rollout.mode)
      .text_or_null("resources_id", rollout.resources_id)
      .text("status", to_string(rollout.status))
      .raw("config", rollout.config)
      .raw("metadata", rollout.metadata);
  if (attempt) json.raw("attempt", attempt_json(*attempt));
  return std::move(json).done();
}

std::string stdin_text(std::string_view input_json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(input_json, error);
  if (!error && value.is_string()) return std::string(value.get_string());
  return std::string(input_json);
}

}  // namespace understudy::daemon::wire
