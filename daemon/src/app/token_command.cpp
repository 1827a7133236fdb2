#include <iostream>

#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "http/operator_token.hpp"

namespace understudy::daemon::app {

int show_token(Args args) {
  const bool given = args.size() == 2 && args[0] == "--state-dir";
  if (!args.empty() && !given) {
    std::cerr << "usage: understudyd token [--state-dir DIR]\n";
    return bad_usage;
  }
  const auto token = http::load_token((given ? args[1] : default_state_dir()) + "/operator-token");
  if (!token) {
    std::cerr << token.error() << '\n';
    return 1;
  }
  std::cout << *token << '\n';
  return 0;
}

}  // namespace understudy::daemon::app
