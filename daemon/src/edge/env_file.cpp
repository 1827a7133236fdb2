#include "edge/env_file.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "files/atomic_file.hpp"
#include "runtime/files.hpp"

namespace understudy::daemon::edge {

namespace {

constexpr std::size_t max_bytes = 1 << 20;
constexpr std::size_t max_former = 64;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

/// A container or task that still runs has the variables it was given, and may print them after our restart.
void keep_former(const fleet::WriteEnvFile& request, ports::Log& log) {
  const auto path = former_env_file(request.path);
  const auto replaced = lines_of(runtime::read_file(request.path, max_bytes).value_or(""));
  const auto given = lines_of(request.text);
  const auto known = lines_of(runtime::read_file(path, max_bytes).value_or(""));
  auto former = known;
  for (const auto& line : replaced)
    if (std::ranges::find(given, line) == given.end() && std::ranges::find(former, line) == former.end())
      former.push_back(line);
  if (former == known) return;
  if (former.size() > max_former) former.erase(former.begin(), former.end() - max_former);
  std::string text;
  for (const auto& line : former) text += line + '\n';
  if (const auto written = files::write_atomically(path, text); !written)
    log.error("former variables could not be kept: after a restart they are not masked",
              {{"instance", request.agent}, {"error", written.error()}});
}

}  // namespace

void write_env_file(const fleet::WriteEnvFile& request, ports::Log& log) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(request.path).parent_path(), ignored);
  keep_former(request, log);
  if (const auto written = files::write_atomically(request.path, request.text); !written)
    log.error("an env file could not be written", {{"instance", request.agent}, {"error", written.error()}});
}

std::string former_env_file(const std::string& env_file) {
  return env_file + ".former";
}

}  // namespace understudy::daemon::edge
