#pragma once
#include <expected>
#include <string_view>

#include "demo/agent_command.hpp"
#include "demo/message_reply.hpp"

namespace understudy::daemon::demo {

/// One streamed POST <base_url>/v1/messages; blocks the calling thread.
[[nodiscard]] std::expected<Reply, Failure> call_messages(const AgentOptions& options,
                                                          std::string_view prompt);

}  // namespace understudy::daemon::demo
