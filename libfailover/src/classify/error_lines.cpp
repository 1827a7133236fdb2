// What lines of error look like, whoever printed them.
#include "classify/error_lines.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "characters.hpp"
#include "classify/model_words.hpp"
#include "classify/openings.hpp"
#include "classify/phrase_index.hpp"
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

/// Longer ones are logs.
constexpr std::size_t longest_text = 4096;
constexpr int most_lines = 40;
constexpr int most_plain_lines = 4;

std::vector<std::string> spelt(std::span<const std::string_view> words) {
  std::vector<std::string> list;
  for (const std::string_view it : words) list.push_back(plain(it));
  return list;
}

/// Bytes of the bullet, frame, arrow or picture that the text begins with; no script has its letters there.
std::size_t ornament(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == '>' || text[0] == '!' || text[0] == ':') return 1;
  if (text.starts_with("\xc3\x97")) return 2;  // ×
  if (text.starts_with("\xef\xb8\x8f") || text[0] == '\xe2') return std::min<std::size_t>(3, text.size());
  return text[0] == '\xf0' ? std::min<std::size_t>(4, text.size()) : 0;
}

/// Length of "20250620t01:13:26.300873z", which logs put first.
std::size_t timestamp(std::string_view plain) {
  if (!plain.starts_with("20") || plain.size() < 17 || plain[8] != 't') return 0;
  std::size_t end = 9;
  while (end < plain.size() &&
         (is_digit(plain[end]) || plain[end] == ':' || plain[end] == '.' || plain[end] == '+'))
    ++end;
  return end < plain.size() && plain[end] == 'z' ? end + 1 : end;
}

/// How the vendors' SDKs, which one generator writes, name their exceptions: "AuthenticationError: 401 …".
bool sdk_exception(std::string_view said) {
  constexpr std::array<std::string_view, 9> names{
      "apierror:",      "badrequesterror:", "authenticationerror:",      "permissiondeniederror:",
      "notfounderror:", "ratelimiterror:",  "unprocessableentityerror:", "internalservererror:",
      "conflicterror:"};
  if (said.starts_with("apiconnectionerror:") || said.starts_with("apiconnectiontimeouterror:")) return true;
  return std::ranges::any_of(names, [said](std::string_view name) {
    return said.starts_with(name) && starts_with_status(said.substr(name.size()));
  });
}

/// "Error code: 429 - {…}" is Python's, "error, status code: 429, …" Go's text of such an exception, whatever
/// is said before it.
bool names_status(std::string_view plain) {
  constexpr std::size_t reach = 200;
  if (plain.find("error,statuscode:") < reach) return true;
  const std::size_t at = plain.find("errorcode:");
  return at < reach && starts_with_status(plain.substr(at + 10)) && plain.substr(at + 13).starts_with("{");
}

/// What the SDKs' exceptions say: "401 {…}", '403 "…"', "404 status code (no body)",
/// "Unauthorized: {…}".
bool sdk_shape(std::string_view line, std::string_view plain) {
  std::string_view said = undecorated(plain);
  if (said.starts_with("error:")) {
    said.remove_prefix(6);
    line = line.substr(std::min(line.find(':') + 1, line.size()));
  }
  line = trimmed(line);
  if (starts_with_status(said) && line.substr(3).starts_with(" \"")) return true;
  if (sdk_exception(said) || names_status(said)) return true;
  if (starts_with_status(said)) {
    said.remove_prefix(3);
    return said.starts_with("{") || said.starts_with("statuscode(nobody)") ||
           said.starts_with("insufficientbalance");
  }
  static const std::vector<std::string> reasons = spelt(bare_errors());
  return std::ranges::any_of(reasons, [said](const std::string& reason) {
    return said.starts_with(reason) && said.substr(reason.size()).starts_with(":{");
  });
}

/// "RateLimitError: …": one word that is the name of an exception, then a colon.
bool names_exception(std::string_view line) {
  const std::size_t colon = line.find(": ");
  if (colon == 0 || colon > 80) return false;
  const std::string_view name = line.substr(0, colon);
  if (name.find_first_of(" \t/\\") != std::string_view::npos) return false;
  return name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Timeout");
}

