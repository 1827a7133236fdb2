#include <algorithm>
#include <string>

#include "characters.hpp"
#include "classify/reset_time.hpp"

namespace understudy::failover {
namespace {

/// The latest reset of the limits that are exhausted, or of all limits when none is.
template <class Moment>
class Latest {
 public:
  void add(Moment at, bool exhausted) {
    auto& kept = exhausted ? exhausted_ : any_;
    if (!kept || at > *kept) kept = at;
  }
  [[nodiscard]] std::optional<Moment> get() const { return exhausted_ ? exhausted_ : any_; }

 private:
  std::optional<Moment> exhausted_;
  std::optional<Moment> any_;
};

std::string lower_case(std::string_view text) {
  std::string made{text};
  std::ranges::transform(made, made.begin(), to_lower);
  return made;
}

bool starts(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_word(text.substr(0, prefix.size()), prefix);
}

/// The header beside a reset: for anthropic-ratelimit-tokens-reset and "remaining" the value of
/// anthropic-ratelimit-tokens-remaining.
std::string_view sibling(const Outcome& outcome, std::string_view reset_name, std::string_view word) {
  std::string name = lower_case(reset_name);
  const std::size_t at = name.find("reset");
  if (at == std::string::npos) return {};
  return header(outcome, name.replace(at, 5, word)).value_or(std::string_view{});
}

void read_retry_after(const Outcome& outcome, Wait& wait) {
  const auto ms = header(outcome, "retry-after-ms");
  if (const auto value = ms ? read_number(*ms) : std::nullopt) wait.delay_s = std::max(0.0, *value / 1000);
  const auto after = header(outcome, "retry-after");
  if (!after) return;
  if (const auto seconds = read_number(*after)) {
    if (!wait.delay_s) wait.delay_s = std::max(0.0, *seconds);
  } else if (const auto read = read_duration(*after); read && read->length == after->size()) {
    if (!wait.delay_s) wait.delay_s = read->seconds;
  } else if (const auto until = read_http_date(*after)) {
    wait.until = until;
    const auto date = header(outcome, "date");
    if (const auto sent = date ? read_http_date(*date) : std::nullopt; sent && !wait.delay_s)
      wait.delay_s = std::max(0.0, std::chrono::duration<double>(*until - *sent).count());
  }
}

}  // namespace

Wait wait_in_headers(const Outcome& outcome) {
  Wait wait;
  if (outcome.headers.empty()) return wait;
  read_retry_after(outcome, wait);
  Latest<Instant> resets;
  Latest<double> windows;
  for (const auto& [name, value] : outcome.headers) {
    const bool unified = starts(name, "anthropic-ratelimit-unified-");
    if (!starts(name, "anthropic-ratelimit-") && !starts(name, "x-ratelimit-")) continue;
    if (lower_case(name).find("reset") == std::string::npos) continue;
    const std::string_view status = unified ? sibling(outcome, name, "status") : std::string_view{};
    if (status == "allowed" || status == "allowed_warning") continue;
    const bool gone = unified ? status == "rejected" : sibling(outcome, name, "remaining") == "0";
    const auto count = read_number(value);
    if (const auto at = count ? read_epoch(*count) : read_rfc3339(value)) {
      resets.add(*at, gone);
    } else if (const auto read = read_duration(value); read && read->length == value.size()) {
      windows.add(read->seconds, gone);
    } else if (count && *count >= 0 && *count < 1e8) {
      windows.add(*count, gone);
    }
  }
  wait.window_s = windows.get();
  if (!wait.until) wait.until = resets.get();
  return wait;
}

}  // namespace understudy::failover
