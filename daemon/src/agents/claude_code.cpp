#include "agents/claude_code.hpp"

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "agents/evidence.hpp"
#include "agents/exit_code.hpp"
#include "agents/json_fields.hpp"

namespace understudy::daemon::agents {

namespace {

namespace json = boost::json;

std::optional<int> http_status(const json::object& event) {
  const auto* value = event.if_contains("api_error_status");
  const auto* number = value != nullptr ? value->if_int64() : nullptr;
  if (number == nullptr || *number < 100 || *number > 599) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

void ClaudeCodeAdapter::read_output(std::string_view bytes) {
  output_.feed(bytes, [this](std::string_view line, bool whole) { read_line(line, whole); });
}

void ClaudeCodeAdapter::read_errors(std::string_view bytes) {
  errors_.feed(bytes, [this](std::string_view line, bool) { keep_text(line); });
}

void ClaudeCodeAdapter::read_line(std::string_view line, bool whole) {
  line = trimmed(line);
  if (line.empty()) return;
  if (line.front() != '{') return keep_text(line);
  // Half an object is what a killed process leaves, and may hold anybody's words.
  if (!whole) return;
  std::array<unsigned char, 16 * 1024> buffer;
  json::monotonic_resource memory(buffer.data(), buffer.size());
  json::parse_options options;
  options.max_depth = 64;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  const auto value = json::parse(line, error, &memory, options);
  if (error) return;
  if (const auto* event = value.if_object()) read_event(*event);
}

void ClaudeCodeAdapter::read_event(const json::object& event) {
  const auto type = text_in(event, "type");
  if (type == "system") {
    dialogue_.heard_system(event);
    trace_.heard_system(event, now());
  } else if (type == "user") {
    dialogue_.heard_user(event);
    trace_.heard_user(event, now());
  } else if (type == "assistant") {
    dialogue_.heard_assistant(event);
    trace_.heard_assistant(event, is_api_error(event), now());
    const auto* message = object_in(event, "message");
    if (message != nullptr && !is_api_error(event)) usage_.count_message(*message);
  } else if (type == "result") {
    dialogue_.heard_result(event);
    usage_.count_result(event);
    read_result(event);
  }
  if (auto evidence = evidence_in(event)) evidence_.add(std::move(*evidence));
}

void ClaudeCodeAdapter::read_result(const json::object& event) {
  status_ = http_status(event);
  answer_.reset();
  const auto* result = event.if_contains("result");
  if (is_flag(event, "is_error", false) && result != nullptr && result->is_string())
    answer_ = valid_utf8(result->get_string());
}

void ClaudeCodeAdapter::keep_text(std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return;
  // Text stays apart from the CLI's own events: a line of it must not be read as one.
  std::string kept = line.front() == '{' ? "stderr: " : "";
  text_.add(kept += clipped(line, longest_error_line));
}

Reading ClaudeCodeAdapter::finish(const ProcessEnd& end) {
  output_.finish([this](std::string_view line, bool whole) { read_line(line, whole); });
  errors_.finish([this](std::string_view line, bool) { keep_text(line); });
  Reading reading;
  reading.outcome.provider = provider_;
  reading.outcome.surface = failover::Surface::cli_stream_json;
  reading.outcome.status = status_;
  text_.append_to(reading.outcome.body);
  evidence_.append_to(reading.outcome.body);
  reading.outcome.exit_code = exit_code_of(end);
  reading.usage = usage_.total();
  reading.outcome.usage = reading.usage;
  if (reading.outcome.exit_code == 0) reading.output = answer_;
  reading.awaiting_provider = dialogue_.awaiting_provider();
  reading.trace = trace_.finish();
  return reading;
}

}  // namespace understudy::daemon::agents
