#include "agents/evidence.hpp"

#include <algorithm>
#include <string_view>

#include "agents/blocks.hpp"
#include "agents/text.hpp"
#include "agents/usage_meter.hpp"
#include "json/writer.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

namespace {

constexpr std::size_t max_string = 1024;
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

/// Writes a scalar, or (once) an object of scalars; false for what is neither.
bool write_bounded(json::Writer& kept, std::string_view key, json::View value, bool may_nest = true) {
  switch (value.kind()) {
    case json::Kind::none:
    case json::Kind::array: return false;
    case json::Kind::string: kept.text(key, clipped(value.string(), max_string)); return true;
    case json::Kind::null:
    case json::Kind::boolean:
    case json::Kind::number: kept.name(key).raw(value.raw()); return true;
    case json::Kind::object: break;
  }
  if (!may_nest) return false;
  kept.open_object(key);
  std::size_t members = 0;
  for (const auto member : value.members())
    if (members < max_items && write_bounded(kept, clipped(member.key(), 64), member, false)) ++members;
  kept.close_object();
  return true;
}

void write_plain_members(json::Writer& kept, json::View line) {
  for (const auto key : plain_members)
    if (const auto value = line[key]) write_bounded(kept, key, value);
}

void write_text(json::Writer& kept, std::string_view key, json::View line) {
  if (const auto text = line[key].string(); !text.empty()) kept.text(key, clipped(text, max_text));
}

/// The line counts tokens, and there are none.
bool used_nothing(json::View line) {
  const auto usage = line["usage"];
  if (!usage["output_tokens"]) return false;
  for (const auto key :
       {"input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"})
    if (tokens_in(usage[key]).value_or(0) > 0) return false;
  return true;
}

void write_result(json::Writer& kept, json::View line) {
  write_plain_members(kept, line);
  const bool failed = line["is_error"].boolean() != false;
  if (failed) {
    write_text(kept, "result", line);
  } else if (used_nothing(line) && line["result"]) {
    // Without a token the model said nothing: the words, or their absence, are the runtime's.
    kept.text("result", clipped(line["result"].string(), max_text));
    kept.name("usage").raw(R"({"input_tokens":0,"output_tokens":0})");
  }
  if (line["stop_reason"].kind() == json::Kind::null)
    kept.null("stop_reason");  // where a finished run says end_turn
  if (line["errors"].kind() != json::Kind::array) return;
  kept.open_array("errors");
  std::size_t errors = 0;
  for (const auto error : line["errors"].elements())
    if (error.kind() == json::Kind::string && errors++ < max_items)
      kept.text(clipped(error.string(), max_string));
  kept.close_array();
}

void write_api_error(json::Writer& kept, json::View line) {
  write_plain_members(kept, line);
  const auto message = line["message"];
  if (!message.is_object()) return;
  kept.open_object("message");
  for (const auto key : {"id", "role", "model", "stop_reason"})
    if (const auto word = message[key].string(); !word.empty()) kept.text(key, clipped(word, max_string));
  kept.open_array("content");
  std::size_t room = max_text, blocks = 0;
  for_each_block(line, [&](json::View block) {
    if (block["type"].string() != "text" || blocks++ >= max_items) return;
    const auto text = clipped(block["text"].string(), room);
    room -= std::min(room, text.size());
    kept.open_object().text("type", "text").text("text", text).close_object();
  });
  kept.close_array().close_object();
}

bool speaks_of_the_provider(std::string_view type, json::View line) {
  if (type == "rate_limit_event" || type == "error") return true;
  if (type != "system") return false;
  const auto subtype = line["subtype"].string();
  return subtype == "api_retry" || subtype == "api_error" || subtype.starts_with("model_refusal") ||
         (subtype == "status" && line["compact_error"]);
}

}  // namespace

bool is_api_error(json::View line) {
  return line["is_api_error_message"].boolean() == true || line["isApiErrorMessage"].boolean() == true ||
         line["message"]["model"].string() == "<synthetic>";
}

std::optional<std::string> evidence_in(json::View line) {
  const auto type = line["type"].string();
  const bool flagged = type == "assistant" && (is_api_error(line) || line["error"]);
  if (type != "result" && !flagged && !speaks_of_the_provider(type, line)) return std::nullopt;
  json::Writer kept;
  kept.open_object();
  if (type == "result")
    write_result(kept, line);
  else if (flagged && is_api_error(line))
    write_api_error(kept, line);
  else
    write_plain_members(kept, line);  // of a flagged message its content may be the model's
  if (type == "error") write_text(kept, "message", line);
  return kept.close_object().done();
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
