#pragma once
#include <filesystem>
#include <string>

namespace understudy::daemon::runtime {

/// Where the directories of an attempt are, from the path that it is known by: `<agent_dir>/spool/<attempt>`.
struct SpoolPlace {
  std::string agent_dir;
  std::string attempt;

  [[nodiscard]] std::string live() const { return "spool/" + attempt; }
  [[nodiscard]] std::string archived() const { return "archive/" + attempt; }
};

[[nodiscard]] inline SpoolPlace place_of(const std::string& spool_dir) {
  const std::filesystem::path path(spool_dir);
  return {path.parent_path().parent_path().string(), path.filename().string()};
}

}  // namespace understudy::daemon::runtime