/// Exceptions with which a language reports a fault of the program.
bool programs_own(std::string_view line) {
  constexpr std::array<std::string_view, 12> names{
      "FileNotFoundError", "AssertionError", "AttributeError", "KeyError",
      "NameError",         "SyntaxError",    "ImportError",    "ModuleNotFoundError",
      "IndentationError",  "IndexError",     "ReferenceError", "PermissionError"};
  return std::ranges::any_of(names, [line](std::string_view name) { return line.starts_with(name); });
}

/// "Error: …", "ERROR …", "[ERROR] …": what a program says of itself.
bool told_an_error(std::string_view line, std::string_view plain) {
  constexpr std::array<std::string_view, 7> words{
      "error:", "[error]", "[error:", "agenterror:", "runfailed:", "internalerror:", "submiterror:"};
  if (trimmed(line).starts_with("ERROR ")) return true;
  const std::string_view said = undecorated(plain);
  if (said.size() < plain.size() && said.starts_with("error") && timestamp(plain) > 0) return true;
  if (said.find("apierror") < 100 && line.find('`') == std::string_view::npos) return true;
  return std::ranges::any_of(words, [said](auto word) { return said.starts_with(word); });
}

/// "Error in Continue server: …"; compilers write a number instead of the next word.
bool begins_with_error(std::string_view line) {
  if (!same_word(line.substr(0, 6), "error ")) return false;
  const std::string_view next = line.substr(6, line.find_first_of(" :", 6) - 6);
  return std::ranges::none_of(next, is_digit);
}

bool begins_an_error(std::string_view line, std::string_view plain) {
  constexpr std::array<std::string_view, 10> marks{"■", "✗", "❌", "⎿", "✖", "✕", "⚠", "🚨", "✘", "●"};
  if (std::ranges::any_of(marks, [line](auto mark) { return line.starts_with(mark); })) return true;
  const std::string_view said = undecorated(plain);
  return begins_with_error(line) || told_an_error(line, plain) || starts_with_status(said) ||
         (said.starts_with("error") && starts_with_status(said.substr(5))) || names_exception(line);
}

/// A sentence about a failure. Prose says "I", quotes code or goes on.
bool reports_a_failure(std::string_view line, std::string_view plain) {
  constexpr std::array<std::string_view, 16> words{
      "error",    "failed",   "failure",     "limit",       "exceeded", "throttl", "denied",  "unauthorized",
      "overload", "timedout", "unavailable", "unreachable", "quota",    "expired", "refused", "rejected"};
  if (line.find('`') != std::string_view::npos || line.starts_with("I ") || line.starts_with("I'") ||
      same_word(line.substr(0, 6), "error "))
    return false;
  const std::string_view beginning = plain.substr(0, 80);
  return std::ranges::any_of(words,
                             [beginning](auto word) { return beginning.find(word) != beginning.npos; });
}

/// Where the last error begins that the end of the text belongs to; below a banner it must call itself one,
/// or be what nobody caught.
std::string_view last_block(std::string_view text) {
  const bool uncaught = text.starts_with("Traceback (most recent call last)");
  PlainText plain;
  std::string_view above = text;
  for (int lines = 0; lines < most_lines && !above.empty(); ++lines) {
    const std::size_t end = above.rfind('\n');
    const std::size_t begin = end == std::string_view::npos ? 0 : end + 1;
    const std::string_view line = above.substr(begin);
    above = above.substr(0, begin == 0 ? 0 : begin - 1);
    if (trimmed(line).empty()) continue;
    plain.clear();
    plain.append(line.substr(0, 384));
    if (told_an_error(line, plain.view()) || (line.find('`') == line.npos && sdk_exception(plain.view())) ||
        (uncaught && names_exception(line) && !programs_own(line)))
      return text.substr(begin);
    if (!below_an_error(line, plain.view())) break;
  }
  return {};
}

