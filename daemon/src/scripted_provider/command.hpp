#pragma once
#include <span>
#include <string>

namespace understudy::daemon::scripted {

/// `understudyd scripted-provider [--listen 127.0.0.1:0] [--script FILE | --script-json JSON]`: prints one
/// line `listening on http://ADDR:PORT` and serves until SIGINT or SIGTERM. 0 then, 2 for bad usage or a bad
/// script, 1 else.
[[nodiscard]] int scripted_provider_main(std::span<const std::string> args);

}  // namespace understudy::daemon::scripted
