#pragma once
#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace understudy::daemon::app {

using Args = std::span<const std::string>;

inline constexpr int bad_usage = 2;

// One function per command; each returns the exit status.
[[nodiscard]] int serve(Args args);
[[nodiscard]] int check(Args args);
[[nodiscard]] int classify_lines(Args args);
[[nodiscard]] int show_token(Args args);

struct ServeOptions {
  std::string config_path{};  ///< empty: <state_dir>/config.json, which may be missing
  std::string state_dir{};    ///< empty: the configuration's, else the default
  std::string listen_host{};  ///< empty: the configuration's
  std::uint16_t listen_port{0};
  bool demo{false};
  double store_scan_debounce_s{1};  ///< of the store's watchdog; 0: it also runs before every read
};

/// The error is a sentence.
[[nodiscard]] std::expected<ServeOptions, std::string> parse_serve(Args args);

/// $XDG_STATE_HOME/understudy, else ~/.local/state/understudy.
[[nodiscard]] std::string default_state_dir();

extern const char* const usage;

}  // namespace understudy::daemon::app
