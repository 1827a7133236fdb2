#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <set>

#include "ports/runtime.hpp"
#include "runtime/docker/answers.hpp"
#include "runtime/docker/bodies.hpp"
#include "runtime/docker/engine_http.hpp"
#include "runtime/docker/log_search.hpp"

namespace understudy::daemon::offload {
class Disk;
}

namespace understudy::daemon::runtime {

using namespace ports;

/// Containers of a Docker or podman engine behind a unix socket. The engine's state is asked for, never
/// assumed.
class DockerRuntime final : public Runtime {
 public:
  struct Settings {
    std::string socket_path{};  ///< see engine_socket()
    std::string shim_path{};    ///< on the host; mounted into every container
    std::string owner{};        ///< events of other owners' containers are not asked for; empty: of all
    std::chrono::milliseconds first_backoff{100};
    std::chrono::milliseconds longest_backoff{5000};
    offload::Disk* disk{nullptr};  ///< where agents' directories are waited for
  };

  DockerRuntime(boost::asio::any_io_executor executor, Settings settings);

  [[nodiscard]] std::string name() const override { return "docker"; }
  EngineCall<ContainerId> create(InstanceSpec spec) override;
  EngineCall<void> start(ContainerId id) override;
  EngineCall<void> stop(ContainerId id, std::chrono::seconds grace) override;
  EngineCall<void> kill(ContainerId id) override;
  EngineCall<void> remove(ContainerId id) override;
  EngineCall<Snapshot> inspect(ContainerId id) override;
  EngineCall<std::vector<Snapshot>> list(std::string owner) override;
  boost::asio::awaitable<Probe> probe(ContainerId id, Readiness readiness) override;
  EngineCall<std::string> log_tail(ContainerId id, int lines) override;
  EngineCall<void> ping() override;
  boost::asio::awaitable<void> events(EventSink sink) override;
  EngineCall<void> start_task(ContainerId id, TaskSpec task) override;
  EngineCall<void> signal_task(ContainerId id, std::string spool_dir, TaskSignal signal) override;

 private:
  /// What was found out about the engine at the other end; asked again after each lost connection.
  struct Engine {
    EngineFlavour flavour{EngineFlavour::docker};
    ApiVersion version{};
  };

  EngineCall<Engine> engine();
  /// What the engine's machine can do; proxies often withhold it, and then it is taken to do everything.
  struct System {
    bool has_init{true};  ///< the engine can put an init before a main process
    bool limits_pids{true};
  };
  /// Asked for when a container is made.
  boost::asio::awaitable<System> system();
  EngineCall<EngineResponse> send(EngineOperation operation, EngineRequest request);
  EngineCall<Inspection> look(ContainerId id, std::chrono::seconds patience = std::chrono::seconds(10));
  EngineCall<CreateOptions> options_for(InstanceSpec spec);
  EngineCall<ContainerId> adopt_unstarted(InstanceSpec spec, EngineError conflict);
  EngineCall<int> run_in(ContainerId id, std::vector<std::string> command, std::chrono::seconds patience);
  EngineCall<void> remove_unstartable(ContainerId id, EngineError why);
  boost::asio::awaitable<void> unpause(ContainerId id);
  EngineCall<void> follow(EventSink& sink, bool& opened);
  boost::asio::awaitable<void> deliver(EventSink& sink, EngineEvent event);
  boost::asio::awaitable<Probe> probe_exec(ContainerId id, std::vector<std::string> command);
  boost::asio::awaitable<Probe> probe_log(Inspection seen, std::string pattern);
  EngineCall<std::optional<std::int64_t>> newest_output(const Inspection& seen, std::string since);
  EngineCall<LogSearch> search_output(const Inspection& seen, std::string since, std::string pattern);

  /// How far a life's output was searched for what says it is ready.
  struct LogPlace {
    std::string stamp{};
    std::string pattern{};
    std::int64_t newest_ns{0};  ///< when the last output was written that was there; 0: none
    std::int64_t since_ns{0};   ///< from when on it is to be read; 0: from the beginning
    bool within_a_line{false};  ///< more of the last line is to come
    bool found{false};
  };

  boost::asio::any_io_executor executor_;
  Settings settings_;
  EngineHttp http_;
  std::optional<Engine> engine_;
  /// Our stops in flight: Docker still says "running". Shared, because a cancelled call may outlive the
  /// runtime.
  std::shared_ptr<std::set<ContainerId>> stopping_{std::make_shared<std::set<ContainerId>>()};
  std::set<ContainerId> asked_to_stop_;        ///< by us, since its last start
  std::set<ContainerId> signalled_;            ///< by anyone, since its last start
  std::map<ContainerId, std::string> stamps_;  ///< last seen, for containers that are gone when we ask
  std::map<ContainerId, LogPlace> log_places_;
  std::shared_ptr<std::set<ContainerId>> probing_{std::make_shared<std::set<ContainerId>>()};
  std::optional<System> system_;   ///< unset: not asked
  std::int64_t last_event_ns_{0};  ///< by the engine's clock; 0: none yet
};

}  // namespace understudy::daemon::runtime
