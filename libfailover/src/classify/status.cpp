#include <array>

#include "characters.hpp"
#include "classify/evidence.hpp"
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

struct StatusRow {
  int from, to;
  Kind kind;
  std::string_view rule;
};

// RFC 9110; 529 platform.claude.com; 520 to 530 developers.cloudflare.com/support; 499 nginx
constexpr std::array status_rows{
    StatusRow{401, 401, Kind::auth_error, "status-401"},
    StatusRow{402, 402, Kind::quota, "status-402"},
    StatusRow{403, 403, Kind::auth_error, "status-403"},
    StatusRow{404, 404, Kind::model_not_found, "status-404"},
    StatusRow{407, 407, Kind::network, "status-407"},
    StatusRow{408, 408, Kind::timeout, "status-408"},
    StatusRow{410, 410, Kind::model_not_found, "status-410"},
    StatusRow{413, 413, Kind::context_length, "status-413"},
    StatusRow{424, 425, Kind::server_error, "status-424"},
    StatusRow{429, 429, Kind::rate_limit, "status-429"},
    StatusRow{451, 451, Kind::auth_error, "status-451"},
    StatusRow{498, 498, Kind::auth_error, "status-498"},
    StatusRow{499, 499, Kind::timeout, "status-499"},
    StatusRow{400, 499, Kind::invalid_request, "status-4xx"},
    StatusRow{504, 504, Kind::timeout, "status-504"},
    StatusRow{522, 523, Kind::network, "status-522"},
    StatusRow{524, 524, Kind::timeout, "status-524"},
    StatusRow{525, 526, Kind::network, "status-525"},
    StatusRow{530, 530, Kind::network, "status-530"},
    StatusRow{598, 599, Kind::timeout, "status-599"},
    StatusRow{500, 599, Kind::server_error, "status-5xx"},
};

struct Reason {
  std::string_view phrase;
  int status;
};
// RFC 9110; the last two as nginx and Anthropic spell theirs
constexpr std::array reasons{Reason{"bad request", 400},       Reason{"unauthorized", 401},
                             Reason{"payment required", 402},  Reason{"forbidden", 403},
                             Reason{"not found", 404},         Reason{"method not allowed", 405},
                             Reason{"request timeout", 408},   Reason{"gone", 410},
                             Reason{"payload too large", 413}, Reason{"content too large", 413},
                             Reason{"too many requests", 429}, Reason{"internal server error", 500},
                             Reason{"bad gateway", 502},       Reason{"service unavailable", 503},
                             Reason{"gateway timeout", 504},   Reason{"gateway time-out", 504},
                             Reason{"overloaded", 529}};

/// "403 Forbidden": a number before its own reason phrase.
bool followed_by_reason(int status, std::string_view after) {
  if (!after.starts_with(' ')) return false;
  after.remove_prefix(1);
  for (const Reason& reason : reasons)
    if (reason.status == status && same_word(after.substr(0, reason.phrase.size()), reason.phrase))
      return true;
  return false;
}

/// Whether the words before a number make it a status. Blanks and brackets between them do not count.
bool announces_status(std::string_view before) {
  while (!before.empty() &&
         (before.back() == ' ' || before.back() == '\n' || before.back() == '(' || before.back() == ':' ||
          before.back() == '\'' || before.back() == '"' || before.back() == '=' || before.back() == '[' ||
          before.back() == '>' || before.back() == '<'))
    before.remove_suffix(1);
  if (before.empty()) return true;
  constexpr std::array words{
      "error",       "code",     "status",   "statuscode", "status_code",     "http",
      "api",         "rejected", "failed",   "HTTP/1.1",   "http/2",          "api error",
      "status code", "response", "returned", "exception",  "indicate success"};
  for (const std::string_view word : words) {
    if (before.size() < word.size()) continue;
    const std::string_view last = before.substr(before.size() - word.size());
    if (same_word(last, word) && (before.size() == word.size() ||
                                  !is_letter(before[before.size() - word.size() - 1]) || last[0] < 'a'))
      return true;
  }
  return before.ends_with(']') || before.ends_with(" -");
}

}  // namespace

std::optional<StatusMeaning> meaning_of_status(int status) {
  for (const StatusRow& row : status_rows)
    if (status >= row.from && status <= row.to) return StatusMeaning{row.kind, row.rule};
  return std::nullopt;
}

std::uint8_t Evidence::status_class() const {
  if (!status || *status < 400) return statuses::none;
  switch (*status) {
    case 407: return statuses::none;  // a proxy's, not the provider's
    case 401:
    case 403:
    case 451: return statuses::s401;
    case 402: return statuses::s402;
    case 404:
    case 410: return statuses::s404;
    case 408:
    case 499: return statuses::s408;
    case 429: return statuses::s429;
    default: return *status < 500 ? statuses::s4xx : statuses::s5xx;
  }
}

std::optional<int> status_in_text(std::string_view text) {
  text = text.substr(0, 2048);
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    if (text[at] < '4' || text[at] > '5') continue;
    if (!is_digit(text[at + 1]) || !is_digit(text[at + 2])) continue;
    if (at > 0 && (is_digit(text[at - 1]) || is_letter(text[at - 1]) || text[at - 1] == '.' ||
                   text[at - 1] == '-' || text[at - 1] == '_' || text[at - 1] == '#'))
      continue;
    const std::size_t end = at + 3;
    if (end < text.size() && (is_digit(text[end]) || is_letter(text[end]) || text[end] == '_')) continue;
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) continue;
    const int status = (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
    const bool last = end == text.size() || text[end] == '\n';
    if ((last && text.substr(0, at).ends_with(": ")) || announces_status(text.substr(0, at)) ||
        followed_by_reason(status, text.substr(end)))
      return status;
  }
  return std::nullopt;
}

std::optional<int> status_by_reason(std::string_view text) {
  text = trimmed(text.substr(0, text.find('\n')));
  while (text.ends_with(':') || text.ends_with('.')) text = trimmed(text.substr(0, text.size() - 1));
  if (const std::size_t colon = text.rfind(": "); colon != std::string_view::npos)
    text = trimmed(text.substr(colon + 2));
  for (const Reason& reason : reasons)
    if (same_word(text, reason.phrase)) return reason.status;
  return std::nullopt;
}

std::optional<std::string_view> header(const Outcome& outcome, std::string_view name) {
  for (const auto& [key, value] : outcome.headers)
    if (same_word(key, name)) return value;
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
