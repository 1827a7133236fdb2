#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "demo/agent_command.hpp"
#include "scripted_provider/command.hpp"

namespace understudy::daemon::app {

using Args = std::span<const std::string>;

inline constexpr int bad_usage = 2;

struct ServeOptions {
  std::string config_path{};  ///< empty: <state_dir>/config.json, which may be missing
  std::string state_dir{};    ///< empty: the configuration's, else the default
  std::string listen_host{};  ///< empty: the configuration's
  std::uint16_t listen_port{0};
  bool demo{false};
  bool verbose{false};              ///< the demo's log too
  double store_scan_debounce_s{1};  ///< of the store's watchdog; 0: it also runs before every read
};

struct CheckOptions {
  std::string file{};
  std::string state_dir{};
};

struct DoctorOptions {
  std::string config_path{};
  std::string state_dir{};
};

struct TokenOptions {
  std::string state_dir{};
  std::string name{};
  std::string role{};
  std::optional<std::chrono::milliseconds> lasts{};
};

struct BackupOptions {
  std::string file{};
  std::string state_dir{};
};

struct RestoreOptions {
  std::string file{};
  std::string state_dir{};
};

struct ClassifyOptions {};

/// Prints something about the program itself: its help, its version, what was wrong with its arguments.
struct Print {
  std::string text{};
  int status{0};  ///< other than 0: on stderr
};

using Command =
    std::variant<Print, ServeOptions, CheckOptions, DoctorOptions, TokenOptions, BackupOptions,
                 RestoreOptions, ClassifyOptions, demo::AgentArguments, scripted::ProviderArguments>;

/// Everything that is wrong with the arguments is a Print with a sentence and the status of bad usage.
[[nodiscard]] Command parse_command_line(Args args);

/// What --help says, for the manual and the shells' completions.
struct OptionText {
  std::vector<std::string> names{};  ///< "-h", "--help"; "FILE" of an argument by position
  std::string value{};               ///< "FILE", "operator|viewer|store"; empty: a flag, or by position
  std::string help{};
  bool by_position{false};
};
struct CommandText {
  std::string name{};
  std::string help{};
  std::string details{};  ///< may be empty
  std::string group{};
  std::vector<OptionText> options{};
};
/// The first has no name: it is the program's own.
[[nodiscard]] std::vector<CommandText> command_texts();

}  // namespace understudy::daemon::app
