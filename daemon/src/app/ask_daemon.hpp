#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::app {

struct Told {
  int status{0};
  std::string body{};
};

/// One call to the daemon that runs on this state directory, as its operator: address and token lie there.
/// For commands; it waits. The error is a sentence.
[[nodiscard]] std::expected<Told, std::string> ask_daemon(const std::string& state_dir,
                                                          std::string_view method, const std::string& path,
                                                          std::string body = {});

}  // namespace understudy::daemon::app
