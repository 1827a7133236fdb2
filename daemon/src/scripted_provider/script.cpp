#include "scripted_provider/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <limits>

#include "http/text.hpp"
#include "scripted_provider/plan.hpp"

namespace understudy::daemon::scripted {

namespace {

namespace json = boost::json;
constexpr double longest_silence_s = 86'400;

/// One object of the script, read key by key. The first mistake is kept; what is read afterwards does not
/// matter.
class Fields {
 public:
  Fields(const json::value& value, std::string path, std::string& error)
      : object_(value.if_object()), path_(std::move(path)), error_(error) {
    if (!object_) wrong("", "must be an object", value);
  }

  [[nodiscard]] const json::value* find(std::string_view key) const {
    return object_ ? object_->if_contains(key) : nullptr;
  }
  [[nodiscard]] std::string path(std::string_view key) const {
    if (key.empty()) return path_.empty() ? "the script" : path_;
    return path_.empty() ? std::string(key) : fmt::format("{}/{}", path_, key);
  }

  void wrong(std::string_view key, std::string_view rule, const json::value& got) {
    if (error_.empty())
      error_ = fmt::format("{} {}, got {}", path(key), rule, json::serialize(got).substr(0, 80));
  }
  void missing(std::string_view key, std::string_view rule) {
    if (error_.empty()) error_ = fmt::format("{} is missing: {}", path(key), rule);
  }

  void text(std::string_view key, std::string& to) {
    const auto* value = find(key);
    if (!value) return;
    if (value->is_string())
      to = value->get_string().c_str();
    else
      wrong(key, "must be a text", *value);
  }
  void whole(std::string_view key, int& to, int min, int max) {
    const auto* value = find(key);
    if (!value) return;
    if (value->is_int64() && value->get_int64() >= min && value->get_int64() <= max)
      to = static_cast<int>(value->get_int64());
    else
      wrong(key, fmt::format("must be a whole number from {} to {}", min, max), *value);
  }
  /// A number of units, decimals allowed; required.
  void duration(std::string_view key, Milliseconds& to, double units_per_s) {
    const auto* value = find(key);
    if (!value) return missing(key, "a number above 0");
    boost::system::error_code error;
    const auto number = value->to_number<double>(error);
    const double seconds = number / units_per_s;
    if (error || !std::isfinite(seconds) || seconds <= 0 || seconds > longest_silence_s)
      return wrong(
          key, fmt::format("must be a number above 0 and at most {:.0f}", longest_silence_s * units_per_s),
          *value);
    to = Milliseconds{static_cast<std::int64_t>(std::ceil(seconds * 1000))};
  }
  void known(std::initializer_list<std::string_view> keys) {
    if (!object_) return;
    for (const auto& [key, value] : *object_)
      if (std::find(keys.begin(), keys.end(), key) == keys.end() && error_.empty())
        error_ = fmt::format("{} is not a field here; known are {}", path(key), fmt::join(keys, ", "));
  }

 private:
  const json::object* object_;
  std::string path_;
  std::string& error_;
};

bool fits_on_a_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

bool is_header_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127 && c != ':'; });
}

void read_headers(Fields& step, http::Pairs& headers) {
  const auto* value = step.find("headers");
  if (!value) return;
  if (!value->is_object()) return step.wrong("headers", "must be an object of texts", *value);
  for (const auto& [name, content] : value->get_object()) {
    const auto key = fmt::format("headers/{}", std::string_view(name));
    if (!content.is_string()) return step.wrong(key, "must be a text", content);
    if (!is_header_name(name) || !fits_on_a_line(content.get_string()))
      return step.wrong(key, "must be a header name with a text of one line", content);
    for (const std::string_view ours : {"content-length", "transfer-encoding", "connection"})
      if (http::iequals(name, ours)) return step.wrong(key, "is set by the provider itself", content);
    headers.emplace_back(name, content.get_string());
  }
}

/// The text to send; `is_json` tells an object from a text.
void read_body(Fields& step, std::string& body, bool& is_json) {
  const auto* value = step.find("body");
  if (!value) return;
  is_json = !value->is_string();
  body = is_json ? json::serialize(*value) : std::string(value->get_string());
  if (is_json && !value->is_object()) step.wrong("body", "must be an object or a text", *value);
}

Action read_status(Fields& step) {
  SendStatus action;
  if (!step.find("status")) step.missing("status", "the HTTP status to answer");
  step.known({"fault", "times", "status", "headers", "body"});
  step.whole("status", action.status, 200, 599);
  if (action.status == 204 || action.status == 304)
    step.wrong("status", "must be one that has a body", *step.find("status"));
  read_headers(step, action.headers);
  read_body(step, action.body, action.is_json);
  if (!step.find("body"))
    action.body = error_body(action.status, fmt::format("the script says {}", action.status));
  return action;
}

