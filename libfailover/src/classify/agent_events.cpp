// The JSON events of agents other than Claude Code: codex, gemini-cli, opencode, goose, antigravity, droid
// and those that write one JSON document. Only events in which the runtime itself speaks count; items,
// messages and tool results are the model's and its tools'.
#include <algorithm>
#include <array>

#include "characters.hpp"
#include "classify/evidence.hpp"
#include "classify/reset_time.hpp"
#include "json/scan.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

using json::Value;

enum class EventStep : std::uint8_t { none, work, failed, ended };

/// What one event says, as views into the body with escapes as they are.
struct AgentEvent {
  EventStep step{EventStep::none};
  bool of_agent{false};      ///< its members are those of an agent's events
  std::string_view words{};  ///< of the error
  std::string_view name{};   ///< the error's class
  std::string_view said{};   ///< the last text in it
  bool spoken{false};        ///< the error is the assistant's message
};

constexpr std::array<std::string_view, 8> failures{"error",         "turn.failed",  "run.failed",
                                                   "session.error", "stream_error", "api_error",
                                                   "fatal",         "task.failed"};
constexpr std::array<std::string_view, 6> endings{"turn.completed", "complete",  "completion",
                                                  "session.idle",   "agent_end", "task.completed"};
constexpr std::array<std::string_view, 6> sessions{"session_id", "sessionID",  "thread_id",
                                                   "sessionId",  "providerId", "providerID"};
constexpr std::array<std::string_view, 5> sentences{"message", "error", "detail", "errorMessage",
                                                    "finalError"};
/// What still happens after the end of a run, however that was.
constexpr std::array<std::string_view, 10> lifecycle{
    "agent_settled", "turn_end", "session_end", "session.status", "session.updated",
    "session.diff",  "shutdown", "done",        "usage",          "heartbeat"};
/// Parts of the names of errors that are the agent's own, or its user's.
constexpr std::array<std::string_view, 6> own_names{"ToolExecution", "TurnLimit", "Cancel",
                                                    "Abort",         "Sandbox",   "FatalInput"};

/// goose writes its own errors as the assistant's message.
constexpr std::string_view spoken_error = "Ran into this error:";

class EventReader {
 public:
  void read(const Value& value) {
    if (value.depth == 1) top(value);
    if (value.type == Value::Type::string && value.key == "text") event_.said = value.raw;
    if (value.type == Value::Type::string && value.depth >= 1 && value.depth <= 3 && speaks(value) &&
        event_.words.empty())
      event_.words = value.raw;
    if (value.depth == 2 && value.parent == "error" && (value.key == "name" || value.key == "type"))
      event_.name = value.raw;
    if (value.depth == 2 && value.parent == "message" && value.key == "stopReason" && value.raw == "error")
      spoken_ = true;
    if (value.depth == 2 && value.parent == "result" && value.key == "status") result_status(value.raw);
    if (value.depth == 2 && value.parent == "part" && value.key == "reason" && value.raw == "stop")
      event_.step = EventStep::ended;
    if (value.depth == 1 && value.key == "error") has_error_ = has_error_ || full(value);
  }

  /// The event, once all of it was read.
  [[nodiscard]] AgentEvent made() const {
    AgentEvent event = event_;
    if (event.step == EventStep::none && (has_error_ || refused_)) event.step = EventStep::failed;
    if (event.step == EventStep::none && answered_) event.step = EventStep::ended;
    if (event.step == EventStep::failed && mild_) event.step = EventStep::work;
    if (asked_) event.step = EventStep::failed, event.words = event.said;
    if (spoken_ || (retried_ && refused_)) event.step = EventStep::failed, event.spoken = true;
    if (event.step != EventStep::failed && event.said.starts_with(spoken_error)) {
      event.step = EventStep::failed;
      event.words = event.said;
      event.spoken = true;
    }
    return event;
  }

 private:
  static bool full(const Value& value) {
    return value.type == Value::Type::object || (value.type == Value::Type::string && !value.raw.empty());
  }

  void top(const Value& value) {
    if (one_of(value.key, sessions)) event_.of_agent = true;
    if (value.key == "response" && value.type == Value::Type::string) answered_ = true;
    if (value.key == "code" && value.raw.starts_with("-32"))  // of JSON-RPC
      event_.step = EventStep::failed, event_.of_agent = true;
    if (value.key == "jsonrpc") event_.of_agent = true;
    if (value.key == "success") refused_ = same_word(value.raw, "false");
    if (value.key == "ask" && value.raw == "api_req_failed") asked_ = true;
    if (value.key == "kind" && value.raw == "ConversationErrorEvent")
      event_.step = EventStep::failed, event_.of_agent = true;
    if (value.key == "status" && same_word(value.raw, "error")) refused_ = true;
    if (value.key == "severity") mild_ = !same_word(value.raw, "error") && !same_word(value.raw, "fatal");
    if (value.key == "is_error") {
      event_.of_agent = true;
      if (same_word(value.raw, "true")) event_.step = EventStep::failed;
    }
    if (value.key == "status" && result_) result_status(value.raw);
    if (value.key == "exitCode" && result_ && value.raw == "0") event_.step = EventStep::ended;  // copilot
    if ((value.key == "status" || value.key == "statusCode") && value.type == Value::Type::number)
      refused_ = refused_ || read_number(value.raw).value_or(0) >= 400;
    if ((value.key != "type" && value.key != "event") || value.type != Value::Type::string) return;
    result_ = value.raw == "result";
    retried_ = value.raw == "auto_retry_end";
    if (one_of(value.raw, failures))
      event_.step = EventStep::failed;
    else if (one_of(value.raw, endings))
      event_.step = EventStep::ended;
    else if (event_.step == EventStep::none && !result_ && !one_of(value.raw, lifecycle))
      event_.step = EventStep::work;
    if (value.raw == "thread.started" || value.raw.starts_with("turn.") || value.raw == "init")
      event_.of_agent = true;
  }

