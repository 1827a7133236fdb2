#include "app/agent_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace understudy::daemon::app {

namespace {

bool can_run(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

/// An agent's own PATH, if it has one.
std::string path_of(const config::AgentType& type, const std::string& usual) {
  for (const auto& [name, value] : type.agent.env)
    if (name == "PATH") return value;
  return usual;
}

}  // namespace

bool has_program(const std::string& program, const std::string& search_path) {
  if (program.find('/') != program.npos)  // a relative one depends on the work directory: not known here
    return program.front() != '/' || can_run(program);
  std::istringstream folders(search_path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (can_run((folder.empty() ? "." : folder) + "/" + program)) return true;
  return false;
}

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path && *path ? path : "/usr/local/bin:/usr/bin:/bin";
}

std::vector<config::Problem> missing_commands(const config::Config& config, const std::string& search_path,
                                              const HasProgram& has) {
  std::vector<config::Problem> missing;
  for (const auto& [name, type] : config.agent_types) {
    if (type.container.mode == config::Mode::docker) continue;
    const auto path = path_of(type, search_path);
    const auto look = [&](const std::vector<std::string>& command, std::string_view key) {
      if (command.empty() || has(command.front(), path)) return;
      const bool is_path = command.front().find('/') != std::string::npos;
      missing.push_back({fmt::format("/agent_types/{}/{}", name, key),
                         fmt::format("'{}' {}: install it, or name the path of the program", command.front(),
                                     is_path ? "is not a program that can be run here"
                                             : "is not found in PATH (" + path + ")")});
    };
    if (type.agent.adapter != "external") look(type.agent.command, "agent/command");
    if (type.container.mode == config::Mode::process) look(type.container.command, "container/command");
  }
  return missing;
}

}  // namespace understudy::daemon::app
