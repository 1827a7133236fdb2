#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "agl/routes.hpp"
#include "api/routes.hpp"
#include "app/audit_keeper.hpp"
#include "app/command_line.hpp"
#include "app/fleet_driver.hpp"
#include "app/key_watch.hpp"
#include "app/limits.hpp"
#include "app/provider_keys.hpp"
#include "app/secrets.hpp"
#include "app/state_dir.hpp"
#include "app/zones.hpp"
#include "config/document.hpp"
#include "edge/edge_runner.hpp"
#include "http/gate.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/site.hpp"
#include "http/static_files.hpp"
#include "runtime/docker/docker_runtime.hpp"
#include "runtime/process/orphans.hpp"
#include "runtime/process/process_runtime.hpp"

namespace understudy::daemon::app {

/// What serve() determined before it builds the daemon.
struct Prepared {
  ServeOptions options;
  Installation installation;
  std::string engine_shim;  ///< the shim, where the container engine finds it
  std::string state_dir;
  std::string config_path;
  boost::json::value document;
  std::shared_ptr<const config::Config> config;
  std::string operator_token;
  std::string store_token;  ///< empty: the store is open
  std::string owner;
  std::string account_key;  ///< secret: see fleet::Place
  std::string docker_socket;
  OpenFiles open_files;
};

/// The composition root: creates every part, with its dependencies.
class Daemon final : private fleet::Announcer {
 public:
  Daemon(boost::asio::io_context& io, Prepared prepared, store::Store store, store::Reader reader,
         log::Logger& log);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Takes over running tasks, binds, begins to serve. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> start();
  /// The error, a sentence: the last turn did not reach the disk, for which a thread still waits.
  [[nodiscard]] boost::asio::awaitable<std::expected<void, std::string>> stop();
  /// After stop(), for a fleet that will not be resumed: ends all its processes.
  [[nodiscard]] boost::asio::awaitable<void> end_everything();

  [[nodiscard]] std::vector<std::string> addresses() const;  ///< "http://127.0.0.1:8787"; never empty
  [[nodiscard]] fleet::Fleet& fleet() { return fleet_; }
  [[nodiscard]] std::vector<const http::Route*> routes() const { return router_.routes(); }
  /// After an edit of the configuration file: follows it, or logs its problems and keeps the old one.
  void reload();

 private:
  boost::asio::awaitable<void> reload_config();
  void announce(const wire::Envelope& event) override;
  void follow(const std::shared_ptr<const config::Config>& config, const boost::json::value& document);
  /// Applies service.tls. The error is a sentence; the old certificate then stays.
  [[nodiscard]] std::expected<void, std::string> follow_tls(const config::Service& service);
  [[nodiscard]] http::GateOptions gate_options(const config::Config& config) const;
  [[nodiscard]] boost::asio::awaitable<bool> wait_for(std::chrono::seconds limit,
                                                      std::function<bool()> reached);
  [[nodiscard]] std::expected<void, std::string> bind();
  [[nodiscard]] std::expected<void, std::string> listen();
  void load_tokens();
  void write_address();
  void follow_token(std::expected<std::string, std::string> token);

  boost::asio::io_context& io_;
  Prepared prepared_;
  log::Logger& log_;
  ports::SystemClock clock_;
  SystemZones zones_;
  ProviderKeys keys_;
  Secrets secrets_;
  store::Store store_;
  sse::Hub hub_;
  api::EventCounts counts_;
  http::Metrics http_metrics_;
  offload::Disk disk_{1};  // for the configuration
  offload::Disk agents_disk_{32};
  runtime::OrphanReaper orphans_;
  runtime::ProcessRuntime processes_;
  runtime::DockerRuntime docker_;
  FleetDriver driver_;
  edge::EdgeRunner edge_;
  edge::TaskGroup background_;
  KeyWatch key_watch_;
  fleet::Fleet fleet_;
  api::ReadPool read_pool_;
  agl::RolloutStore rollouts_;
  agl::Waiters waiters_;
  api::ConfigFile config_file_;
  api::DaemonStatus status_;
  api::QueueDepths queues_;
  api::ModelLists models_;
  api::Offload offload_;
  api::SpillSpace spill_;
  api::AuditLog audit_log_;
  api::Redactor redact_;
  http::ConcurrencyLimiter limiter_;
  http::Router router_;
  std::vector<http::HostPort> bound_;  // the first one is announced; before the gate, which uses it
  http::Gate gate_;
  http::StaticFiles files_;
  http::Site site_;
  http::Server server_;
  AuditKeeper audit_;
};

}  // namespace understudy::daemon::app
