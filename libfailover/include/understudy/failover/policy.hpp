#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// A tier is identified by what it serves, so that it can be followed when the chain is edited.
struct TierId {
  std::string provider{};
  std::string model{};
  auto operator<=>(const TierId&) const = default;
};

enum class OnExhausted : std::uint8_t { pause, wrap };
[[nodiscard]] std::string_view to_string(OnExhausted what);
[[nodiscard]] std::optional<OnExhausted> parse_on_exhausted(std::string_view text);

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

/// How long a tier stays out, as far as the operator said so: one number for every kind, or one by kind.
class Cooldown {
 public:
  static constexpr Duration usual{std::chrono::minutes{60}};
  /// What is longer counts as this, so that "for ever" can be said, and added to a time.
  static constexpr Duration longest{std::chrono::hours{24 * 36525}};

  constexpr Cooldown() = default;
  template <class Rep, class Period>
  constexpr Cooldown(std::chrono::duration<Rep, Period> number)  // NOLINT(google-explicit-constructor)
      : other_{bounded(number)} {}
  constexpr void set(Kind kind, Duration time) { named_[static_cast<std::size_t>(kind)] = bounded(time); }
  /// Absent: the kind's own time in the table of health.hpp; without health, the usual one.
  [[nodiscard]] constexpr std::optional<Duration> of(Kind kind) const {
    const auto& named = named_[static_cast<std::size_t>(kind)];
    return named ? named : other_;
  }
  /// What was said for every kind that has no number of its own.
  [[nodiscard]] constexpr std::optional<Duration> number() const { return other_; }
  bool operator==(const Cooldown&) const = default;

 private:
  template <class Rep, class Period>
  static constexpr Duration bounded(std::chrono::duration<Rep, Period> time) {
    const std::chrono::duration<double> seconds = time;  // hours::max() are too many milliseconds
    return seconds > longest ? longest : seconds < -longest ? -longest : Duration{time};
  }
  std::optional<Duration> other_{};
  std::array<std::optional<Duration>, all_kinds.size()> named_{};
};

/// What takes an instance back to a better tier: that it may serve again, or only a success after that.
enum class ReturnPolicy : std::uint8_t { when_due, after_success };
[[nodiscard]] std::string_view to_string(ReturnPolicy when);
[[nodiscard]] std::optional<ReturnPolicy> parse_return_policy(std::string_view text);

/// How the instances of one agent type fail over.
struct Policy {
  std::vector<TierId> chain{};  ///< 1 to 3, best first, no tier twice
  bool enabled{true};           ///< false: never moves, as without a failover block
  Cooldown cooldown{};
  OnExhausted on_exhausted{OnExhausted::pause};
  bool resume_when_possible{true};
  Triggers triggers{Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error, Kind::token_budget};
  int server_error_threshold{3};  ///< server_error, network or timeout in a row before they move

  // With health (health.hpp) only:
  ReturnPolicy return_policy{ReturnPolicy::when_due};
  Duration wait_in_place{std::chrono::seconds{30}};  ///< a stated wait of at most this moves nobody
  std::optional<Duration> give_up_after{};           ///< from a task's first provider fault; absent: never
  bool operator==(const Policy&) const = default;

  /// With one tier, or without a failover block, an instance never moves and never exhausts its chain.
  [[nodiscard]] bool can_move() const { return enabled && chain.size() > 1; }
};

/// What is wrong with a policy, a sentence each: "tier 2 is tier 1 again: anthropic/opus". Every policy is
/// safe to use; with these an instance does not do what its operator expects.
[[nodiscard]] std::vector<std::string> validate(const Policy& policy);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
