// The agent CLI's stream of JSON lines. Only the envelope is believed: the result line, the runtime's own
// (synthetic) messages, its retry and limit events. Lines of type user carry tool output, content carries the
// model's prose.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "characters.hpp"
#include "classify/answer.hpp"
#include "classify/evidence.hpp"
#include "classify/reset_time.hpp"
#include "json/scan.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

using json::Value;

enum class LineType : std::uint8_t { other, assistant, result, limit, retry };

/// What one line says at its top level, as views into the body with escapes as they are.
struct Line {
  LineType type{LineType::other};
  std::string_view subtype, result, error_text, terminal_reason, api_error, api_error_code, api_error_type,
      error;
  std::string_view limit_status, limit_type, overage_status;
  std::optional<double> resets_at;
  std::optional<double> attempt, retry_delay_ms;
  std::optional<int> status;
  std::optional<bool> is_error;
  std::optional<double> tokens;  ///< read and written
  std::string_view stop_reason;
  bool has_result{false};
  bool stopped_unsaid{false};  ///< "stop_reason": null, where a finished run says end_turn
  bool cut_off{false};         ///< the runtime's own marker of an answer that did not end
  bool using_overage{false};
  bool synthetic{false};
  bool api_error_message{false};
};

std::optional<int> status_of(std::string_view raw) {
  const auto number = read_number(raw);
  return number && *number >= 400 && *number < 600 ? std::optional{static_cast<int>(*number)} : std::nullopt;
}

LineType type_of(std::string_view raw) {
  if (raw == "result") return LineType::result;
  if (raw == "assistant") return LineType::assistant;
  if (raw == "rate_limit_event") return LineType::limit;
  return LineType::other;
}

void read_top(const Value& value, Line& line) {
  const bool yes = value.type == Value::Type::word && same_word(value.raw, "true");
  if (value.type == Value::Type::string) {
    if (value.key == "type")
      line.type = type_of(value.raw);
    else if (value.key == "subtype")
      line.subtype = value.raw;
    else if (value.key == "result")
      line.result = value.raw, line.has_result = true;
    else if (value.key == "terminal_reason")
      line.terminal_reason = value.raw;
    else if (value.key == "api_error")
      line.api_error = value.raw;
    else if (value.key == "api_error_code")
      line.api_error_code = value.raw;
    else if (value.key == "api_error_type")
      line.api_error_type = value.raw;
    else if (value.key == "error")
      // A word of the runtime's, or (amp) the sentence itself.
      (value.raw.find(' ') == std::string_view::npos ? line.error : line.error_text) = value.raw;
    else if (value.key == "stop_reason")
      line.stop_reason = value.raw;
  } else if (value.key == "stop_reason") {
    line.stopped_unsaid = true;
  } else if (value.key == "is_error") {
    line.is_error = yes;
  } else if (value.key == "is_api_error_message" || value.key == "isApiErrorMessage") {
    line.api_error_message = yes;
  } else if (value.key == "api_error_status" || value.key == "error_status") {
    line.status = status_of(value.raw);
  } else if (value.key == "attempt") {
    line.attempt = read_number(value.raw);
  } else if (value.key == "retry_delay_ms") {
    line.retry_delay_ms = read_number(value.raw);
  }
}

void read_limit(const Value& value, Line& line) {
  if (value.key == "status")
    line.limit_status = value.raw;
  else if (value.key == "rateLimitType")
    line.limit_type = value.raw;
  else if (value.key == "overageStatus")
    line.overage_status = value.raw;
  else if (value.key == "resetsAt")
    line.resets_at = read_number(value.raw);
  else if (value.key == "isUsingOverage")
    line.using_overage = same_word(value.raw, "true");
}

void read_usage(const Value& value, Line& line) {
  constexpr std::string_view names[] = {"input_tokens", "output_tokens", "cache_read_input_tokens",
                                        "cache_creation_input_tokens"};
  if (std::ranges::find(names, value.key) == std::end(names)) return;
  if (const auto count = read_number(value.raw)) line.tokens = line.tokens.value_or(0) + *count;
}

