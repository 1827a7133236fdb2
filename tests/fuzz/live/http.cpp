// Any bytes on a connection: the daemon answers HTTP or closes, gives no secret away and lives on.
#include "fuzz/live/live_daemon.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto& daemon = fuzz::LiveDaemon::current();
  const auto answer = daemon.exchange({reinterpret_cast<const char*>(data), size});
  fuzz::require(answer.empty() || answer.starts_with("HTTP/1."), "HTTP or nothing");
  for (const auto* secret : {"sk-first-secret", "sk-second-secret"})
    fuzz::require(answer.find(secret) == std::string::npos, "no secret");
  fuzz::require(answer.find(fuzz::LiveDaemon::token) == std::string::npos, "no token");
  return 0;
}
