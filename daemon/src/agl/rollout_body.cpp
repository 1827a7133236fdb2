#include "agl/rollout_body.hpp"

#include "agl/enums.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

/// Fills in the defaults.
std::string read_config(Value value, const Loc& loc, Problems& problems) {
  if (!value.is_object()) {
    problems.no_object(loc, value.text());
    return "{}";
  }
  const Members members(value,
                        {"timeout_seconds", "unresponsive_seconds", "max_attempts", "retry_condition"});
  std::int64_t attempts = 1;
  if (const auto& given = members.given("max_attempts")) {
    const Loc at(loc, "max_attempts");
    attempts = read_integer(*given, at, problems).value_or(1);
    if (attempts < 1)
      problems.add("greater_than_equal", at, "Input should be greater than or equal to 1", given->text(),
                   R"({"ge":1})");
  }
  wire::ArrayText conditions;
  if (const auto& given = members.given("retry_condition"))
    for (const auto& word : read_choices(*given, Loc(loc, "retry_condition"), attempt_statuses, problems))
      conditions.text(word);
  return wire::ObjectText{}
      .float_or_null("timeout_seconds", members.number("timeout_seconds", loc, problems))
      .float_or_null("unresponsive_seconds", members.number("unresponsive_seconds", loc, problems))
      .integer("max_attempts", attempts)
      .raw("retry_condition", std::move(conditions).done())
      .done();
}

std::optional<std::string> read_mode(const std::optional<Value>& value, const Loc& loc, Problems& problems) {
  return value ? read_choice(*value, Loc(loc, "mode"), modes, problems) : std::nullopt;
}

struct Binding {
  std::optional<std::string> agent{};
  std::optional<std::string> agent_type{};
};
Binding binding_in(Value metadata) {
  Binding binding;
  metadata.members([&](std::string_view key, Value value) {
    if (!value.is_string()) return;
    if (key == "agent") binding.agent = value.string();
    if (key == "agent_type") binding.agent_type = value.string();
  });
  return binding;
}

template <std::size_t count>
std::optional<Trouble> null_among(const Members<count>& members,
                                  std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (const auto& value = members.given(name); value && value->is_null())
      return Trouble{400, std::string(name) + " is invalid; it cannot be a null value.", {}};
  return std::nullopt;
}

}  // namespace

NewRollout read_new_rollout(Value value, const Loc& loc, Problems& problems) {
  NewRollout rollout;
  if (!value.is_object()) {
    problems.no_object(loc, value.text());
    return rollout;
  }
  const Members members(value, {"input", "mode", "resources_id", "config", "metadata", "worker_id"});
  auto& row = rollout.row;
  if (const auto input = members.required("input", loc, problems)) row.input = input->text();
  row.mode = read_mode(members.some("mode"), loc, problems);
  row.resources_id = members.text("resources_id", loc, problems);
  row.config = read_config(members.some("config").value_or(Value("{}")), Loc(loc, "config"), problems);
  if (const auto metadata = members.some("metadata");
      metadata && check_object(*metadata, Loc(loc, "metadata"), problems)) {
    row.metadata = metadata->text();
    auto binding = binding_in(*metadata);
    row.agent = std::move(binding.agent);
    row.agent_type = std::move(binding.agent_type);
  }
  rollout.worker_id = members.text("worker_id", loc, problems);
  return rollout;
}

Result<RolloutUpdate> read_rollout_update(const RequestBody& body) {
  const Loc loc(body.root);
  const Members members(body.value(), {"input", "mode", "resources_id", "status", "config", "metadata"});
  Problems problems;
  RolloutUpdate update;
  auto& change = update.change;
  if (const auto& input = members.given("input")) change.input = input->text();
  if (members.given("mode")) change.mode = read_mode(members.some("mode"), loc, problems);
  if (members.given("resources_id")) change.resources_id = members.text("resources_id", loc, problems);
  if (const auto status = members.some("status"))
    if (const auto word = read_choice(*status, Loc(loc, "status"), rollout_statuses, problems))
      change.status = store::parse_rollout_status(*word);
  if (const auto config = members.some("config"))
    change.config = read_config(*config, Loc(loc, "config"), problems);
  if (const auto& metadata = members.given("metadata")) {
    if (metadata->is_null() || check_object(*metadata, Loc(loc, "metadata"), problems))
      change.metadata = metadata->text();
    auto binding = binding_in(*metadata);
    update.agent = std::move(binding.agent);
    update.agent_type = std::move(binding.agent_type);
  }
  if (!problems.empty()) return bad(problems);
  if (auto trouble = null_among(members, {"status", "config"})) return std::unexpected(std::move(*trouble));
  return update;
}

Result<store::AttemptReport> read_attempt_report(const RequestBody& body) {
  const Loc loc(body.root);
  const Members members(body.value(), {"status", "worker_id", "last_heartbeat_time", "metadata"});
  Problems problems;
  store::AttemptReport report;
  if (const auto status = members.some("status"))
    if (const auto word = read_choice(*status, Loc(loc, "status"), attempt_statuses, problems))
      report.status = store::parse_attempt_status(*word);
  report.worker_id = members.text("worker_id", loc, problems);
  report.last_heartbeat_time = members.number("last_heartbeat_time", loc, problems);
  if (const auto metadata = members.some("metadata");
      metadata && check_object(*metadata, Loc(loc, "metadata"), problems))
    report.metadata = metadata->text();
  if (!problems.empty()) return bad(problems);
  if (auto trouble = null_among(members, {"status", "worker_id", "last_heartbeat_time", "metadata"}))
    return std::unexpected(std::move(*trouble));
  return report;
}

}  // namespace understudy::daemon::agl
