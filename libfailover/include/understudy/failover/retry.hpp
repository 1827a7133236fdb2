#pragma once
#include <map>
#include <optional>
#include <string_view>

#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// How far a task has come through the chain. Persisted with the task.
struct RetryState {
  std::map<TierId, int> tries{};  ///< on each tier, in this pass
  int passes{0};                  ///< completed passes through the chain
  bool operator==(const RetryState&) const = default;
};

enum class RetryKind : std::uint8_t {
  now,     ///< on the current tier
  later,   ///< on the same tier, after `delay`
  wait,    ///< the instance is paused: back to its place in the queue
  give_up  ///< nobody tries it again: the task is done, or fails with this verdict
};
[[nodiscard]] std::string_view to_string(RetryKind kind);
[[nodiscard]] std::optional<RetryKind> parse_retry_kind(std::string_view text);

struct Retry {
  RetryKind kind{RetryKind::give_up};
  Duration delay{};
  RetryState state{};
};

/// What becomes of a task whose attempt on `tier` ended with a verdict. `after` is the instance's state after
/// the step. Where no provider is at fault (a success, a fault of the request or of the agent) nothing is
/// tried again. Else a task gets `server_error_threshold` tries on each tier and one pass through the chain.
/// When the chain is exhausted, it gets another: three in all if the policy pauses, two if it wraps.
[[nodiscard]] Retry decide_retry(const Policy& policy, const State& after, RetryState before,
                                 const Verdict& verdict, const TierId& tier);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
