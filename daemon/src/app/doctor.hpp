#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/model.hpp"
#include "ports/runtime_types.hpp"

/// What understudyd doctor says about what it found; doctor_command.cpp looks.
namespace understudy::daemon::app {

enum class Level : std::uint8_t { good, unknown, warning, bad };  ///< unknown: the look itself failed

struct Finding {
  Level level{Level::good};
  std::string what{};  ///< "providers"
  std::string says{};  ///< a sentence
  std::string mend{};  ///< what to do; empty when good
};

/// One response of a provider, or why there was none.
struct Heard {
  int status{0};
  std::string date{};  ///< header Date
};

[[nodiscard]] Finding judge_provider(const std::string& name, const std::expected<Heard, std::string>& heard,
                                     bool with_key, bool behind_proxy);

/// `available` in bytes, of the state directory's file system.
[[nodiscard]] Finding judge_disk(const std::string& state_dir, std::uint64_t available);

/// By the first provider that told the time, if one did.
[[nodiscard]] Finding judge_clock(std::chrono::sys_seconds now, const std::string& teller,
                                  const std::optional<std::chrono::sys_seconds>& told, bool has_zones);
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text);

/// Keys of the daemon that runs, by its GET /providers: its environment is another than ours.
[[nodiscard]] std::vector<Finding> judge_daemon_keys(
    const std::expected<std::string, std::string>& providers);

/// A directory of this machine, as this user may use it.
enum class Directory : std::uint8_t { usable, read_only, closed, no_directory, missing, hidden };
[[nodiscard]] Directory look_at_directory(const std::string& path);

/// Directories of this machine that agents work in or have mounted.
[[nodiscard]] std::vector<Finding> judge_directories(
    const config::Config& config, const std::function<Directory(const std::string& path)>& look);

/// `api_version` of the engine that answered.
[[nodiscard]] Finding judge_engine(const std::string& socket,
                                   const ports::EngineResult<std::string>& api_version);

/// A line for each, its mend below; 1 when one is bad, else 0.
[[nodiscard]] std::string render(const std::vector<Finding>& findings);
[[nodiscard]] int status_of(const std::vector<Finding>& findings);

}  // namespace understudy::daemon::app
