// Any bytes on a connection: the daemon answers HTTP or closes, gives no secret away and lives on.
#include "fuzz/live/live_daemon.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto& daemon = fuzz::LiveDaemon::current();
  const std::string_view sent(reinterpret_cast<const char*>(data), size);
  const auto answer = daemon.exchange(sent);
  fuzz::require(answer.empty() || answer.starts_with("HTTP/1."), "HTTP or nothing");
  // libFuzzer learns what inputs are compared with; an answer may quote what was sent.
  for (const std::string_view secret :
       {std::string_view("sk-first-secret"), std::string_view("sk-second-secret"),
        std::string_view(fuzz::LiveDaemon::token)})
    fuzz::require(answer.find(secret) == std::string::npos || sent.find(secret) != std::string_view::npos,
                  "no secret");
  return 0;
}
