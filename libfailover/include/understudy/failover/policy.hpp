#pragma once
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

namespace understudy::failover {

/// A tier is identified by what it serves, so that it can be followed when the chain is edited.
struct TierId {
  std::string provider{};
  std::string model{};
  auto operator<=>(const TierId&) const = default;
};

enum class OnExhausted : std::uint8_t { pause, wrap };

/// The kinds of failure that move an instance. `model_not_found` counts as `auth_error`, `network` and
/// `timeout` count as `server_error`; a fault of the request never triggers.
class Triggers {
 public:
  constexpr Triggers() = default;
  constexpr Triggers(std::initializer_list<Kind> kinds) {
    for (const Kind kind : kinds) insert(kind);
  }
  constexpr void insert(Kind kind) { bits_ |= bit(kind); }
  constexpr void erase(Kind kind) { bits_ &= ~bit(kind); }
  [[nodiscard]] constexpr bool contains(Kind kind) const { return (bits_ & bit(counted_as(kind))) != 0; }
  constexpr bool operator==(const Triggers&) const = default;

 private:
  static constexpr std::uint32_t bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }
  static constexpr Kind counted_as(Kind kind) {
    if (kind == Kind::model_not_found) return Kind::auth_error;
    if (kind == Kind::network || kind == Kind::timeout) return Kind::server_error;
    return kind;
  }
  std::uint32_t bits_{0};
};

/// How the instances of one agent type fail over.
struct Policy {
  std::vector<TierId> chain{};  ///< 1 to 3, best first, no tier twice
  bool enabled{false};          ///< a failover block is configured
  Duration cooldown{std::chrono::minutes{60}};
  OnExhausted on_exhausted{OnExhausted::pause};
  bool resume_when_possible{true};
  Triggers triggers{Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error, Kind::token_budget};
  int server_error_threshold{3};  ///< server_error, network or timeout in a row before they move
  bool operator==(const Policy&) const = default;

  /// With one tier, or without a failover block, an instance never moves and never exhausts its chain.
  [[nodiscard]] bool can_move() const { return enabled && chain.size() > 1; }
};

}  // namespace understudy::failover
