#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace understudy::daemon::wire {

/// How the values of named tokens and of sessions begin, so that they are recognized wherever they turn up.
inline constexpr std::string_view token_prefix = "ust_";
inline constexpr std::string_view session_prefix = "uss_";

/// `prefix` and that many random hex digits: "rs-" + 12, "at-" + 8.
[[nodiscard]] std::string random_id(std::string_view prefix, std::size_t hex_digits);

/// "ro-" + 12 hex digits, unique and rising: units of 4 µs since 2024 (until 2059). An index over them grows
/// at its end, where random ids would touch a page each. At most one per unit over time, so that ids after a
/// restart are greater too.
[[nodiscard]] std::string rollout_id();

}  // namespace understudy::daemon::wire
