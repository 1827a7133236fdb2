// What a fault is about, and for how long.
#include <algorithm>

#include "bounded_wait.hpp"
#include "characters.hpp"
#include "health/machine.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

std::optional<Duration> stated_wait(const Verdict& verdict, Instant now) {
  std::optional<Duration> stated;
  if (verdict.retry_after_s) stated = bounded_wait(*verdict.retry_after_s);
  if (verdict.reset_at) {
    const Duration wait = std::clamp(*verdict.reset_at, now, now + max_reset_wait) - now;
    stated = std::max(stated.value_or(wait), wait);
  }
  return stated;
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = to_lower(c);
  return lowered;
}
bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return text.find(word) != std::string_view::npos; });
}

/// Rules of the classifier that read words about the key or its account.
bool names_the_key(std::string_view rule) {
  return contains_any(rule, {"key", "authentication", "account", "credential"});
}

/// "You've reached your Opus limit" names claude-opus-4-7. Money is the account's, whatever else is said; a
/// vendor's name, or what many models are called, says nothing.
bool names_a_model(std::string_view evidence, std::string_view model) {
  const std::string text = lower(evidence), name = lower(model);
  if (name.empty() || contains_any(text, {"credit", "balance", "billing", "insufficient_quota"}))
    return false;
  if (text.find(name) != std::string::npos) return true;
  if (text.find("limit") == std::string::npos) return false;
  static constexpr std::string_view common[]{
      "claude", "gemini", "deepseek", "openai", "anthropic", "mistral", "llama",    "qwen",
      "kimi",   "grok",   "codex",    "latest", "preview",   "chat",    "instruct", "code",
      "large",  "small",  "medium",   "turbo",  "fast",      "free"};
  std::string word;
  for (const char c : name + "-") {
    if (is_letter(c)) {
      word += c;
      continue;
    }
    if (word.size() >= 4 && std::ranges::find(common, word) == std::end(common) &&
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
    length.base = std::max(*number, shortest_wait);
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

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