Action read_mid_stream_error(Fields& step) {
  MidStreamError action;
  bool is_json = true;
  step.known({"fault", "times", "after_events", "body"});
  step.whole("after_events", action.after_events, 0, 10'000);
  read_body(step, action.body, is_json);
  if (!is_json) step.wrong("body", "must be an object", *step.find("body"));
  if (action.body.empty()) action.body = error_body(529, "Overloaded");
  return action;
}

Action read_stall(Fields& step) {
  Stall action;
  step.known({"fault", "times", "seconds"});
  step.duration("seconds", action.time, 1);
  return action;
}

Action read_reset(Fields& step) {
  Reset action;
  step.known({"fault", "times", "after_events"});
  step.whole("after_events", action.after_events, 0, 10'000);
  return action;
}

Action read_slow_first_byte(Fields& step) {
  SlowFirstByte action;
  step.known({"fault", "times", "ms"});
  step.duration("ms", action.delay, 1000);
  return action;
}

Action read_fault(Fields& step) {
  const auto* value = step.find("fault");
  const std::string_view name =
      value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
  if (name == "status") return read_status(step);
  if (name == "mid_stream_error") return read_mid_stream_error(step);
  if (name == "stall") return read_stall(step);
  if (name == "reset") return read_reset(step);
  if (name == "slow_first_byte") return read_slow_first_byte(step);
  step.wrong("fault", "must be one of status, mid_stream_error, stall, reset, slow_first_byte", *value);
  return Answer{};
}

Step read_step(const json::value& value, std::string path, std::string& error) {
  Step result;
  Fields step(value, std::move(path), error);
  if (!error.empty()) return result;
  const auto* ok = step.find("ok");
  if (ok && (!ok->is_bool() || !ok->get_bool())) step.wrong("ok", "must be true", *ok);
  if (ok)
    step.known({"ok", "times"});
  else if (step.find("fault"))
    result.action = read_fault(step);
  else
    step.missing("fault", "a step has either a fault or \"ok\": true");
  const auto* times = step.find("times");
  if (times && times->is_string() && times->get_string() == "forever")
    result.times.reset();
  else if (times && times->is_int64() && times->get_int64() >= 1)
    result.times = times->get_int64();
  else if (times)
    step.wrong("times", "must be a whole number from 1 or \"forever\"", *times);
  return result;
}

void read_usage(const json::value& value, json::object& usage, std::string& error) {
  static const std::initializer_list<std::string_view> keys{
      "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"};
  Fields fields(value, "usage", error);
  fields.known(keys);
  for (const auto key : keys) {
    if (!fields.find(key)) continue;
    int tokens = 0;
    fields.whole(key, tokens, 0, std::numeric_limits<int>::max());
    usage[key] = tokens;
  }
}

void read_list(Fields& root, std::string_view key,
               const std::function<void(const json::value&, std::string)>& read) {
  const auto* value = root.find(key);
  if (!value) return;
  if (!value->is_array()) return root.wrong(key, "must be a list", *value);
  for (std::size_t i = 0; i < value->get_array().size(); ++i)
    read(value->get_array()[i], fmt::format("{}/{}", key, i));
}

}  // namespace

std::string describe(const Action& action) {
  struct Describe {
    std::string operator()(const Answer&) const { return "ok"; }
    std::string operator()(const SendStatus& fault) const { return fmt::format("status {}", fault.status); }
    std::string operator()(const MidStreamError&) const { return "mid_stream_error"; }
    std::string operator()(const Stall&) const { return "stall"; }
    std::string operator()(const Reset&) const { return "reset"; }
    std::string operator()(const SlowFirstByte&) const { return "slow_first_byte"; }
  };
  return std::visit(Describe{}, action);
}

std::expected<Script, std::string> parse_script(const json::value& value) {
  Script script;
  std::string error;
  Fields root(value, "", error);
  root.known({"models", "api_key", "answer", "usage", "steps"});
  root.text("answer", script.answer);
  if (root.find("api_key")) root.text("api_key", script.api_key.emplace());
  if (script.api_key && script.api_key->empty())
    root.wrong("api_key", "must not be empty", *root.find("api_key"));
  if (const auto* usage = root.find("usage")) read_usage(*usage, script.usage, error);
  read_list(root, "models", [&](const json::value& model, const std::string& path) {
    if (!model.is_string() || model.get_string().empty())
      return root.wrong(path, "must be a model's id", model);
    script.models.emplace_back(model.get_string());
  });
  read_list(root, "steps", [&](const json::value& step, std::string path) {
    script.steps.push_back(read_step(step, std::move(path), error));
  });
  if (!error.empty()) return std::unexpected(std::move(error));
  return script;
}

std::expected<Script, std::string> parse_script(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error) return std::unexpected(fmt::format("the script is not JSON: {}", error.message()));
  return parse_script(value);
}

Action take_next(Script& script) {
  if (script.steps.empty()) return Answer{};
  Step& step = script.steps.front();
  Action action = step.action;
  if (step.times && --*step.times == 0) script.steps.erase(script.steps.begin());
  return action;
}

}  // namespace understudy::daemon::scripted
