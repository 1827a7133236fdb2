#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace understudy::daemon::config {

/// "cap_net_raw" is "NET_RAW"; nullopt when Linux has no such capability. "ALL" is one.
[[nodiscard]] std::optional<std::string> capability(std::string_view name);

}  // namespace understudy::daemon::config
