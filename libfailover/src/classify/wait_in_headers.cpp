#include <algorithm>
#include <string>

#include "characters.hpp"
#include "classify/reset_time.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

/// How full a limit is, as the headers beside its reset say it.
enum class Bucket : std::uint8_t { full, unknown, empty };

/// The latest reset of the limits that are used up; of those whose state is unknown when none is. A limit
/// with room refused nothing.
template <class Moment>
class Latest {
 public:
  void add(Moment at, Bucket bucket) {
    if (bucket == Bucket::full) return;
    auto& kept = bucket == Bucket::empty ? empty_ : unknown_;
    if (!kept || at > *kept) kept = at;
  }
  [[nodiscard]] std::optional<Moment> get() const { return empty_ ? empty_ : unknown_; }

 private:
  std::optional<Moment> empty_;
  std::optional<Moment> unknown_;
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

double from(Instant observed, Instant until) {
  return std::max(0.0, std::chrono::duration<double>(until - observed).count());
}

void read_retry_after(const Outcome& outcome, Instant observed, Wait& wait) {
  auto ms = header(outcome, "retry-after-ms");
  if (!ms) ms = header(outcome, "x-ms-retry-after-ms");
  if (const auto value = ms ? read_number(*ms) : std::nullopt) wait.delay_s = std::max(0.0, *value / 1000);
  const auto after = header(outcome, "retry-after");
  if (!after) return;
  if (const auto count = read_number(*after)) {
    if (const auto epoch = read_epoch(*count)) {  // some gateways write when, not how long
      wait.until = epoch;
      if (!wait.delay_s) wait.delay_s = from(observed, *epoch);
    } else if (!wait.delay_s) {
      wait.delay_s = std::max(0.0, *count);
    }
  } else if (const auto read = read_duration(*after); read && read->length == after->size()) {
    if (!wait.delay_s) wait.delay_s = read->seconds;
  } else if (const auto until = read_http_date(*after)) {
    wait.until = until;
    const auto date = header(outcome, "date");
    if (const auto sent = date ? read_http_date(*date) : std::nullopt; sent && !wait.delay_s)
      wait.delay_s = from(*sent, *until);
  } else if (const auto when = read_rfc3339(*after)) {
    wait.until = when;
  }
}

/// The value of a parameter in `default;r=0;t=50` or `limit=100, remaining=0, reset=50`.
std::optional<double> parameter(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1]))) continue;
    std::string_view value = text.substr(at + name.size());
    return read_number(value.substr(0, value.find_first_of(",; ")));
  }
  return std::nullopt;
}

/// Of a header with a reset, how full its limit is.
Bucket bucket_of(const Outcome& outcome, std::string_view name) {
  if (starts(name, "anthropic-ratelimit-unified-")) {
    const std::string_view status = sibling(outcome, name, "status");
    if (status == "allowed" || status == "allowed_warning") return Bucket::full;
    return status == "rejected" ? Bucket::empty : Bucket::unknown;
  }
  const auto left = read_number(sibling(outcome, name, "remaining"));
  if (!left) return Bucket::unknown;
  return *left <= 0 ? Bucket::empty : Bucket::full;
}

/// Limits have a header each: anthropic-ratelimit-tokens-reset, x-ratelimit-reset-requests, RateLimit-Reset.
bool tells_reset(std::string_view name) {
  for (const std::string_view family :
       {"anthropic-ratelimit-", "x-ratelimit-", "x-rate-limit-", "ratelimit-"})
    if (starts(name, family)) return lower_case(name).find("reset") != std::string::npos;
  return false;
}

}  // namespace

Wait wait_in_headers(const Outcome& outcome, Instant observed) {
  Wait wait;
  if (outcome.headers.empty()) return wait;
  read_retry_after(outcome, observed, wait);
  // A server that is ill sends its limits along, which say nothing about when it will be well.
  if (outcome.status.value_or(0) >= 500) return wait;
  Latest<Instant> resets;
  Latest<double> windows;
  for (const auto& [name, value] : outcome.headers) {
    if (same_word(name, "ratelimit")) {  // draft-ietf-httpapi-ratelimit-headers
      auto left = parameter(value, "r="), reset = parameter(value, "t=");
      if (!reset) left = parameter(value, "remaining="), reset = parameter(value, "reset=");
      if (reset) windows.add(*reset, !left ? Bucket::unknown : *left <= 0 ? Bucket::empty : Bucket::full);
      continue;
    }
    if (!tells_reset(name)) continue;
    const Bucket bucket = bucket_of(outcome, name);
    const auto count = read_number(value);
    if (const auto at = count ? read_epoch(*count) : read_rfc3339(value)) {
      resets.add(*at, bucket);
    } else if (const auto read = read_duration(value); read && read->length == value.size()) {
      windows.add(read->seconds, bucket);
    } else if (count && *count >= 0 && *count < 1e8) {
      windows.add(*count, bucket);
    }
  }
  wait.window_s = windows.get();
  if (!wait.until) wait.until = resets.get();
  return wait;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
