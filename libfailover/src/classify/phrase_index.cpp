#include "classify/phrase_index.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::size_t reach = 56;  ///< how far apart the parts of `x ~ y` may be
constexpr std::size_t max_part = 24;

std::uint32_t four_bytes(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::size_t bucket(std::uint32_t first, std::uint32_t second, std::size_t buckets) {
  return ((first * 0x9e37'79b1u) ^ (second * 0x85eb'ca77u)) >> 19 & (buckets - 1);
}

template <class Each>
void split(std::string_view text, char by, Each&& each) {
  while (true) {
    const std::size_t end = text.find(by);
    each(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

PhraseIndex::PhraseIndex() {
  candidates_.emplace_back();  // index 0 ends a chain
  phrases_.emplace_back();
  std::uint16_t order = 0;
  for (const auto table :
       {vendor_code_rules(), billing_rules(), window_rules(), request_rules(), wire_rules(), model_rules(),
        auth_rules(), server_rules(), throttle_rules(), transport_rules(), generic_rules()})
    for (const Rule& rule : table) add(rule, order++);
  for (const Rule& rule : echo_rules())
    split(rule.words, ';', [&](std::string_view phrase) {
      std::string opening = plain(phrase);
      echoes_[static_cast<unsigned char>(opening[0])].push_back(std::move(opening));
    });
}

void PhraseIndex::add(const Rule& rule, std::uint16_t order) {
  rules_.push_back(&rule);
  split(rule.words, ';', [&](std::string_view phrase) { add_phrase(phrase, order); });
}

void PhraseIndex::add_phrase(std::string_view words, std::uint16_t order) {
  std::vector<std::vector<std::string>> parts;
  std::vector<bool> whole;
  split(words, '~', [&](std::string_view part) {
    auto& alternatives = parts.emplace_back();
    split(part, '|', [&](std::string_view one) {
      std::string spelt = plain(one);
      const bool ends = !spelt.empty() && spelt.back() == '!';
      if (ends) spelt.pop_back();
      if (parts.size() == 1) whole.push_back(ends);
      if (!spelt.empty()) alternatives.push_back(std::move(spelt));
    });
  });
  for (std::size_t i = 0; i < parts.front().size(); ++i) {
    Phrase phrase;
    phrase.head = parts.front()[i];
    phrase.field = phrase.head.starts_with('=');
    if (phrase.field) phrase.head.erase(0, 1);
    assert(phrase.head.size() >= 4 && "a phrase is found by its first four bytes");
    phrase.whole = whole[i];
    phrase.tails.assign(parts.begin() + 1, parts.end());
    Candidate candidate;
    const std::size_t more = std::min<std::size_t>(phrase.head.size() - 4, 4);
    std::memcpy(&candidate.following, phrase.head.data() + 4, more);
    std::memset(&candidate.mask, 0xff, more);
    candidate.rule = order;
    candidate.when = rules_[order]->when;
    candidate.request_only = !is_provider_fault(rules_[order]->kind);
    const bool long_head = phrase.head.size() >= 8;
    auto& table = long_head ? by_eight_ : by_four_;
    auto& chain = table[bucket(four_bytes(phrase.head.data()),
                               long_head ? four_bytes(phrase.head.data() + 4) : 0, buckets)];
    candidate.next = chain;
    chain = static_cast<std::uint16_t>(phrases_.size());
    candidates_.push_back(candidate);
    phrases_.push_back(std::move(phrase));
  }
}

bool PhraseIndex::matches(const Phrase& phrase, const PlainText& text, std::size_t at) {
  const std::string_view all = text.view();
  if (all.compare(at, phrase.head.size(), phrase.head) != 0) return false;
  std::size_t end = at + phrase.head.size();
  if (phrase.whole && !text.ends_word(end)) return false;
  if (phrase.field && ((at > 0 && all[at - 1] != PlainText::separator) || all[end] != PlainText::separator))
    return false;
  for (const auto& alternatives : phrase.tails) {
    const std::string_view rest = all.substr(end, reach + max_part);
    const std::string_view window = rest.substr(0, rest.find(PlainText::separator));
    std::size_t best = std::string_view::npos;
    std::size_t length = 0;
    for (const std::string& one : alternatives) {
      const std::size_t found = window.find(one);
      if (found >= best || found > reach) continue;
      best = found;
      length = one.size();
    }
    if (best == std::string_view::npos) return false;
    end += best + length;
  }
  return true;
}

template <class Admits>
std::optional<PhraseIndex::Hit> PhraseIndex::search(const PlainText& text, Admits&& admits) const {
  const std::string_view all = text.view();
  std::size_t best = rules_.size();
  std::size_t where = 0;
  for (std::size_t at = 0; at + 4 <= all.size(); ++at) {
    if (!text.starts_word(at)) continue;
    const std::uint32_t first = four_bytes(all.data() + at);
    const bool eight = at + 8 <= all.size();
    std::uint32_t following = 0;
    std::memcpy(&following, all.data() + at + 4, eight ? 4 : all.size() - at - 4);
    const auto look = [&](std::uint16_t i) {
      for (; i != 0; i = candidates_[i].next) {
        const Candidate& candidate = candidates_[i];
        if (candidate.rule >= best || ((candidate.following ^ following) & candidate.mask) != 0) continue;
        if (!admits(candidate) || !matches(phrases_[i], text, at)) continue;
        best = candidate.rule;
        where = at;
      }
    };
    look(by_four_[bucket(first, 0, buckets)]);
    if (eight) look(by_eight_[bucket(first, following, buckets)]);
  }
  if (best == rules_.size()) return std::nullopt;
  return Hit{rules_[best], where};
}

std::optional<PhraseIndex::Hit> PhraseIndex::first(const PlainText& text, std::uint8_t status_class) const {
  return search(text, [status_class](const Candidate& it) { return (it.when & status_class) != 0; });
}

std::optional<PhraseIndex::Hit> PhraseIndex::first_of_request(const PlainText& text,
                                                              std::uint8_t status_class) const {
  return search(
      text, [status_class](const Candidate& it) { return it.request_only && (it.when & status_class) != 0; });
}

bool PhraseIndex::echoes_request(const PlainText& text) const {
  const std::string_view all = text.view();
  for (std::size_t at = 0; at < all.size();) {
    const std::string_view field = all.substr(at);
    for (const std::string& opening : echoes_[static_cast<unsigned char>(field[0])])
      if (field.starts_with(opening)) return true;
    const std::size_t end = all.find(PlainText::separator, at);
    if (end == std::string_view::npos) return false;
    at = end + 1;
  }
  return false;
}

const PhraseIndex& phrase_index() {
  static const PhraseIndex index;
  return index;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
