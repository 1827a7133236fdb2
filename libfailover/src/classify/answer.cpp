// Answers of the dialects: Anthropic's messages, chat completions, responses, Gemini, Ollama, Cohere, Bedrock
// and the envelopes that vendors put around them.
#include "classify/answer.hpp"

#include <algorithm>
#include <array>

#include "characters.hpp"
#include "classify/reset_time.hpp"
#include "json/scan.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

using Type = json::Value::Type;

/// What a member tells, by its name.
enum class Role : std::uint8_t {
  none,
  error,    ///< an error, unless empty
  success,  ///< false says that it is an error
  code,     ///< an error's code, unless it is zero or good
  status,   ///< the same as a number from 400; words say whether the answer is final
  words,    ///< what accompanies a code
  type,
  text,   ///< of the model
  call,   ///< a tool call of the model
  shape,  ///< where dialects put their answer
  both,   ///< text and shape
  finish,
  written,  ///< tokens
  filter,   ///< true: a filter stopped it
  done
};

struct Name {
  std::string_view name;
  Role role;
};

// clang-format off
// platform.claude.com/docs/en/api; platform.openai.com/docs/api-reference; ai.google.dev/api; docs.ollama.com/api;
// docs.cohere.com; docs.aws.amazon.com/bedrock; cloud.baidu.com/doc/WENXINWORKSHOP; cloud.tencent.com/document/product/1729
constexpr std::array names{
    Name{"error", Role::error}, Name{"errors", Role::error}, Name{"success", Role::success},
    Name{"code", Role::code}, Name{"error_code", Role::code}, Name{"errorCode", Role::code},
    Name{"status_code", Role::code}, Name{"statusCode", Role::code}, Name{"status", Role::status},
    Name{"message", Role::words}, Name{"msg", Role::words}, Name{"error_msg", Role::words},
    Name{"errorMsg", Role::words}, Name{"error_message", Role::words}, Name{"status_msg", Role::words}, Name{"status_message", Role::words},
    Name{"detail", Role::words}, Name{"type", Role::type}, Name{"object", Role::type},
    Name{"text", Role::text}, Name{"thinking", Role::text}, Name{"reasoning", Role::text},
    Name{"reasoning_content", Role::text}, Name{"partial_json", Role::text}, Name{"arguments", Role::text},
    Name{"refusal", Role::text}, Name{"completion", Role::both}, Name{"generated_text", Role::both},
    Name{"generation", Role::both}, Name{"outputText", Role::both}, Name{"result", Role::text},
    Name{"delta", Role::text}, Name{"b64_json", Role::text}, Name{"data", Role::text}, Name{"summary", Role::text},
    Name{"encrypted_content", Role::text}, Name{"signature", Role::text}, Name{"url", Role::text},
    Name{"content", Role::both}, Name{"response", Role::both}, Name{"output", Role::both},
    Name{"choices", Role::shape}, Name{"candidates", Role::shape}, Name{"generations", Role::shape},
    Name{"tool_calls", Role::call}, Name{"toolCalls", Role::call}, Name{"functionCall", Role::call},
    Name{"function_call", Role::call}, Name{"toolUse", Role::call}, Name{"inlineData", Role::call},
    Name{"executableCode", Role::call}, Name{"audio", Role::call}, Name{"images", Role::call},
    Name{"embedding", Role::call}, Name{"embeddings", Role::call},
    Name{"finish_reason", Role::finish}, Name{"finishReason", Role::finish}, Name{"stop_reason", Role::finish},
    Name{"stopReason", Role::finish}, Name{"done_reason", Role::finish}, Name{"blockReason", Role::finish},
    Name{"output_tokens", Role::written}, Name{"completion_tokens", Role::written},
    Name{"candidatesTokenCount", Role::written}, Name{"thoughtsTokenCount", Role::written},
    Name{"outputTokens", Role::written}, Name{"eval_count", Role::written},
    Name{"generated_tokens", Role::written}, Name{"CompletionTokens", Role::written}, Name{"filtered", Role::filter}, Name{"done", Role::done},
};
// clang-format on

/// Names by their length: most members of an answer have none of these.
constexpr std::size_t longest_key = 24;
constexpr auto by_length = [] {
  std::array<Name, names.size()> sorted = names;
  std::ranges::sort(sorted, {}, [](const Name& it) { return it.name.size(); });
  return sorted;
}();
constexpr auto begins_at = [] {
  std::array<std::uint8_t, longest_key + 2> table{};
  for (std::size_t length = 0; length < table.size(); ++length)
    for (const Name& it : by_length)
      if (it.name.size() < length) ++table[length];
  return table;
}();

Role role_of(std::string_view key) {
  if (key.empty() || key.size() > longest_key) return Role::none;
  for (std::size_t i = begins_at[key.size()]; i < begins_at[key.size() + 1]; ++i)
    if (same_word(by_length[i].name, key)) return by_length[i].role;
  return Role::none;
}

