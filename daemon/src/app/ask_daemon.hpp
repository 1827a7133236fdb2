#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::app {

struct DaemonResponse {
  int status{0};
  std::string body{};
};

/// Calls the daemon of this state directory as its operator, with the address and token found there. Blocks;
/// for commands. The error is a sentence.
[[nodiscard]] std::expected<DaemonResponse, std::string> ask_daemon(const std::string& state_dir,
                                                                    std::string_view method,
                                                                    const std::string& path,
                                                                    std::string body = {});

}  // namespace understudy::daemon::app
