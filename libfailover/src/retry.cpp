#include "understudy/failover/retry.hpp"

#include <algorithm>

#include "bounded_wait.hpp"
#include "json/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

constexpr int max_passes_when_pausing = 3;
constexpr int max_passes_when_wrapping = 2;
}  // namespace

std::string_view to_string(RetryKind kind) {
  switch (kind) {
    case RetryKind::now: return "now";
    case RetryKind::later: return "later";
    case RetryKind::wait: return "wait";
    case RetryKind::give_up: return "give_up";
  }
  return "";
}
std::optional<RetryKind> parse_retry_kind(std::string_view text) {
  return json::parse_word<RetryKind>(text);
}

Retry decide_retry(const Policy& policy, const State& after, RetryState before, const Verdict& verdict,
                   const TierId& tier) {
  Retry retry{.state = std::move(before)};
  if (!is_provider_fault(verdict.kind)) return retry;
  auto& task = retry.state;
  const int tries = ++task.tries[tier];
  if (after.pause_reason == PauseReason::exhausted) {
    task.tries.clear();
    const int max_passes =
        policy.on_exhausted == OnExhausted::wrap ? max_passes_when_wrapping : max_passes_when_pausing;
    retry.kind = ++task.passes < max_passes ? RetryKind::wait : RetryKind::give_up;
    return retry;
  }
  if (after.serving != tier) {
    if (task.tries.contains(after.serving)) {  // round the chain
      task.tries.clear();
      if (++task.passes >= max_passes_when_wrapping) return retry;
    }
    retry.kind = after.paused() ? RetryKind::wait : RetryKind::now;
    return retry;
  }
  if (tries >= policy.server_error_threshold) return retry;
  if (after.paused()) {
    retry.kind = RetryKind::wait;
    return retry;
  }
  retry.kind = RetryKind::later;
  retry.delay = delay_for(verdict, tries);
  return retry;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