/// Whether a raw JSON string shows anything on a page.
bool shows(std::string_view raw) {
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (is_blank(raw[at])) continue;
    if (raw[at] != '\\' || at + 1 == raw.size()) return true;
    if (const char escaped = raw[++at]; escaped != 'n' && escaped != 't' && escaped != 'r') return true;
  }
  return false;
}

bool good_code(const json::Value& value) {
  if (const auto number = read_number(value.raw)) return *number == 0 || (*number >= 200 && *number < 300);
  return value.raw.empty() || same_word(value.raw, "success") || same_word(value.raw, "ok") ||
         same_word(value.raw, "null");
}

bool empty_word(const json::Value& value) {
  return value.raw.empty() ||
         (value.type == Type::word &&
          (same_word(value.raw, "null") || same_word(value.raw, "none") || same_word(value.raw, "false"))) ||
         (value.type == Type::number && value.raw == "0");
}

template <std::size_t N>
bool any_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::any_of(list, [word](std::string_view one) { return same_word(word, one); });
}

/// The types that open, carry or end an answer.
constexpr std::array<std::string_view, 10> ends{
    "message_stop", "response.completed", "response.done", "response.incomplete",
    "message-end",  "stream-end",         "messageStop",   "done",
    "[DONE]",       "text-generation-end"};
constexpr std::array<std::string_view, 6> calls{"tool_use",         "server_tool_use",
                                                "function_call",    "tool-call-start",
                                                "custom_tool_call", "image_generation_call"};

bool opens_stream(std::string_view type) {
  return type.starts_with("message_") || type.starts_with("content_block") || type.starts_with("response.") ||
         type == "message-start" || type == "stream-start" || type == "content-start" ||
         type == "chat.completion.chunk" || type == "text_completion";
}

class AnswerReader {
 public:
  explicit AnswerReader(Answer& answer) : answer_(answer) {}

  /// Reads one document from the front of `text` and returns its length.
  std::size_t read(std::string_view text) {
    error_ = coded_ = worded_ = said_ = in_choices_ = false;
    error_depth_ = -2;
    ++answer_.documents;
    const std::size_t length = json::scan(text, [this](const json::Value& value) {
      take(value);
      return true;
    });
    const std::string_view document = text.substr(0, length);
    answer_.whole = document.ends_with('}') || document.ends_with(']');
    if (error_ || (coded_ && worded_ && !said_)) answer_.error = document;
    return length;
  }

 private:
  void take(const json::Value& value) {
    const Role role = role_of(value.key);
    if (value.depth == 1) in_choices_ = same_word(value.key, "choices");
    if (value.type == Type::object && role_of(value.parent) == Role::call) say();
    if (value.depth == error_depth_ + 1 && role_of(value.parent) == Role::error) {
      if (value.type == Type::object || !empty_word(value)) error_ = true;
      return;
    }
    switch (role) {
      case Role::none: return;
      case Role::error:
        if (!tells_errors(value)) return;
        if (value.type == Type::object || value.type == Type::array)
          error_depth_ = value.depth;  // it counts when there is something in it
        else if (!empty_word(value))
          error_ = true;
        return;
      case Role::success:
        if (value.depth == 1 && same_word(value.raw, "false")) error_ = true;
        return;
      case Role::code:
        if (enveloped(value) && value.type != Type::object && !good_code(value)) coded_ = true;
        return;
      case Role::status: return take_status(value);
      case Role::words:
        if (value.depth == 1 && value.type == Type::object) answer_.known = true;
        if (enveloped(value) && value.type == Type::string) worded_ = true;
        return;
      case Role::type: return take_type(value);
      case Role::both:
      case Role::shape:
        if (value.depth <= 2) answer_.known = true;
        if (role == Role::shape) return;
        [[fallthrough]];
      case Role::text:
        if (value.type == Type::string && shows(value.raw)) say();
        return;
      case Role::call:
        if (value.type == Type::object) say();
        return;
      case Role::finish: return take_finish(value);
      case Role::written:
        if (const auto count = read_number(value.raw); count && *count > 0) answer_.counted = true;
        return;
      case Role::filter:
        if (same_word(value.raw, "true")) answer_.filtered = true;
        return;
      case Role::done:
        if (value.depth != 1 || value.type != Type::word) return;
        answer_.known = true;
        answer_.unfinished = !same_word(value.raw, "true");
        if (!answer_.unfinished) answer_.ended = true;
        return;
    }
  }

  void say() { answer_.said = said_ = true; }

  void take_status(const json::Value& value) {
    if (!enveloped(value)) return;
    const auto number = read_number(value.raw);
    if (number && *number >= 400 && *number < 600) coded_ = true;
    if (same_word(value.raw, "error") || same_word(value.raw, "failed") || same_word(value.raw, "fail"))
      coded_ = true;
    if (same_word(value.raw, "in_progress") || same_word(value.raw, "queued") ||
        same_word(value.raw, "pending"))
      answer_.pending = true;
  }

  void take_type(const json::Value& value) {
    if (value.type != Type::string) return;
    if (any_of(value.raw, calls)) say();
    if (value.depth != 1) return;
    if (value.raw == "error" || value.raw == "exception" || value.raw == "response.failed") error_ = true;
    if (any_of(value.raw, ends)) answer_.ended = true;
    if (opens_stream(value.raw)) answer_.known = true;
  }

