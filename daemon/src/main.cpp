// understudyd: the first argument is the command.
#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "demo/agent_command.hpp"
#include "scripted_provider/command.hpp"

int main(int argc, char** argv) {
  using namespace understudy::daemon;
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string command = arguments.empty() ? "" : arguments.front();
  const app::Args args = arguments.empty() ? app::Args{} : app::Args(arguments).subspan(1);
  if (command == "serve") return app::serve(args);
  if (command == "check") return app::check(args);
  if (command == "classify") return app::classify_lines(args);
  if (command == "token") return app::show_token(args);
  if (command == "agent") return demo::demo_agent_main(args);
  if (command == "scripted-provider") return scripted::scripted_provider_main(args);
  if (command == "--version" || command == "version") {
    std::cout << "understudyd " UNDERSTUDY_VERSION "\n";
    return 0;
  }
  const bool asked = command == "--help" || command == "help";
  if (!asked && !command.empty()) std::cerr << "understudyd: unknown command '" << command << "'\n";
  (asked ? std::cout : std::cerr) << app::usage;
  return asked ? 0 : app::bad_usage;
}
