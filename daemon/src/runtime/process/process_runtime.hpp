#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <list>
#include <map>
#include <memory>

#include "ports/runtime.hpp"
#include "runtime/process/exit_watch.hpp"
#include "runtime/process/record.hpp"

namespace understudy::daemon {

/// An instance is a process group on this machine. What an engine would remember is in
/// `<agent_dir>/process.json`; a new object over the same directory adopts what still runs. Destroying the
/// object stops nothing.
class ProcessRuntime final : public Runtime {
 public:
  struct Settings {
    std::string agents_dir;  ///< <state_dir>/agents
    std::string shim_path;
  };

  ProcessRuntime(boost::asio::any_io_executor executor, Settings settings);
  ~ProcessRuntime() override;

  [[nodiscard]] std::string name() const override { return "process"; }
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
  struct Instance;

  void load();
  void watch(Instance& instance, Child child);
  void on_exit(const std::string& id, std::optional<int> code);
  void emit(RuntimeEvent event);
  void own(Child child, ExitWatch::OnExit on_exit);
  std::shared_ptr<Instance> find(const ContainerId& id) const;
  EngineCall<void> end(std::shared_ptr<Instance> instance, std::chrono::seconds grace);
  boost::asio::awaitable<Probe> probe_exec(std::shared_ptr<Instance> instance,
                                           std::vector<std::string> command);

  boost::asio::any_io_executor executor_;
  Settings settings_;
  std::map<ContainerId, std::shared_ptr<Instance>> instances_;
  std::map<pid_t, std::unique_ptr<ExitWatch>> children_;  ///< shims and probes
  std::list<EventSink*> sinks_;
  std::shared_ptr<bool> alive_{std::make_shared<bool>(true)};
};

}  // namespace understudy::daemon