/// Of `errors` the first that is not the runtime's note to itself names the cause.
void read_error(std::string_view raw, Line& line) {
  if (raw.starts_with("[ede_diagnostic]"))
    line.cut_off = raw.find("stop_reason=null") != std::string_view::npos;
  else if (line.error_text.empty())
    line.error_text = raw;
}

Line read_line(std::string_view text) {
  Line line;
  json::scan(text, [&](const Value& value) {
    const bool leaf = value.type != Value::Type::object && value.type != Value::Type::array;
    if (!leaf) return true;
    if (value.depth == 1)
      read_top(value, line);
    else if (value.depth == 2 && value.parent == "rate_limit_info")
      read_limit(value, line);
    else if (value.depth == 2 && value.parent == "usage")
      read_usage(value, line);
    else if (value.depth == 2 && value.parent == "errors" && value.type == Value::Type::string)
      read_error(value.raw, line);
    else if (value.depth == 2 && value.parent == "error" && value.key == "message")
      line.error_text = value.raw;  // qwen-code
    else if (value.depth == 2 && value.parent == "message" && value.key == "model")
      line.synthetic = value.raw == "<synthetic>";
    return true;
  });
  if (line.type == LineType::other && line.subtype == "api_retry") line.type = LineType::retry;
  return line;
}

/// The newest line of each type. The body is read from its end, as far as an earlier run's result.
struct Run {
  std::optional<Line> result;
  std::optional<Line> failed_message;  ///< the runtime's own message, when the last assistant message is one
  std::optional<Line> limit;           ///< the last limit event that no answer of the model follows
  std::optional<Line> retry;           ///< the last retry that no answer of the model follows
};

/// A cheap look before a line is read: most are tool output, and their first bytes say so.
bool worth_reading(std::string_view line) {
  constexpr std::string_view opening = R"({"type":")";
  if (line.starts_with(opening)) {
    const std::string_view type = line.substr(opening.size());
    return type.starts_with("result\"") || type.starts_with("assistant\"") ||
           type.starts_with("rate_limit_event\"") || type.starts_with("system\"");
  }
  for (const std::string_view word : {"\"result\"", "\"assistant\"", "\"rate_limit_event\"", "\"api_retry\""})
    if (::memmem(line.data(), line.size(), word.data(), word.size()) != nullptr) return true;
  return false;
}

Run read_run(std::string_view body) {
  Run run;
  bool answered = false;  // the model spoke after the line being read
  bool message_seen = false;
  for (int lines = 0; !body.empty() && lines < 4096; ++lines) {
    const void* found = ::memrchr(body.data(), '\n', body.size());
    const std::size_t begin =
        found == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(found) - body.data()) + 1;
    std::string_view text = body.substr(begin);
    body = body.substr(0, begin == 0 ? 0 : begin - 1);
    if (text.starts_with("Error: {")) text.remove_prefix(7);  // a result line that an embedder threw
    const std::size_t brace = text.find_first_not_of(" \t\r");
    if (brace == std::string_view::npos || text[brace] != '{' || !worth_reading(text.substr(brace))) continue;
    const Line line = read_line(text.substr(brace));
    switch (line.type) {
      case LineType::result:
        if (!run.result)
          run.result = line;
        else
          return run;  // an earlier run of the same process
        break;
      case LineType::assistant:
        if (line.synthetic || line.api_error_message || !line.error.empty()) {
          if (!message_seen) run.failed_message = line;
        } else {
          answered = true;
        }
        message_seen = true;
        break;
      case LineType::limit:
        if (!run.limit && !answered) run.limit = line;
        break;
      case LineType::retry:
        if (!run.retry && !answered) run.retry = line;
        break;
      case LineType::other: break;
    }
    if (run.result && answered) return run;
  }
  return run;
}

