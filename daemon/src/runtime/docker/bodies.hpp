#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

inline constexpr std::string_view shim_in_container = "/.understudy/shim";
inline constexpr std::string_view spool_in_container = "/.understudy/spool";

/// The part of an image that decides what runs when nobody says.
struct ImageProgram {
  std::vector<std::string> entrypoint{};
  std::vector<std::string> command{};
  /// Nothing, or a bare shell, which ends at once without a terminal.
  [[nodiscard]] bool holds_nothing_open() const;
};

[[nodiscard]] ImageProgram parse_image(std::string_view body);

struct CreateOptions {
  std::string shim_path{};  ///< on the host
  bool init{true};          ///< the engine can put an init before the main process
  bool hold{false};         ///< the image has no program that stays: hold the container open ourselves
};

/// For path segments and query values.
[[nodiscard]] std::string percent_encoded(std::string_view text);
[[nodiscard]] std::string container_name(const InstanceSpec& spec);
[[nodiscard]] std::string create_body(const InstanceSpec& spec, const CreateOptions& options);
[[nodiscard]] std::string exec_body(const std::vector<std::string>& command, const Environment& env,
                                    const std::string& workdir, bool attached);
/// Encoded for a query: `{"label": ["understudy.managed=1", "understudy.owner=…"], …more}`.
[[nodiscard]] std::string label_filter(const std::string& owner, bool for_events);

/// What a container's inspection says.
struct Inspection {
  Snapshot snapshot{};
  bool never_started{false};
  std::string finished_at{};   ///< when the life before this one ended; empty: there was none
  bool paused{false};          ///< paused, also while it is being stopped
  bool tty{false};             ///< its output is one plain stream
  std::string spool_source{};  ///< on the host, what is mounted as its spool
  std::string network{};       ///< mode: host, none, bridge, …
  std::string address{};       ///< of the container itself; empty when it has none
};
[[nodiscard]] std::optional<Inspection> parse_inspection(std::string_view body);
/// All `unclear`: an inspection knows a state better than a listing.
[[nodiscard]] std::vector<Snapshot> parse_list(std::string_view body);
/// A string member of a JSON object: `Id` of a creation, `ID` of other answers; empty when missing.
[[nodiscard]] std::string parse_text(std::string_view body, std::string_view key);
[[nodiscard]] std::optional<int> parse_exec_exit(std::string_view body);
/// False only when the engine says that it has no init binary.
[[nodiscard]] bool parse_has_init(std::string_view body);
/// False only when the engine says that it cannot limit processes. Asked to, it would start without a limit.
[[nodiscard]] bool parse_limits_pids(std::string_view body);

struct EngineEvent {
  std::string action{};  ///< start, die, kill, destroy, …
  ContainerId id{};
  std::optional<int> exit_code{};
  int signal{0};
  std::int64_t time_ns{0};  ///< Unix time, by the engine's clock; 0: it did not say
};
[[nodiscard]] std::optional<EngineEvent> parse_event(std::string_view line);

/// Unix time of an engine's "2026-08-22T10:15:30.123456789Z", also with an offset; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_time_ns(std::string_view text);
/// As engines want `since`: seconds, a point, nine digits.
[[nodiscard]] std::string since_text(std::int64_t time_ns);

struct ApiVersion {
  int major{1};
  int minor{0};
  auto operator<=>(const ApiVersion&) const = default;
};
/// The version to speak with an engine that offers `offered`; nullopt when it is older than ours.
[[nodiscard]] std::optional<ApiVersion> negotiate(std::string_view offered);

}  // namespace understudy::daemon::runtime
