// understudyd: the first argument is the command.
#include <csignal>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "app/command_line.hpp"
#include "app/commands.hpp"

namespace {

using namespace understudy::daemon;

struct Run {
  int operator()(const app::Print& print) const {
    (print.status == 0 ? std::cout : std::cerr) << print.text;
    return print.status;
  }
  int operator()(const app::ServeOptions& options) const { return app::serve(options); }
  int operator()(const app::CheckOptions& options) const { return app::check(options); }
  int operator()(const app::DoctorOptions& options) const { return app::doctor(options); }
  int operator()(const app::TokenOptions& options) const { return app::show_token(options); }
  int operator()(const app::BackupOptions& options) const { return app::backup(options); }
  int operator()(const app::RestoreOptions& options) const { return app::restore(options); }
  int operator()(const app::ClassifyOptions&) const { return app::classify_lines(); }
  int operator()(const demo::AgentArguments& arguments) const { return demo::demo_agent_main(arguments); }
  int operator()(const scripted::ProviderArguments& arguments) const {
    return scripted::scripted_provider_main(arguments);
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return std::visit(Run{}, app::parse_command_line(std::vector<std::string>(argv + 1, argv + argc)));
}