/// Whether a subscription's window is really closed: nothing is paid on top, and the window is named (without
/// a name the server only throttles).
bool window_closed(const std::optional<Line>& limit) {
  if (!limit || limit->limit_status != "rejected" || limit->limit_type.empty() || limit->using_overage)
    return false;
  return limit->overage_status != "allowed" && limit->overage_status != "allowed_warning";
}

/// The enum of the runtime's message is coarse and misleads (a spend limit is `unknown`, an overload
/// `server_error`), so it decides last. https://code.claude.com/docs/en/headless
std::optional<Kind> coarse(std::string_view error) {
  if (error == "rate_limit") return Kind::rate_limit;
  if (error == "authentication_failed") return Kind::auth_error;
  if (error == "overloaded" || error == "server_error") return Kind::server_error;
  if (error == "model_not_found") return Kind::model_not_found;
  if (error == "invalid_request") return Kind::invalid_request;
  return std::nullopt;
}

void read_codes(const Line& line, Evidence& evidence) {
  for (const std::string_view code : {line.api_error_code, line.api_error, line.api_error_type})
    evidence.text.append(code);
  if (line.error == "billing_error" || line.error == "oauth_org_not_allowed")
    evidence.text.append(line.error);
  if (!evidence.status) evidence.status = line.status;
  if (!evidence.last_resort) evidence.last_resort = coarse(line.error);
}

void read_window(const Line& limit, Evidence& evidence) {
  evidence.text.append(limit.limit_type);
  if (limit.resets_at) evidence.wait.until = read_epoch(*limit.resets_at);
}

/// The runtime does not pass retry-after on, but waits that long before a retry when it is at most a minute.
/// Its own back-off starts at 500 ms, doubles up to 32 s, and adds up to a quarter.
std::optional<double> wait_requested_by(const Line& retry) {
  if (!retry.retry_delay_ms || retry.attempt.value_or(0) < 1) return std::nullopt;
  const double own = 1.25 * std::min(500 * std::exp2(*retry.attempt - 1), 32'000.0);
  return *retry.retry_delay_ms > own ? std::optional{*retry.retry_delay_ms / 1000} : std::nullopt;
}

/// The last that is known of the provider is that a call failed and was tried again. Without a status there
/// was no answer at all.
void read_retry(const Line& retry, Evidence& evidence) {
  if (!evidence.status) evidence.status = retry.status;
  if (retry.status && retry.status == evidence.status) evidence.wait.window_s = wait_requested_by(retry);
  if (!retry.status && !evidence.last_resort)
    evidence.last_resort = coarse(retry.error).value_or(Kind::network);
}

/// Whether the run is known to have read and written no token: then the model said nothing, and what looks
/// like its words is the runtime's.
bool used_nothing(const Line& result, const Outcome& outcome) {
  if (outcome.usage) return *outcome.usage == Usage{};
  return result.tokens == 0.0;
}

/// The window is full, says the stop reason, or the runtime for it.
bool lost_window(const Line& result) {
  return result.stop_reason == "model_context_window_exceeded" ||
         result.result.find("reached its context window limit") != std::string_view::npos;
}

/// A run that calls itself a success, with exit 0: whether an answer stands behind it.
std::optional<Decided> read_good_result(const Line& result, const Outcome& outcome, Evidence& evidence,
                                        bool& refused) {
  const bool nothing = used_nothing(result, outcome);
  const std::string_view words = trimmed(result.result);
  if (nothing && !words.empty() && read_runtime_lines(words, outcome.exit_code, evidence)) {
    refused = true;
    return std::nullopt;
  }
  const Answer answer{.finish = result.stop_reason, .said = !words.empty(), .counted = !nothing};
  if (const auto failed = failed_finish(answer)) return Decided{*failed, "finish-reason", result.stop_reason};
  if (nothing && words.empty() && result.has_result)
    return Decided{Kind::server_error, "empty-answer", "the run ended with no answer and no tokens"};
  if (result.stopped_unsaid)
    return Decided{Kind::network, "answer-cut-off", words.empty() ? "no stop reason" : words};
  return std::nullopt;
}

std::optional<Decided> read_failed_result(const Run& run, const Outcome& outcome, Evidence& evidence) {
  const Line& result = *run.result;
  const bool by_api = result.terminal_reason == "api_error" || result.status ||
                      !result.api_error_type.empty() || !result.api_error.empty() || run.failed_message;
  const bool killed = outcome.exit_code.value_or(1) >= 128 || outcome.exit_code.value_or(1) < 0;
  if (lost_window(result) && used_nothing(result, outcome))
    return Decided{Kind::server_error, "window-lost-at-once", result.result};
  if (result.terminal_reason == "prompt_too_long")
    return Decided{Kind::context_length, "result-prompt-too-long", result.result};
  if (result.subtype.starts_with("error_") && !by_api) {
    const bool own_limit = result.subtype != "error_during_execution" || killed;
    const auto failed =
        failed_finish({.finish = result.stop_reason, .counted = !used_nothing(result, outcome)});
    if (!own_limit && result.error_text.empty() && failed)
      return Decided{*failed, "finish-reason", result.stop_reason};
    if (!own_limit && result.error_text.empty() && result.cut_off)
      return Decided{Kind::network, "answer-cut-off",
                     "the provider closed the stream before its answer ended"};
    if (own_limit || (!read_own_words(result.error_text, outcome.exit_code, evidence) && !run.retry))
      return Decided{Kind::task_error, "result-error",
                     result.error_text.empty() ? result.subtype : result.error_text, true};
    if (run.retry) read_retry(*run.retry, evidence);
    return std::nullopt;
  }
  evidence.status = outcome.status;
  if (!by_api) {
    const std::string_view said = result.result.empty() ? result.error_text : result.result;
    const bool read = !killed && (result.tokens.value_or(0) == 0
                                      ? read_own_words(said, outcome.exit_code, evidence)
                                      : read_runtime_lines(result.result, outcome.exit_code, evidence));
    if (!read && (killed || !run.retry))
      return Decided{Kind::task_error, "result-without-api-error", result.result, true};
  } else {
    read_codes(result, evidence);
    if (run.failed_message) read_codes(*run.failed_message, evidence);
    if (!killed) read_provider_text(result.result, evidence);
  }
  if (window_closed(run.limit)) read_window(*run.limit, evidence);
  if (run.retry) read_retry(*run.retry, evidence);
  return std::nullopt;
}

}  // namespace

