#pragma once
#include <string>
#include <string_view>

namespace understudy::daemon::wire {

/// `prefix` and that many random hex digits from the kernel: "rs-" + 12.
[[nodiscard]] std::string random_id(std::string_view prefix, int hex_digits);

/// "ro-" + 12 and "at-" + 8 hex digits, each greater than the one before: of the time, and a count. What is
/// indexed by them grows at its end, where random ids would touch a page of the index each.
[[nodiscard]] std::string rollout_id();
/// One of a rollout's; those of others may be the same.
[[nodiscard]] std::string attempt_id();

}  // namespace understudy::daemon::wire
