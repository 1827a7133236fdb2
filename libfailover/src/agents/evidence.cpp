#include "agents/evidence.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <string_view>

#include "agents/json_fields.hpp"
#include "agents/text.hpp"
#include "agents/usage_meter.hpp"

namespace understudy::failover::agents {

namespace {

namespace json = boost::json;

constexpr std::size_t max_word = 1024;
constexpr std::size_t max_text = 8 * 1024;
constexpr std::size_t max_items = 16;

/// Members whose meaning is the same in every type of line.
// clang-format off
constexpr std::string_view plain_members[] = {
    "type", "subtype", "is_error", "terminal_reason", "stop_reason", "num_turns", "duration_api_ms",
    "request_id", "parent_tool_use_id", "is_api_error_message", "isApiErrorMessage", "api_error_status",
    "api_error_type", "api_error_code", "api_error", "error", "error_status", "error_type", "error_code",
    "attempt", "max_retries", "retry_delay_ms", "compact_result", "compact_error", "original_model",
    "api_refusal_category", "rate_limit_info"};
// clang-format on

/// A scalar, or (once) an object of scalars.
std::optional<json::value> bounded(const json::value& value, bool may_nest = true) {
  if (const auto* text = value.if_string()) return json::value(clipped(*text, max_word));
  if (value.is_array()) return std::nullopt;
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  if (!may_nest) return std::nullopt;
  json::object copy;
  for (const auto& member : *object) {
    if (copy.size() == max_items) break;
    if (auto inner = bounded(member.value(), false)) copy[clipped(member.key(), 64)] = std::move(*inner);
  }
  return json::value(std::move(copy));
}

json::object plain_members_of(const json::object& line) {
  json::object kept;
  for (const auto key : plain_members) {
    const auto* value = line.if_contains(key);
    if (value == nullptr || value->is_null()) continue;
    if (auto copy = bounded(*value)) kept[key] = std::move(*copy);
  }
  return kept;
}

void add_text(json::object& kept, std::string_view key, const json::object& line) {
  if (const auto text = text_in(line, key); !text.empty()) kept[key] = clipped(text, max_text);
}

/// The line counts tokens, and there are none.
bool used_nothing(const json::object& line) {
  const auto* usage = object_in(line, "usage");
  if (usage == nullptr || !has(*usage, "output_tokens")) return false;
  for (const auto key :
       {"input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"})
    if (tokens_in(*usage, key).value_or(0) > 0) return false;
  return true;
}

json::object result_evidence(const json::object& line) {
  auto kept = plain_members_of(line);
  const bool failed = !is_flag(line, "is_error", false);
  const auto text = text_in(line, "result");
  if (failed) {
    add_text(kept, "result", line);
  } else if (used_nothing(line) && has(line, "result")) {
    // Without a token the model said nothing: the words, or their absence, are the runtime's.
    kept["result"] = clipped(text, max_text);
    kept["usage"] = json::object{{"input_tokens", 0}, {"output_tokens", 0}};
  }
  if (const auto* reason = line.if_contains("stop_reason"); reason != nullptr && reason->is_null())
    kept["stop_reason"] = nullptr;  // where a finished run says end_turn
  if (const auto* errors = array_in(line, "errors")) {
    json::array& copies = kept["errors"].emplace_array();
    for (const auto& error : *errors)
      if (error.is_string() && copies.size() < max_items)
        copies.emplace_back(clipped(error.get_string(), max_word));
  }
  return kept;
}

json::object api_error_evidence(const json::object& line) {
  auto kept = plain_members_of(line);
  const auto* message = object_in(line, "message");
  if (message == nullptr) return kept;
  auto& copy = kept["message"].emplace_object();
  for (const auto key : {"id", "role", "model", "stop_reason"})
    if (const auto word = text_in(*message, key); !word.empty()) copy[key] = clipped(word, max_word);
  const auto* content = array_in(*message, "content");
  if (content == nullptr) return kept;
  std::size_t room = max_text;
  auto& blocks = copy["content"].emplace_array();
  for (const auto& block : *content) {
    const auto* object = block.if_object();
    if (object == nullptr || text_in(*object, "type") != "text" || blocks.size() == max_items) continue;
    auto text = clipped(text_in(*object, "text"), room);
    room -= std::min(room, text.size());
    blocks.push_back({{"type", "text"}, {"text", std::move(text)}});
  }
  return kept;
}

bool speaks_of_the_provider(std::string_view type, const json::object& line) {
  if (type == "rate_limit_event" || type == "error") return true;
  if (type != "system") return false;
  const auto subtype = text_in(line, "subtype");
  return subtype == "api_retry" || subtype == "api_error" || subtype.starts_with("model_refusal") ||
         (subtype == "status" && has(line, "compact_error"));
}

}  // namespace

bool is_api_error(const json::object& line) {
  const auto* message = object_in(line, "message");
  return is_flag(line, "is_api_error_message", true) || is_flag(line, "isApiErrorMessage", true) ||
         (message != nullptr && text_in(*message, "model") == "<synthetic>");
}

std::optional<std::string> evidence_in(const json::object& line) {
  const auto type = text_in(line, "type");
  if (type == "result") return json::serialize(result_evidence(line));
  if (type == "assistant") {
    if (is_api_error(line)) return json::serialize(api_error_evidence(line));
    // Flagged, but its content may be the model's.
    if (has(line, "error")) return json::serialize(plain_members_of(line));
    return std::nullopt;
  }
  if (!speaks_of_the_provider(type, line)) return std::nullopt;
  auto kept = plain_members_of(line);
  if (type == "error") add_text(kept, "message", line);
  return json::serialize(kept);
}

}  // namespace understudy::failover::agents
