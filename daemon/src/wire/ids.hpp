#pragma once
#include <string>
#include <string_view>

namespace understudy::daemon::wire {

/// `prefix` and that many random hex digits from the kernel: "rs-" + 12, "at-" + 8.
[[nodiscard]] std::string random_id(std::string_view prefix, int hex_digits);

/// "ro-" + 12 hex digits, each greater than the one before: units of 4 µs since 2024 (until 2059), no
/// two the same. What is indexed by it grows at its end, where random ids would touch a page of the index
/// each. Made slower than one a unit, so that those after a restart are greater too.
[[nodiscard]] std::string rollout_id();

}  // namespace understudy::daemon::wire