/// The whole text, when its first line is an error and few lines follow that are not below one.
std::string_view whole_block(std::string_view text) {
  PlainText plain;
  int lines = 0;
  int plain_lines = 0;
  bool told = false;
  for (std::string_view rest = text; !rest.empty(); ++lines) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    plain.clear();
    plain.append(line.substr(0, 384));
    if (lines == 0) {
      told = begins_an_error(line, plain.view()) || names_status(plain.view());
      if (!told && !reports_a_failure(line, plain.view())) return {};
    } else if (!trimmed(line).empty() && !below_an_error(line, plain.view())) {
      ++plain_lines;
    }
  }
  const bool short_enough = told ? plain_lines <= most_plain_lines : plain_lines == 0 && text.size() <= 600;
  return lines <= most_lines && short_enough ? text : std::string_view{};
}

/// "> build · big-pickle", which opencode prints before it calls the model; nothing but its own error
/// follows.
std::string_view below_banner(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (!text.starts_with("> ") || end == std::string_view::npos || text.substr(0, end).find(" · ") > end)
    return {};
  const std::string_view rest = trimmed(text.substr(end));
  return rest.starts_with("Error: ") && rest.find('\n') == std::string_view::npos ? rest : std::string_view{};
}

}  // namespace

std::string_view undecorated(std::string_view plain) {
  while (true) {
    if (const std::size_t mark = ornament(plain); mark > 0) {
      plain.remove_prefix(mark);
    } else if (plain.size() > 3 && plain[0] == '[' && is_digit(plain[1]) && is_digit(plain[2])) {  // a time
      const std::size_t close = plain.find(']');
      if (close > 40) return plain;  // also when there is none
      plain.remove_prefix(close + 1);
    } else if (const std::size_t time = timestamp(plain); time > 0) {
      plain.remove_prefix(time);
    } else if (plain.starts_with("claudeexit")) {  // "Claude exit 1: "
      const std::size_t colon = plain.find(':');
      if (colon > 14) return plain;  // also when there is none
      plain.remove_prefix(colon + 1);
    } else {
      return plain;
    }
  }
}

bool starts_with_status(std::string_view plain) {
  return plain.size() > 3 && (plain[0] == '4' || plain[0] == '5') && is_digit(plain[1]) &&
         is_digit(plain[2]) && !is_digit(plain[3]);
}

std::size_t error_prefix(std::string_view plain) {
  constexpr std::array<std::string_view, 11> prefixes{
      "error:",      "fatalerror:", "runfailed:",     "agenterror:",  "executionfailed:", "requestfailed:",
      "taskfailed:", "lasterror:",  "internalerror:", "submiterror:", "aierror:"};
  for (const std::string_view it : prefixes)
    if (plain.starts_with(it)) return it.size();
  if (starts_with_status(plain)) return 3;  // "401 {…}"
  if (plain.starts_with("http") && starts_with_status(plain.substr(4)) && plain.size() > 8)
    return plain[7] == ':' ? 8 : 7;  // "HTTP 429: …"
  return plain.starts_with('(') && starts_with_status(plain.substr(1)) && plain.size() > 5 ? 5
                                                                                           : 0;  // "(402) …"
}

bool hint(std::string_view plain) {
  static const std::vector<std::string> openings = spelt(trailers());
  return std::ranges::any_of(openings, [&](const std::string& it) { return plain.starts_with(it); });
}

bool below_an_error(std::string_view line, std::string_view plain) {
  const bool worded = std::ranges::any_of(line, is_letter);
  if (!worded || !(is_letter(line[0]) || is_digit(line[0])) || hint(plain)) return true;
  const std::size_t gap = line.find("   ");  // of a table: the name, then its value
  return gap < 24 && line.find(' ') == gap;
}

std::string_view lone_error(std::string_view text) {
  if (text.size() > longest_text) return {};
  PlainText plain;
  plain.append(text);
  if (speaks_of_tools(plain)) return {};
  std::string_view block = whole_block(text);
  if (block.empty()) block = last_block(text);
  if (block.empty()) return {};
  if (const std::string_view told = below_banner(text); !told.empty()) return told;
  if (speaks_of_model(block)) return block;
  plain.clear();
  plain.append(block);
  return sdk_shape(block, plain.view()) ? block : std::string_view{};
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