std::optional<Decided> read_stream_json(const Outcome& outcome, Evidence& evidence) {
  const Run run = read_run(outcome.body);
  if (!run.result) {
    const int exit_code = outcome.exit_code.value_or(0);
    if (exit_code > 0 && exit_code < 128 && (run.failed_message || run.retry)) {
      // Without a result line no text counts, but the runtime's own fields do.
      if (run.failed_message) {
        evidence.status = run.failed_message->status;
        read_codes(*run.failed_message, evidence);
      }
      if (run.retry) read_retry(*run.retry, evidence);
      if (window_closed(run.limit)) read_window(*run.limit, evidence);
      if (evidence.status || evidence.last_resort || !evidence.text.view().empty()) return std::nullopt;
    }
  }
  if (!run.result || (!run.result->is_error && run.result->subtype.empty())) {
    bool known = false;
    return read_agent_events(outcome, evidence, known);
  }
  if (run.result->is_error.value_or(true)) return read_failed_result(run, outcome, evidence);
  if (!run.result->subtype.empty() && run.result->subtype != "success")
    return Decided{Kind::task_error, "result-error", run.result->subtype, true};
  if (window_closed(run.limit)) {
    read_window(*run.limit, evidence);
    evidence.last_resort = Kind::quota;
    return std::nullopt;
  }
  if (outcome.exit_code.value_or(0) != 0)
    return Decided{Kind::task_error, "exit-code-not-zero", run.result->result, true};
  bool refused = false;
  const auto flaw = read_good_result(*run.result, outcome, evidence, refused);
  if (flaw || refused) return flaw;
  return Decided{Kind::success, "result-success"};
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
