#pragma once
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

namespace understudy::failover {

/// A tier is known by what it serves, so that it can be followed when the chain is edited.
struct TierId {
  std::string provider{};
  std::string model{};
  auto operator<=>(const TierId&) const = default;
};

enum class OnExhausted : std::uint8_t { pause, wrap };

/// The kinds of failure that move an instance. `model_not_found` follows `auth_error`; `network` and
/// `timeout` follow `server_error`; kinds that are nobody's fault but the request's never trigger.
class Triggers {
 public:
  constexpr Triggers() = default;
  constexpr Triggers(std::initializer_list<Kind> kinds) {
    for (const Kind kind : kinds) insert(kind);
  }
  constexpr void insert(Kind kind) { bits_ |= bit(kind); }
  constexpr void erase(Kind kind) { bits_ &= ~bit(kind); }
  [[nodiscard]] constexpr bool contains(Kind kind) const { return (bits_ & bit(leader(kind))) != 0; }
  constexpr bool operator==(const Triggers&) const = default;

 private:
  static constexpr std::uint32_t bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }
  static constexpr Kind leader(Kind kind) {
    if (kind == Kind::model_not_found) return Kind::auth_error;
    if (kind == Kind::network || kind == Kind::timeout) return Kind::server_error;
    return kind;
  }
  std::uint32_t bits_{0};
};

/// How one agent type falls back.
struct Policy {
  std::vector<TierId> chain{};  ///< 1 to 3, best first, no tier twice
  bool enabled{false};          ///< a failover block is configured
  Duration cooldown{std::chrono::minutes{60}};
  OnExhausted on_exhausted{OnExhausted::pause};
  bool resume_when_possible{true};
  Triggers triggers{Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error, Kind::token_budget};
  int server_error_threshold{3};  ///< tries in a row before a persistent kind moves
  bool operator==(const Policy&) const = default;

  /// A chain of one, or no failover block: never moves, never pauses by itself.
  [[nodiscard]] bool can_move() const { return enabled && chain.size() > 1; }
};

}  // namespace understudy::failover
