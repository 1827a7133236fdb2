// Whether an error is a model's provider's or some other program's.
#include "classify/model_words.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "characters.hpp"
#include "classify/error_lines.hpp"
#include "classify/evidence.hpp"
#include "classify/openings.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

std::vector<std::string> as_plain(std::span<const std::string_view> words) {
  std::vector<std::string> list;
  for (const std::string_view it : words) list.push_back(plain(it));
  return list;
}

bool has_shared_word(const PlainText& text) {
  static const std::vector<std::string> of_anything = as_plain(shared_terms());
  return has_word(text, of_anything);
}

/// "Grok API", "mistral (model: …)", "grok-4": what is also the name of other things, with a word of models
/// or a number.
bool has_shared_name(const PlainText& text) {
  static const std::vector<std::string> names = as_plain(shared_names());
  static const std::vector<std::string> beside = as_plain(words_beside_names());
  const std::string_view all = text.view();
  const auto is_numbered = [&](const std::string& name) {
    const std::size_t at = all.find(name), end = at + name.size();
    return at != std::string_view::npos && text.starts_word(at) && end < all.size() && is_digit(all[end]);
  };
  return std::ranges::any_of(names, is_numbered) || (has_word(text, names) && has_word(text, beside));
}

/// Removes "your daily" and the like.
std::string_view without_owner(std::string_view said) {
  constexpr std::array<std::string_view, 13> owners{"youre",   "youare",  "youhave", "your",   "the",
                                                    "daily",   "weekly",  "monthly", "hourly", "5hour",
                                                    "maximum", "session", "plan"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view owner : owners)
      if (said.starts_with(owner)) {
        said.remove_prefix(owner.size());
        again = true;
      }
  }
  return said;
}

/// The sentence ends, or says when to come back.
bool ends_or_waits(std::string_view rest) {
  constexpr std::array<std::string_view, 6> ends{"\x01", ".", "·", "∙", "•", "|"};
  if (rest.empty() || std::ranges::any_of(ends, [rest](auto mark) { return rest.starts_with(mark); }))
    return true;
  constexpr std::array<std::string_view, 3> waits{"reset", "retry", "tryagain"};
  rest = rest.substr(0, 40);
  return std::string_view(",;:([").find(rest[0]) != std::string_view::npos &&
         std::ranges::any_of(waits, [rest](auto word) { return rest.find(word) != rest.npos; });
}

/// "[1308][usage limit reached": below a vendor's code.
bool below_code(std::string_view before) {
  if (!before.ends_with("][")) return false;
  const std::size_t open = before.rfind('[', before.size() - 3);
  const std::string_view code = before.substr(open + 1, before.size() - open - 3);
  return open != std::string_view::npos && code.size() >= 3 && code.size() <= 6 &&
         std::ranges::all_of(code, is_digit);
}

/// Whether a line says nothing but one of the shared terms, after "Error:" or a vendor's code.
bool says_only_shared(std::string_view line) {
  static const std::vector<std::string> of_anything = as_plain(shared_terms());
  PlainText text;
  text.append(line.substr(0, 384));
  const std::string_view all = text.view();
  std::string_view said = undecorated(all);
  if (said.starts_with("[error]")) said.remove_prefix(7);
  for (std::size_t prefix = error_prefix(said); prefix > 0; prefix = error_prefix(said))
    said = undecorated(said.substr(prefix));
  said = without_owner(said);
  return std::ranges::any_of(of_anything, [&](const std::string& term) {
    if (said.starts_with(term) && ends_or_waits(said.substr(term.size()))) return true;
    const std::size_t at = all.find(term);
    return at != std::string_view::npos && below_code(all.substr(0, at));
  });
}

/// "Too many requests to the model", and not "to the model User".
bool ends_with_model(std::string_view line) {
  PlainText text;
  text.append(line.substr(0, 384));
  const std::string_view all = text.view();
  return std::ranges::any_of(std::array<std::string_view, 2>{"tothemodel", "forthemodel"}, [&](auto words) {
    const std::size_t at = all.find(words);
    if (at == std::string_view::npos || !text.starts_word(at)) return false;
    const std::string_view rest = all.substr(at + words.size());
    return rest.starts_with(',') || ends_or_waits(rest);
  });
}

bool some_line(std::string_view error, bool (*holds)(std::string_view)) {
  for (int lines = 0; lines < 8 && !error.empty(); ++lines) {
    const std::size_t end = std::min(error.find('\n'), error.size());
    if (holds(error.substr(0, end))) return true;
    error.remove_prefix(std::min(end + 1, error.size()));
  }
  return false;
}

/// "Out of free tier usage. Add credits at …": a sentence of advice behind the failure.
bool advises(const PlainText& text) {
  static const std::vector<std::string> advice = as_plain(advice_terms());
  const std::string_view all = text.view();
  return std::ranges::any_of(advice, [&](const std::string& words) {
    const std::size_t at = all.find(words);
    return at != std::string_view::npos && at > 0 && all[at - 1] == '.';
  });
}

bool has_model_term(const PlainText& text) {
  static const std::vector<std::string> of_models = as_plain(model_terms());
  return has_word(text, of_models) || has_shared_name(text) || advises(text);
}

}  // namespace

bool has_word(const PlainText& text, const std::vector<std::string>& words) {
  const std::string_view all = text.view();
  return std::ranges::any_of(words, [&](const std::string& word) {
    for (std::size_t at = all.find(word); at != std::string_view::npos; at = all.find(word, at + 1))
      if (text.starts_word(at)) return true;
    return false;
  });
}

bool speaks_of_tools(const PlainText& text) {
  static const std::vector<std::string> of_others = as_plain(foreign_terms());
  return has_word(text, of_others);
}

bool speaks_of_model(std::string_view error) {
  PlainText text;
  text.append(error);
  if (speaks_of_tools(text)) return false;
  if (has_model_term(text) || some_line(error, ends_with_model)) return true;
  return has_shared_word(text) && (status_in_text(error) || some_line(error, says_only_shared));
}

bool runtime_speaks_of_model(std::string_view words) {
  PlainText text;
  text.append(words);
  return !speaks_of_tools(text) && (has_model_term(text) || has_shared_word(text));
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