  void take_finish(const json::Value& value) {
    if (value.type == Type::object || value.type == Type::array || value.raw.empty() ||
        same_word(value.raw, "null") || same_word(value.raw, "none") || value.raw == "not_finished")
      return;
    answer_.finish = value.raw;
    answer_.ended = true;
  }

  /// The top level, and where vendors and streams put an error: on the response, on the choice. Items of an
  /// answer have errors of their own, of the tools that the model called.
  [[nodiscard]] bool tells_errors(const json::Value& value) const {
    return value.depth == 1 ||
           (value.depth == 2 && value.parent.size() >= 8 &&
            same_word(value.parent.substr(0, 8), "response")) ||
           (value.depth == 3 && in_choices_ && value.parent.empty());
  }
  /// In the envelope, not in the answer: the top level, the vendor's header, or DashScope's task.
  static bool enveloped(const json::Value& value) {
    return value.depth == 1 || (value.depth == 2 && (value.parent == "base_resp" ||
                                                     value.parent == "header" || value.parent == "output"));
  }

  Answer& answer_;
  bool error_{false};
  bool coded_{false};
  bool worded_{false};
  bool said_{false};
  bool in_choices_{false};
  int error_depth_{-2};  ///< of the error that is being read
};

std::string_view after_separators(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == ',')) text.remove_prefix(1);
  return text;
}

}  // namespace

Answer read_documents(std::string_view body) {
  Answer answer;
  AnswerReader reader{answer};
  body = after_separators(body);
  if (body.starts_with('[')) body.remove_prefix(1);
  for (body = after_separators(body); body.starts_with('{') && answer.error.empty();
       body = after_separators(body))
    body.remove_prefix(std::min(body.size(), std::max<std::size_t>(reader.read(body), 1)));
  return answer;
}

Answer read_events(std::string_view body) {
  Answer answer;
  AnswerReader reader{answer};
  bool named_error = false;
  bool ping = false;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.starts_with("event:")) {
      const std::string_view name = trimmed(line.substr(6));
      named_error = name == "error" || name.ends_with("xception");
      ping = name == "ping" || name == "heartbeat" || name == "keepalive";
      if (any_of(name, ends)) answer.ended = true;
      if (opens_stream(name)) answer.known = true;
      continue;
    }
    if (!line.starts_with("data:")) continue;
    const std::string_view data = after_separators(line.substr(5));
    if (data.starts_with("[DONE]")) answer.ended = answer.known = true;
    if (named_error) answer.error = trimmed(data);
    if (ping || data.starts_with(R"({"type":"ping")") || data.starts_with(R"({"type": "ping")")) continue;
    if (data.starts_with('{'))
      reader.read(data);
    else
      ++answer.documents;
  }
  return answer;
}

std::optional<Kind> failed_finish(const Answer& answer) {
  struct Meaning {
    std::string_view part;
    Kind kind;
  };
  // A reason names its cause in part: network_error, insufficient_system_resource, PROHIBITED_CONTENT.
  constexpr std::array meanings{Meaning{"context_window", Kind::context_length},
                                Meaning{"model_length", Kind::context_length},
                                Meaning{"network", Kind::network},
                                Meaning{"timeout", Kind::timeout},
                                Meaning{"time_limit", Kind::timeout},
                                Meaning{"content", Kind::content_policy},
                                Meaning{"safety", Kind::content_policy},
                                Meaning{"sensitive", Kind::content_policy},
                                Meaning{"refusal", Kind::content_policy},
                                Meaning{"recitation", Kind::content_policy},
                                Meaning{"blocklist", Kind::content_policy},
                                Meaning{"spii", Kind::content_policy},
                                Meaning{"guardrail", Kind::content_policy},
                                Meaning{"toxic", Kind::content_policy},
                                Meaning{"prohibited", Kind::content_policy},
                                Meaning{"rate_limit", Kind::rate_limit},
                                Meaning{"quota", Kind::quota},
                                Meaning{"balance", Kind::quota},
                                Meaning{"error", Kind::server_error},
                                Meaning{"abort", Kind::server_error},
                                Meaning{"insufficient", Kind::server_error},
                                Meaning{"fail", Kind::server_error},
                                Meaning{"overload", Kind::server_error},
                                Meaning{"unavailable", Kind::server_error},
                                Meaning{"malformed", Kind::server_error},
                                Meaning{"exception", Kind::server_error}};
  const auto has = [&](std::string_view part) {
    const auto same = [](char x, char y) { return to_lower(x) == y; };
    return std::search(answer.finish.begin(), answer.finish.end(), part.begin(), part.end(), same) !=
           answer.finish.end();
  };
  for (const Meaning& meaning : meanings) {
    if (!has(meaning.part)) continue;
    // Without a token read or written, no conversation was too long: the account or the server is at fault.
    if (meaning.kind == Kind::context_length && !answer.counted && !answer.said) return Kind::server_error;
    return meaning.kind;
  }
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
