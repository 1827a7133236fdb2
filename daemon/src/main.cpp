// understudyd: the first argument is the command.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
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

/// The number of a closed one would be that of the next file or socket, and our output would go there.
void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) == -1)
      static_cast<void>(::open("/dev/null", stream == 0 ? O_RDONLY : O_RDWR));
}

/// Whether the output is what was asked for, rather than a word about it.
bool is_for_output(const app::Command& command) {
  return !std::holds_alternative<app::ServeOptions>(command) &&
         !std::holds_alternative<app::BackupOptions>(command) &&
         !std::holds_alternative<app::RestoreOptions>(command);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);
  const auto command = app::parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
  const int status = std::visit(Run{}, command);
  errno = 0;
  if (std::cout.flush() || !is_for_output(command)) return status;
  if (errno != 0 && errno != EPIPE)
    std::cerr << "understudyd: the output cannot be written: " << std::strerror(errno) << '\n';
  return status == 0 ? 1 : status;
}
