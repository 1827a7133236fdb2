#include "api/task_body.hpp"

#include <algorithm>
#include <array>

#include "config/reader.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

namespace json = boost::json;
using Problems = std::vector<http::FieldProblem>;

std::string got(const json::value& value, std::string_view expected) {
  std::string reason("must be ");
  reason.append(expected).append(", got ").append(config::describe(value));
  return reason;
}

bool is_wait(const json::value& value) {
  return value.is_null() || (value.is_number() && value.to_number<double>() > 0);
}

bool is_condition(const json::value& value) {
  constexpr std::array<std::string_view, 4> statuses{"failed", "timeout", "unresponsive", "preparing"};
  return value.is_string() &&
         std::ranges::find(statuses, std::string_view(value.get_string())) != statuses.end();
}

void check_setting(const std::string& key, const json::value& value, Problems& problems) {
  const auto path = "/config/" + config::pointer_escape(key);
  if (key == "timeout_seconds" || key == "unresponsive_seconds") {
    if (!is_wait(value)) problems.push_back({path, got(value, "a positive number or null")});
  } else if (key == "max_attempts") {
    const auto* number = value.if_int64();
    if (!number || *number < 1 || *number > 1000)
      problems.push_back({path, got(value, "an integer from 1 to 1000")});
  } else if (key == "retry_condition") {
    if (!value.is_array()) return problems.push_back({path, got(value, "an array of attempt statuses")});
    for (std::size_t i = 0; i < value.get_array().size(); ++i)
      if (!is_condition(value.get_array()[i]))
        problems.push_back({path + "/" + std::to_string(i),
                            got(value.get_array()[i], "one of failed, timeout, unresponsive, preparing")});
  } else {
    problems.push_back({path,
                        "is not known; there are timeout_seconds, unresponsive_seconds, max_attempts and "
                        "retry_condition"});
  }
}

/// Fills in the defaults.
std::string complete_config(std::string_view text) {
  std::vector<std::pair<std::string, std::string_view>> settings{{"timeout_seconds", "null"},
                                                                 {"unresponsive_seconds", "null"},
                                                                 {"max_attempts", "1"},
                                                                 {"retry_condition", "[]"}};
  for (const auto& [key, value] : wire::raw_members(text))
    for (auto& setting : settings)
      if (setting.first == key) setting.second = value;
  wire::ObjectText complete;
  for (const auto& [key, value] : settings) complete.raw(key, value);
  return std::move(complete).done();
}

/// Later steps search the members one by one.
void check_size(const std::string& path, const json::object& object, Problems& problems) {
  constexpr std::size_t most = 1000;
  if (object.size() > most)
    problems.push_back({path, "must have at most 1000 members, got " + std::to_string(object.size())});
}

Problems problems_in(const json::object& body) {
  Problems problems;
  check_size("", body, problems);
  if (!body.contains("input")) problems.push_back({"/input", "is missing; it may be any JSON value"});
  for (const auto* key : {"metadata", "config"})
    if (const auto* value = body.if_contains(key); value && !value->is_null() && !value->is_object())
      problems.push_back({std::string("/") + key, got(*value, "an object or null")});
  if (const auto* metadata = body.if_contains("metadata"); metadata && metadata->is_object())
    check_size("/metadata", metadata->get_object(), problems);
  if (const auto* config = body.if_contains("config"); config && config->is_object())
    for (const auto& setting : config->get_object()) check_setting(setting.key(), setting.value(), problems);
  return problems;
}

}  // namespace

std::expected<TaskBody, Problems> parse_task(const json::object& body, std::string_view text) {
  if (auto problems = problems_in(body); !problems.empty()) return std::unexpected(std::move(problems));
  TaskBody task;
  std::string_view config = "{}";
  for (const auto& [key, value] : wire::raw_members(text)) {
    if (key == "input")
      task.input = value;
    else if (key == "metadata" && value != "null")
      task.metadata = value;
    else if (key == "config" && value != "null")
      config = value;
  }
  task.config = complete_config(config);
  return task;
}

}  // namespace understudy::daemon::api
