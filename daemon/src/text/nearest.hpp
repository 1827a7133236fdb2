#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::text {

/// The one that was probably meant, for "did you mean"; nothing when none is near.
[[nodiscard]] std::optional<std::string> nearest_of(const std::vector<std::string>& known,
                                                    std::string_view word);

}  // namespace understudy::daemon::text
