#pragma once
#include <array>
#include <string_view>

/// The words of the wire contract, in the order its messages name them.
namespace understudy::daemon::agl {

inline constexpr std::array<std::string_view, 7> rollout_words{"queuing",   "preparing", "running",  "failed",
                                                               "succeeded", "cancelled", "requeuing"};
inline constexpr std::array<std::string_view, 6> attempt_words{"preparing", "running",      "failed",
                                                               "succeeded", "unresponsive", "timeout"};
inline constexpr std::array<std::string_view, 3> worker_words{"idle", "busy", "unknown"};
inline constexpr std::array<std::string_view, 3> mode_words{"train", "val", "test"};

}  // namespace understudy::daemon::agl
