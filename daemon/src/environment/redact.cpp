#include "environment/redact.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "environment/reading.hpp"
#include "environment/spellings.hpp"

namespace understudy::daemon::environment {

namespace {

constexpr std::string_view mask = "•••";
constexpr std::string_view cut_mark = "…";  // where a part of a text was cut off
constexpr std::size_t shortest_secret = 6;
constexpr std::size_t shortest_anywhere = 7;
constexpr std::size_t four = 4;
/// Named tokens and sessions of ours are known by their beginning alone, also after a restart.
constexpr std::array<std::string_view, 9> key_prefixes{"sk-ant-", "sk-or-", "sk-proj-", "Bearer ", "bearer ",
                                                       "AIza",    "sk-",    "ust_",     "uss_"};
constexpr std::string_view first_of_prefixes = "sBbAu";
constexpr std::size_t shortest_key_tail = 16;
constexpr std::array all_escapes{Escapes::address, Escapes::json, Escapes::xml, Escapes::gap};

/// Of a token: base64, base64url and what vendors put between.
bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.+/=~").find(c) != std::string_view::npos;
}
bool is_word_character(char c) {
  return is_key_character(c) && std::string_view("=/+").find(c) == std::string_view::npos;
}

/// A vendor's key at `at`, without its prefix; empty when there is none. An operator's own names
/// ("sk-review") are too short to count.
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

/// Of what is cut off by an end of the text this much must be there to be known for it.
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
  /// Those found from now on are of a reading of the text.
  void in(const Reading* reading) { reading_ = reading; }
  void add(std::size_t begin, std::size_t end) {
    if (begin >= end) return;
    if (reading_ == nullptr)
      stretches_.emplace_back(begin, end);
    else
      stretches_.emplace_back(reading_->begin[begin], reading_->end[end - 1]);
  }
  [[nodiscard]] std::string apply(std::string_view text) {
    std::sort(stretches_.begin(), stretches_.end());
    std::string out;
    std::size_t done = 0;
    for (std::size_t i = 0; i < stretches_.size();) {
      auto [begin, end] = stretches_[i];
      for (++i; i < stretches_.size() && stretches_[i].first <= end; ++i)
        end = std::max(end, stretches_[i].second);
      out.append(text.substr(done, begin - done)).append(mask);
      done = end;
    }
    return out.append(text.substr(done));
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> stretches_;
  const Reading* reading_{nullptr};
};

void Redactor::Index::add(std::uint32_t key, const std::string& spelling) {
  by_four[key].push_back(spelling);
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
  for (const auto& spelling : spellings_of(secret)) {
    by_head_.add(four_at(spelling, 0), spelling);
    by_tail_.add(four_at(spelling, spelling.size() - four), spelling);
    longest_ = std::max(longest_, spelling.size());
  }
}

void Redactor::find_in(std::string_view text, Stretches& found) const {
  if (text.size() < four) return;
  const auto last = text.size() - four;
  for (std::size_t at = 0; at <= last; ++at) {
    const auto* spellings = by_head_.find(four_at(text, at));
    if (spellings == nullptr) continue;
    for (const auto& spelling : *spellings) {
      const auto rest = text.substr(at);
      if (rest.starts_with(spelling)) {
        if (spelling.size() >= shortest_anywhere || stands_alone(text, at, at + spelling.size()))
          found.add(at, at + spelling.size());
        continue;
      }
      const auto shown = rest.substr(0, rest.substr(0, spelling.size() + cut_mark.size()).find(cut_mark));
      if (shown.size() < spelling.size() && shown.size() >= least_shown(spelling) &&
          spelling.starts_with(shown))
        found.add(at, at + shown.size());  // cut off by the end
    }
  }
  const auto cut_off_by_the_beginning = [&](std::size_t place) {
    const auto rest = text.substr(place);
    const auto in_reach = std::min(rest.size(), longest_);
    for (auto end = four; end <= in_reach; ++end) {
      const auto* spellings = by_tail_.find(four_at(rest, end - four));
      if (spellings == nullptr) continue;
      for (const auto& spelling : *spellings)
        if (end < spelling.size() && end >= least_shown(spelling) && spelling.ends_with(rest.substr(0, end)))
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
    for (const auto outer : all_escapes) {
      const auto read = read_back(text, outer);
      if (read.text.empty()) continue;
      found.in(&read);
      find_in(read.text, found);
      for (const auto inner : all_escapes) {
        auto again = read_back(read, inner);
        for (int more = 0; more < 2 && !again.text.empty(); ++more) {
          found.in(&again);
          find_in(again.text, found);
          again = read_back(again, inner);  // quoted three times it is the same quoting
        }
      }
    }
  found.in(nullptr);
  for (auto at = text.find_first_of(first_of_prefixes); at != text.npos;
       at = text.find_first_of(first_of_prefixes, at + 1)) {
    if (at > 0 && is_word_character(text[at - 1])) continue;
    const auto [begin, end] = key_tail(text, at);
    found.add(begin, end);
  }
  return found.apply(text);
}

}  // namespace understudy::daemon::environment
