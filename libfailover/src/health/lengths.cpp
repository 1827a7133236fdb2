// What a fault is about, and for how long.
#include <algorithm>
#include <cctype>

#include "bounded_wait.hpp"
#include "characters.hpp"
#include "health/machine.hpp"

namespace understudy::failover {

namespace {

/// A number configured as nothing would try and fail without a pause.
constexpr Duration shortest_configured = seconds{1};

std::optional<Duration> stated_wait(const Verdict& verdict, Instant now) {
  std::optional<Duration> stated;
  if (verdict.retry_after_s) stated = bounded_wait(*verdict.retry_after_s);
  if (verdict.reset_at) {
    const Duration wait = std::min(*verdict.reset_at - now, max_reset_wait);
    stated = std::max(stated.value_or(wait), wait);
  }
  return stated;
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lowered;
}

/// Rules of the classifier that read words about the key or its account.
bool names_the_key(std::string_view rule) {
  for (const std::string_view about_it : {"api-key", "authentication", "account", "key", "credential"})
    if (rule.find(about_it) != std::string_view::npos) return true;
  return false;
}

/// "You've reached your Opus limit" names claude-opus-4-7; a vendor's name alone says nothing.
bool names_a_model(std::string_view evidence, std::string_view model) {
  const std::string text = lower(evidence), name = lower(model);
  if (!name.empty() && text.find(name) != std::string::npos) return true;
  constexpr std::string_view vendors[]{"claude", "gemini",  "deepseek", "openai", "anthropic",
                                       "latest", "preview", "mistral",  "llama"};
  std::string word;
  for (const char c : name + "-") {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (word.size() >= 4 && std::ranges::find(vendors, word) == std::end(vendors) &&
        text.find(word) != std::string::npos)
      return true;
    word.clear();
  }
  return false;
}

}  // namespace

Length length_of(const Policy& policy, const KindRow& row, const Verdict& verdict, Instant now) {
  Length length{.stated = stated_wait(verdict, now)};
  if (const auto number = policy.cooldown.of(row.kind)) {
    length.base = std::max(*number, shortest_configured);
    length.first = std::max(length.base, length.stated.value_or(length.base));
    length.configured = true;
    return length;
  }
  length.first = length.stated ? std::clamp(*length.stated, shortest_opening, max_reset_wait) : row.time;
  length.base = std::min(length.first, row.time);
  return length;
}

Duration doubled(const Entry& entry, const Length& length, bool same_kind) {
  const Duration base = same_kind ? entry.base : length.base;
  const Duration twice = std::min(entry.length * 2, base * longest_factor);
  if (!length.configured && length.first > length.base) return length.first;  // the provider's own word
  return same_kind && !length.stated ? twice : std::max(length.first, twice);
}

EntryKey what_it_is_about(const KindRow& row, const Verdict& verdict, std::optional<int> status,
                          const Attempt& attempt) {
  switch (row.about) {
    case About::account_if_it_names_the_key:
      if (status == 401 || names_the_key(verdict.rule)) return of_account(attempt.on.account);
      break;
    case About::account_unless_it_names_a_model:
      if (!names_a_model(verdict.evidence, attempt.on.model)) return of_account(attempt.on.account);
      break;
    case About::tier_or_host:
      if (!attempt.host.empty()) return of_host(attempt.on.account, attempt.host);
      break;
    case About::tier:
    case About::tier_or_two_of_the_account: break;
  }
  return of_tier(attempt.on);
}

}  // namespace understudy::failover
