#pragma once
#include <array>
#include <string_view>

/// Enums of the wire contract, in the order of its error messages.
namespace understudy::daemon::agl {

inline constexpr std::array<std::string_view, 7> rollout_statuses{
    "queuing", "preparing", "running", "failed", "succeeded", "cancelled", "requeuing"};
inline constexpr std::array<std::string_view, 6> attempt_statuses{"preparing", "running",      "failed",
                                                                  "succeeded", "unresponsive", "timeout"};
inline constexpr std::array<std::string_view, 3> worker_statuses{"idle", "busy", "unknown"};
inline constexpr std::array<std::string_view, 3> modes{"train", "val", "test"};

}  // namespace understudy::daemon::agl
