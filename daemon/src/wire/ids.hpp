#pragma once
#include <string>
#include <string_view>

namespace understudy::daemon::wire {

/// `prefix` and that many random hex digits from the kernel: "ro-" + 12, "at-" + 8.
[[nodiscard]] std::string random_id(std::string_view prefix, int hex_digits);

}  // namespace understudy::daemon::wire
