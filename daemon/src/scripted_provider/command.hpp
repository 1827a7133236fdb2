#pragma once
#include <string>

#include "http/authority.hpp"

namespace understudy::daemon::scripted {

struct ProviderArguments {
  http::HostPort at{"127.0.0.1", 0};
  std::string script_file{};
  std::string script_json{};  ///< in place of the file
};

/// `understudyd scripted-provider`: prints one line `listening on http://ADDR:PORT` and serves until SIGINT
/// or SIGTERM. 0 then, 2 for a bad script, 1 else.
[[nodiscard]] int scripted_provider_main(const ProviderArguments& arguments);

}  // namespace understudy::daemon::scripted
