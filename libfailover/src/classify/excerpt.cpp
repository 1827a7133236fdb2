#include "classify/excerpt.hpp"

#include <algorithm>
#include <array>

#include "characters.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::size_t limit = 300;
constexpr std::size_t shown_before = 160;  ///< of the text before the deciding words
constexpr std::size_t searched = 1200;     ///< wider than the limit: a key that it would cut is masked first
constexpr std::size_t max_word = 60;
constexpr std::size_t min_key = 8;
constexpr std::string_view mask = "[masked]";

bool part_of_key(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '_' || c == '.' || c == '+' || c == '/' ||
         c == '=' || c == '*';
}

bool opens_a_key(std::string_view run) {
  constexpr std::array prefixes{"sk-",   "sk_",   "pk-",   "rk-",    "key-",    "xai-",        "gsk_",
                                "AIza",  "ghp_",  "gho_",  "ghs_",   "hf_",     "AKIA",        "ASIA",
                                "eyJ",   "r8_",   "pplx-", "nvapi-", "Bearer-", "github_pat_", "glpat-",
                                "xoxb-", "xoxp-", "ya29.", "ak-",    "fw_",     "csk-",        "tgp_"};
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
    return run.size() > prefix.size() + 5 && run.starts_with(prefix);
  });
}

/// Credentials have a known opening, follow the word Bearer, or are long runs that mix letters and digits.
bool secret(std::string_view run, std::string_view before) {
  if (run.size() < min_key) return false;
  if (!run.starts_with("sk-") &&
      std::none_of(run.begin(), run.end(), [](char c) { return is_digit(c) || c == '*'; }))
    return false;
  if (opens_a_key(run)) return true;
  const bool told = before.ends_with("earer ") || before.ends_with("provided: ") ||
                    before.ends_with("asic ") || before.ends_with("x-api-key: ") ||
                    before.ends_with("api_key=") || before.ends_with("token=") || before.ends_with("key=");
  if (told && std::any_of(run.begin(), run.end(), is_digit)) return true;
  if (told && run.find("**") != std::string_view::npos) return true;
  if (run.size() < 40 || run.find('/') != std::string_view::npos) return false;
  const auto count = [&](auto is) { return std::count_if(run.begin(), run.end(), is); };
  return count(is_digit) >= 4 && count(is_letter) >= 8;
}

std::string masked(std::string_view text) {
  std::string made;
  made.reserve(std::min(text.size(), limit) + 16);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && part_of_key(text[end])) ++end;
    if (end - at < min_key) {  // too short for a key: on to the next one
      end = std::min(end + 1, text.size());
      made.append(text, at, end - at);
      at = end;
      continue;
    }
    // a key may follow "name=" or "user:" in the same run
    std::string_view run = text.substr(at, end - at);
    const std::size_t equals = run.substr(0, run.size() - 1).rfind('=');
    if (equals != std::string_view::npos) {
      made += run.substr(0, equals + 1);
      run.remove_prefix(equals + 1);
    }
    if (secret(run, made))
      made += mask;
    else
      made += run;
    at = end;
  }
  return made;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t at) {
  const std::size_t begin = at > shown_before ? at - shown_before : 0;
  const std::string_view around = text.substr(std::min(begin, text.size()), searched);
  std::string line = masked(around);
  for (std::size_t quote = line.find("\\\""); quote != std::string::npos; quote = line.find("\\\"", quote))
    line.erase(quote, 1);  // of a JSON text inside a JSON text
  std::size_t from = 0;
  if (begin > 0) {  // to the next word: the window may have cut one in two
    from = line.find(' ');
    from = from > max_word ? 0 : from + 1;  // also when there is none
    if (from == 0) {
      while (from < line.size() && part_of_key(line[from])) ++from;
    }
  }
  std::string made;
  made.reserve(std::min(line.size(), limit));
  while (from < line.size() && made.size() < limit) {
    std::size_t end = from;
    while (end < line.size() && end - from < limit - made.size() && line[end] > ' ' && line[end] < 0x7f)
      ++end;
    made.append(line, from, end - from);
    from = end;
    if (from >= line.size() || made.size() >= limit) break;
    const auto c = static_cast<unsigned char>(line[from]);
    const std::size_t size = c >= 0x80 ? character_length(line, from) : 0;
    if (c <= ' ' && !made.empty() && made.back() != ' ') made += ' ';
    if (made.size() + size > limit) break;
    made.append(line, from, size);
    from += std::max<std::size_t>(size, 1);
  }
  while (made.ends_with(' ')) made.pop_back();
  return made;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
