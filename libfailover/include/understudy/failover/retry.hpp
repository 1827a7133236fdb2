#pragma once
#include <map>
#include <optional>

#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/state.hpp"

namespace understudy::failover {

/// How far one task has come through its chain. Persisted with the task.
struct RetryState {
  std::map<TierId, int> tries{};  ///< on each tier, in this pass
  int passes{0};                  ///< completed passes through the chain
  bool operator==(const RetryState&) const = default;
};

enum class RetryKind : std::uint8_t {
  now,     ///< on the tier the instance is on now
  later,   ///< on the same tier, after `delay`
  wait,    ///< the instance is paused: back to the queue, keeping its place
  give_up  ///< the task fails with this verdict
};

struct Retry {
  RetryKind kind{RetryKind::give_up};
  Duration delay{};
  RetryState state{};
};

/// What becomes of a task whose attempt on `on` ended with a provider's fault. `after` is the instance's
/// state after the step. At most one pass through the chain and `server_error_threshold` tries a tier; an
/// exhausted instance that pauses gives its task a fresh pass on resume, at most three; one that wraps, at
/// most two.
[[nodiscard]] Retry decide_retry(const Policy& policy, const State& after, RetryState before,
                                 const Verdict& verdict, const TierId& on);

}  // namespace understudy::failover
