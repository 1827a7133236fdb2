#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/logger.hpp"
#include "ports/runtime_types.hpp"
#include "understudy/container/phase.hpp"
#include "understudy/container/policy.hpp"
#include "understudy/container/warm.hpp"
#include "understudy/failover/classify.hpp"
#include "understudy/failover/policy.hpp"

/// The configuration as the daemon uses it, with every default in one place. docs/configuration.md explains
/// the keys.
namespace understudy::daemon::config {

using Milliseconds = std::chrono::milliseconds;

enum class UsageWindow { one_hour, five_hours, day, week, month, all };
[[nodiscard]] std::string_view to_string(UsageWindow window);  ///< "5h"
[[nodiscard]] std::optional<UsageWindow> parse_usage_window(std::string_view text);
[[nodiscard]] std::optional<Milliseconds> to_duration(UsageWindow window);  ///< nullopt: all

/// The daemon's own certificate, for its listener.
struct Tls {
  std::string cert_file{};  ///< PEM; the chain behind the certificate
  std::string key_file{};
  bool operator==(const Tls&) const = default;
};

struct Service {
  std::string listen_host{"127.0.0.1"};
  std::uint16_t listen_port{8787};
  std::optional<Tls> tls{};  ///< absent: in the clear
  std::string state_dir{};   ///< empty: the default of the command line
  UsageWindow usage_window{UsageWindow::five_hours};
  bool reads_need_token{false};
  bool store_needs_token{false};
  std::vector<std::string> allowed_origins{};
  std::vector<std::string> allowed_hosts{};
  std::string docker_host{};  ///< empty: DOCKER_HOST, else the usual socket
  int events_days{30};
  int rollouts_days{90};
  container::ShutdownPolicy shutdown_policy{container::ShutdownPolicy::stop_idle};
  int parallel_starts{0};  ///< 0: max(2, cores)
  log::Format log_format{log::Format::text};
  bool share_health{true};  ///< false: what an instance learned about a provider is its own
};

struct Provider {
  std::string base_url{};
  std::optional<std::string> api_key{}, api_key_env{}, api_key_file{};           ///< sent as x-api-key
  std::optional<std::string> auth_token{}, auth_token_env{}, auth_token_file{};  ///< as Authorization: Bearer
  std::vector<std::pair<std::string, std::string>> env{};  ///< any further variables of the agent
  std::optional<Milliseconds> silence{};                   ///< in place of the agent's; 0: no limit
};

enum class Mode { host, process, docker };
[[nodiscard]] std::string_view to_string(Mode mode);

struct Container {
  Mode mode{Mode::process};
  std::string image{};
  bool lazy{true};
  Milliseconds idle_stop{std::chrono::minutes{10}};  ///< 0: never
  Milliseconds start_timeout{std::chrono::seconds{60}};
  std::optional<Milliseconds> min_up{};  ///< else a minute, or idle_stop when that is shorter
  Milliseconds stop_grace{std::chrono::seconds{10}};
  Milliseconds drain_deadline{std::chrono::minutes{30}};
  container::DrainPolicy drain_policy{container::DrainPolicy::wait};
  std::vector<std::string> command{};
  std::vector<ports::Mount> mounts{};
  std::string network{"bridge"};
  std::int64_t memory_mb{0};  ///< 0: no limit
  std::string workdir{};
  ports::Readiness readiness{};
  ports::Containment containment{};
  std::int64_t log_max_bytes{ports::default_log_max_bytes};  ///< of the main process's output; 0: no limit
  bool ephemeral{false};  ///< a fresh container and work directory for each task
  container::WarmPolicy warm{};
};

struct Adapter {
  std::string adapter{"claude-code"};  ///< claude-code, command, external
  std::vector<std::string> command{};
  Milliseconds timeout{std::chrono::seconds{3600}};  ///< 0: none
  Milliseconds silence{std::chrono::seconds{600}};   ///< of a run with an unanswered call; 0: no limit
  std::int64_t max_output_bytes{256 << 20};          ///< what one run may write; 0: no limit
  std::vector<std::pair<std::string, std::string>> env{};
};

struct AgentType {
  failover::Policy failover{};
  std::optional<std::int64_t> usage_threshold_tokens{};
  Container container{};
  Adapter agent{};
  std::vector<std::string> instances{};
};

struct Config {
  Service service{};
  std::map<std::string, Provider> providers{};
  std::map<std::string, AgentType, std::less<>> agent_types{};
  std::vector<failover::OperatorRule> classifier_rules{};
};

}  // namespace understudy::daemon::config
