#include "environment/redact.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "environment/secret_encodings.hpp"
#include "environment/unescape.hpp"
#include "text/ascii.hpp"
#include "wire/ids.hpp"
#include "wire/mask.hpp"

namespace understudy::daemon::environment {

namespace {

constexpr std::string_view cut_mark = "…";  // where part of a text was cut
constexpr std::size_t shortest_secret = 6;
constexpr std::size_t shortest_anywhere = 7;
constexpr std::size_t four = 4;
/// Our named tokens and sessions are recognized by their prefix alone, also after a restart.
constexpr std::array<std::string_view, 9> key_prefixes{"sk-ant-", "sk-or-",           "sk-proj-",
                                                       "Bearer ", "bearer ",          "AIza",
                                                       "sk-",     wire::token_prefix, wire::session_prefix};
constexpr auto first_characters = [] {
  std::array<char, key_prefixes.size()> firsts{};
  std::ranges::transform(key_prefixes, firsts.begin(),
                         [](std::string_view prefix) { return prefix.front(); });
  return firsts;
}();
constexpr std::size_t shortest_key_tail = 16;
constexpr std::array all_escapings{Escaping::percent, Escaping::json, Escaping::xml, Escaping::gap};

/// In tokens: base64, base64url and the separators of vendors.
bool is_key_character(char c) {
  return text::is_alphanumeric(c) || std::string_view("-_.+/=~").find(c) != std::string_view::npos;
}
bool is_word_character(char c) {
  return is_key_character(c) && std::string_view("=/+").find(c) == std::string_view::npos;
}

/// A vendor's key at `at`, without its prefix; empty when there is none. Ordinary names ("sk-review") are too
/// short to count.
std::pair<std::size_t, std::size_t> key_tail(std::string_view text, std::size_t at) {
  for (const auto prefix : key_prefixes) {
    if (!text.substr(at).starts_with(prefix)) continue;
    const auto begin = at + prefix.size();
    auto end = begin;
    while (end < text.size() && is_key_character(text[end])) ++end;
    if (end - begin >= shortest_key_tail) return {begin, end};
  }
  return {at, at};
}

std::uint32_t four_at(std::string_view text, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, text.data() + at, four);
  return value;
}

std::uint32_t hash_of(std::uint32_t value) {
  return (value * 2654435761u) >> 16;
}

/// How much of a secret that is cut off must be there to be recognized.
std::size_t least_shown(std::string_view secret) {
  return std::max<std::size_t>(four, std::min<std::size_t>(8, secret.size() / 2));
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_word_character(text[begin - 1])) &&
         (end == text.size() || !is_word_character(text[end]));
}

}  // namespace

/// Stretches of a text to be masked.
class Redactor::Stretches {
 public:
  /// Positions added from now on are in this unescaped text, or in the original.
  void in(const Unescaped* unescaped) { unescaped_ = unescaped; }
  void add(std::size_t begin, std::size_t end) {
    if (begin >= end) return;
    if (unescaped_ == nullptr)
      stretches_.emplace_back(begin, end);
    else
      stretches_.emplace_back(unescaped_->begin[begin], unescaped_->end[end - 1]);
  }
  [[nodiscard]] std::string apply(std::string_view text) {
    std::sort(stretches_.begin(), stretches_.end());
    std::string out;
    std::size_t done = 0;
    for (std::size_t i = 0; i < stretches_.size();) {
      auto [begin, end] = stretches_[i];
      for (++i; i < stretches_.size() && stretches_[i].first <= end; ++i)
        end = std::max(end, stretches_[i].second);
      out.append(text.substr(done, begin - done)).append(wire::mask);
      done = end;
    }
    return out.append(text.substr(done));
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> stretches_;
  const Unescaped* unescaped_{nullptr};
};

void Redactor::Index::add(std::uint32_t key, const std::string& encoding) {
  by_four[key].push_back(encoding);
  const auto hash = hash_of(key);
  maybe[hash >> 6] |= std::uint64_t{1} << (hash & 63u);
}

const std::vector<std::string>* Redactor::Index::find(std::uint32_t key) const {
  const auto hash = hash_of(key);
  if ((maybe[hash >> 6] >> (hash & 63u) & 1u) == 0) return nullptr;
  const auto known = by_four.find(key);
  return known == by_four.end() ? nullptr : &known->second;
}

void Redactor::add(std::string_view secret) {
  if (secret.size() < shortest_secret) return;
  if (!known_.emplace(secret).second) return;
  for (const auto& encoding : encodings_of(secret)) {
    by_head_.add(four_at(encoding, 0), encoding);
    by_tail_.add(four_at(encoding, encoding.size() - four), encoding);
    longest_ = std::max(longest_, encoding.size());
  }
}

void Redactor::find_in(std::string_view text, Stretches& found) const {
  if (text.size() < four) return;
  const auto last = text.size() - four;
  for (std::size_t at = 0; at <= last; ++at) {
    const auto* encodings = by_head_.find(four_at(text, at));
    if (encodings == nullptr) continue;
    for (const auto& encoding : *encodings) {
      const auto rest = text.substr(at);
      if (rest.starts_with(encoding)) {
        if (encoding.size() >= shortest_anywhere || stands_alone(text, at, at + encoding.size()))
          found.add(at, at + encoding.size());
        continue;
      }
      const auto shown = rest.substr(0, rest.substr(0, encoding.size() + cut_mark.size()).find(cut_mark));
      if (shown.size() < encoding.size() && shown.size() >= least_shown(encoding) &&
          encoding.starts_with(shown))
        found.add(at, at + shown.size());  // cut off by the end
    }
  }
  const auto cut_off_by_the_beginning = [&](std::size_t place) {
    const auto rest = text.substr(place);
    const auto in_reach = std::min(rest.size(), longest_);
    for (auto end = four; end <= in_reach; ++end) {
      const auto* encodings = by_tail_.find(four_at(rest, end - four));
      if (encodings == nullptr) continue;
      for (const auto& encoding : *encodings)
        if (end < encoding.size() && end >= least_shown(encoding) && encoding.ends_with(rest.substr(0, end)))
          found.add(place, place + end);
    }
  };
  cut_off_by_the_beginning(0);
  for (auto mark = text.find(cut_mark); mark != text.npos; mark = text.find(cut_mark, mark + 1))
    cut_off_by_the_beginning(mark + cut_mark.size());
}

std::string Redactor::operator()(std::string_view text) const {
  Stretches found;
  find_in(text, found);
  if (!known_.empty())
    for (const auto outer : all_escapings) {
      const auto once = unescape(text, outer);
      if (once.text.empty()) continue;
      found.in(&once);
      find_in(once.text, found);
      for (const auto inner : all_escapings) {
        auto again = unescape(once, inner);
        for (int more = 0; more < 2 && !again.text.empty(); ++more) {
          found.in(&again);
          find_in(again.text, found);
          again = unescape(again, inner);  // three levels are the same escaping
        }
      }
    }
  found.in(nullptr);
  constexpr std::string_view firsts(first_characters.data(), first_characters.size());
  for (auto at = text.find_first_of(firsts); at != text.npos; at = text.find_first_of(firsts, at + 1)) {
    if (at > 0 && is_word_character(text[at - 1])) continue;
    const auto [begin, end] = key_tail(text, at);
    found.add(begin, end);
  }
  return found.apply(text);
}

}  // namespace understudy::daemon::environment