  void result_status(std::string_view raw) {
    if (same_word(raw, "success") || same_word(raw, "completed")) event_.step = EventStep::ended;
    if (same_word(raw, "error") || same_word(raw, "failed")) event_.step = EventStep::failed;
  }

  /// {"message": "…"}, {"error": "…"}, {"error": {"message": "…"}}, {"error": {"data": {"message": "…"}}}
  static bool speaks(const Value& value) {
    if (!one_of(value.key, sentences) || value.raw.empty()) return false;
    return value.depth == 1 || value.parent == "error" || value.parent == "data" ||
           value.parent == "result" || value.key == "errorMessage";
  }

  AgentEvent event_;
  bool result_{false};
  bool answered_{false};
  bool has_error_{false};
  bool refused_{false};
  bool mild_{false};
  bool asked_{false};    ///< cline asks what to do about a failed call
  bool spoken_{false};   ///< the assistant's message is an error
  bool retried_{false};  ///< pi's last try ended
};

/// The text of a JSON string: a runtime puts the provider's own JSON into one.
std::string unescaped(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\\' || at + 1 == raw.size()) {
      text += raw[at];
      continue;
    }
    const char c = raw[++at];
    if (c == 'u')
      text += "\\u";  // plain text reads it
    else
      text += c == 'n' || c == 'r' ? '\n' : c == 't' ? ' ' : c;
  }
  return text;
}

/// The last line that is no event: what the runtime wrote to stderr.
std::string_view last_plain_line(std::string_view body) {
  for (body = trimmed(body); !body.empty();) {
    const std::size_t end = body.rfind('\n');
    const std::string_view line = trimmed(body.substr(end == std::string_view::npos ? 0 : end + 1));
    if (!line.empty() && line.front() != '{') return line;
    if (end == std::string_view::npos) break;
    body = body.substr(0, end);
  }
  return {};
}

/// What the events of a run come to.
class EventRun {
 public:
  void add(const AgentEvent& event, std::string_view text) {
    if (event.step == EventStep::none) return;
    if (event.step == EventStep::failed) {
      ended_ = false;
      // The end of a run may not repeat what an error before it said.
      if (failure_.empty() || !event.words.empty()) failure_ = text, last_ = event;
    } else if (event.step == EventStep::ended && last_.spoken && !failure_.empty()) {
      ended_ = false;
    } else {
      failure_ = {};
      ended_ = event.step == EventStep::ended;
    }
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::string_view failure() const { return failure_; }
  [[nodiscard]] const AgentEvent& last() const { return last_; }

 private:
  std::string_view failure_;
  AgentEvent last_;
  bool ended_{false};
};

/// Whether the agent, its user or its tools failed, not the model's provider.
bool agents_own(const AgentEvent& error) {
  const auto has = [](std::string_view text) {
    return [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
  };
  constexpr std::array<std::string_view, 5> tools{"MCP server", "MCP client", "MCP error", "executing tool",
                                                  "rollout token budget"};
  return std::ranges::any_of(own_names, has(error.name)) || std::ranges::any_of(tools, has(error.words));
}

void read_failure(const EventRun& run, Evidence& evidence) {
  evidence.passed_on = unescaped(run.last().words);
  evidence.text.append(run.last().name);
  evidence.status = status_in_text(evidence.passed_on);
  if (evidence.passed_on.find('{') != std::string::npos) read_provider_text(evidence.passed_on, evidence);
  read_provider_text(run.failure(), evidence);
}

}  // namespace

std::optional<Decided> read_agent_events(const Outcome& outcome, Evidence& evidence, bool& known) {
  constexpr std::size_t reach = 256 * 1024;
  std::string_view body = outcome.body;
  if (body.size() > reach) body.remove_prefix(body.size() - reach);
  EventRun run;
  std::string_view beside;  // the lines after the last event: stderr's
  known = outcome.surface == Surface::cli_stream_json;
  while (!body.empty()) {
    const std::size_t begin = body.find_first_not_of(" \t\r\n,[");
    if (begin == std::string_view::npos) break;
    body.remove_prefix(begin);
    std::size_t length = std::min(body.find('\n'), body.size());
    if (body.front() == '{') {
      EventReader reader;
      length = json::scan(body, [&](const Value& value) {
        reader.read(value);
        return true;
      });
      const AgentEvent event = reader.made();
      known = known || event.of_agent;
      run.add(event, body.substr(0, length));
      beside = {};
    } else {
      beside =
          beside.empty() ? body.substr(0, length) : std::string_view{beside.data(), body.data() + length};
    }
    body.remove_prefix(std::min(std::max<std::size_t>(length, 1), body.size()));
  }
  const int exit_code = outcome.exit_code.value_or(0);
  const bool killed = exit_code >= 128 || exit_code < 0;
  if (!run.failure().empty() && agents_own(run.last()))
    return Decided{Kind::task_error, "agents-own-error", run.last().words, true};
  if (!run.failure().empty() && !killed) {
    if (known)
      read_failure(run, evidence);
    else
      evidence.passed_on = unescaped(run.last().words);
    return std::nullopt;
  }
  if (killed) return Decided{Kind::task_error, "killed", run.failure(), true};
  if (!run.ended() && exit_code != 0 && read_runtime_lines(beside, outcome.exit_code, evidence))
    return std::nullopt;
  if (!run.ended()) return Decided{Kind::task_error, "no-result-line", last_plain_line(outcome.body), true};
  if (exit_code != 0) return Decided{Kind::task_error, "exit-code-not-zero", {}, true};
  return Decided{Kind::success, "events-ended-well"};
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
