#include <algorithm>
#include <array>

#include "characters.hpp"
#include "classify/evidence.hpp"
#include "classify/reset_time.hpp"
#include "classify/rule.hpp"
#include "json/scan.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

// The names under which vendors put a code or a sentence. Everything else (request ids, parameters, echoes)
// is left out.
constexpr std::array<std::string_view, 17> words{
    "message",          "type", "code",  "error",      "msg",        "detail",  "details", "status",
    "reason",           "raw",  "title", "error_code", "error_type", "quotaId", "__type",  "body",
    "error_description"};
constexpr std::array<std::string_view, 13> rarer_words{
    "error_message", "errorMessage",    "errorCode", "errorType",   "description",
    "status_msg",    "statusText",      "error_msg", "quotaMetric", "status_message",
    "text",          ":exception-type", "reasons"};
constexpr std::array<std::string_view, 6> status_names{"code",        "status",      "statusCode",
                                                       "status_code", "http_status", "error_code"};

void read_number_field(const json::Value& value, Evidence& evidence) {
  if (!one_of(value.key, status_names)) return;
  const auto number = read_number(value.raw);
  if (!number) return;
  if (*number >= 400 && *number < 600) {
    if (!evidence.status) evidence.status = static_cast<int>(*number);
    return;
  }
  if (value.raw.size() == 4 && same_word(value.key, "code")) evidence.text.append(value.raw);
  // The name and the number together: vendors give the same number to different things.
  const char* const end = value.raw.data() + value.raw.size();
  if (value.raw.data() > value.key.data() && *number != 0)
    evidence.text.append({value.key.data(), static_cast<std::size_t>(end - value.key.data())});
}

/// The answer to a bad request quotes what was wrong with it, so quotations are left out. Braces show an
/// error that was passed on whole.
void append_words(std::string_view words_read, Evidence& evidence) {
  if (evidence.status_class() == statuses::s4xx && words_read.find('{') == std::string_view::npos)
    evidence.text.append_unquoted(words_read);
  else
    evidence.text.append(words_read);
}

/// Reads the fields of one JSON object and returns its length. `found`: it has a code or a sentence.
std::size_t read_object(std::string_view text, Evidence& evidence, bool& found) {
  return json::scan(text, [&](const json::Value& value) {
    if (value.type == json::Value::Type::number) {
      if (!read_wait_field(value.key, value.raw, evidence.wait)) read_number_field(value, evidence);
      return true;
    }
    if (value.type != json::Value::Type::string || value.raw.empty()) return true;
    const std::string_view key = value.key.empty() ? value.parent : value.key;
    if (one_of(key, words) || one_of(key, rarer_words)) {
      const bool code = value.raw.size() <= 3 && read_number(value.raw).has_value();
      if (code) {
        read_number_field(value, evidence);
      } else {
        append_words(value.raw, evidence);
        found = true;
      }
    } else {
      static_cast<void>(read_wait_field(key, value.raw, evidence.wait));
    }
    return true;
  });
}

/// Where an object begins: a brace before a quoted key.
std::size_t next_object(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('{', from); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::size_t next = at + 1;
    while (next < text.size() && is_blank(text[next])) ++next;
    if (next < text.size() && (text[next] == '"' || text[next] == '\'')) return at;
  }
  return text.size();
}

}  // namespace

void read_provider_text(std::string_view text, Evidence& evidence) {
  std::size_t at = 0;
  for (int objects = 0; at < text.size(); ++objects) {
    const std::size_t object = objects < 4 ? next_object(text, at) : text.size();
    const std::string_view plain_part = text.substr(at, object - at);
    if (!evidence.status) evidence.status = status_in_text(plain_part);
    if (plain_part.size() > 2) {
      if (!evidence.status) evidence.status = status_by_reason(plain_part);
      evidence.text.append(plain_part);
    }
    if (object >= text.size()) return;
    bool found = false;
    const std::size_t length = std::max<std::size_t>(1, read_object(text.substr(object), evidence, found));
    if (!found) evidence.text.append(text.substr(object, length));
    at = object + length;
  }
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
