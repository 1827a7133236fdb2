#pragma once
#include <string_view>

namespace understudy::daemon::wire {

/// Stands for a secret, or for text that the reader may not see.
inline constexpr std::string_view mask = "•••";

}  // namespace understudy::daemon::wire
