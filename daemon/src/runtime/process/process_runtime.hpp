#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <list>
#include <map>
#include <memory>

#include "ports/runtime.hpp"
#include "runtime/process/bounds.hpp"
#include "runtime/process/exit_watch.hpp"
#include "runtime/process/left_instance.hpp"
#include "runtime/process/record.hpp"
#include "runtime/process/sweep.hpp"

namespace understudy::daemon::offload {
class Disk;
}

namespace understudy::daemon::runtime {

using namespace ports;

/// An instance is the processes of a supervisor (the shim's `main`) on this machine. What an engine would
/// remember is in `<agent_dir>/process.json`; a new object over the same directory adopts what still runs,
/// and ends what is left of what does not. Destroying the object stops nothing.
class ProcessRuntime final : public Runtime {
 public:
  struct Settings {
    std::string agents_dir;  ///< <state_dir>/agents
    std::string shim_path;
    std::string owner{"test"};          ///< names our cgroup
    std::vector<std::string> hidden{};  ///< what no agent may read, besides `agents_dir`
    std::function<std::vector<std::string>()> also_hidden{};  ///< the same, as it is now; from any thread
    std::uint64_t open_files{0};   ///< soft limit of descriptors for what we start; 0: our own
    bool cgroups{true};            ///< false: by mark and ancestry, as where there is none
    offload::Disk* disk{nullptr};  ///< where agents' directories are waited for
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
  EngineCall<void> ping() override { return see_all(); }
  boost::asio::awaitable<void> events(EventSink sink) override;
  EngineCall<void> start_task(ContainerId id, TaskSpec task) override;
  /// With `kill` it resolves when nothing of the task is there any more.
  EngineCall<void> signal_task(ContainerId id, std::string spool_dir, TaskSignal signal) override;

  /// Kills every instance, task and probe. Resolves when nothing of ours is left, or after five seconds.
  boost::asio::awaitable<void> end_everything();
  /// How left-over processes are found, in a word for the log: "cgroup" or "mark".
  [[nodiscard]] std::string_view containment() const { return groups_ ? "cgroup" : "mark"; }

 private:
  struct Instance;

  void load();
  boost::asio::awaitable<void> load_again();
  void take_over(std::expected<std::optional<LeftInstance>, std::string> left);
  EngineCall<void> see_all();
  EngineCall<void> saved(ProcessRecord record);
  void watch(Instance& instance, Child child);
  void on_exit(const std::string& id, std::optional<int> code);
  boost::asio::awaitable<void> tell_exit(std::shared_ptr<Instance> instance, std::optional<int> code);
  void kill_leftovers();
  bool is_left_over(const std::string& run, const std::string& attempt) const;
  /// The cgroup of an attempt or of "main"; empty without one. The limits are those of the whole instance.
  [[nodiscard]] std::string group_for(const std::string& run, const std::string& part,
                                      const InstanceSpec* limited) const;
  /// The same command, confined as the instance is, by a verb of the shim that takes no words of its own.
  [[nodiscard]] Launch confined(const Launch& inner, const ProcessRecord& record,
                                const std::string& verb) const;
  [[nodiscard]] Bounds bounds() const;
  EngineResult<Launch> launch_main(const ProcessRecord& record) const;
  void emit(RuntimeEvent event);
  void own(Child child, ExitWatch::OnExit on_exit);
  boost::asio::awaitable<void> clean_up_behind(std::string run, std::string spool_dir);
  std::shared_ptr<Instance> find(const ContainerId& id) const;
  EngineCall<void> end(std::shared_ptr<Instance> instance, std::chrono::seconds grace);
  boost::asio::awaitable<Probe> probe_exec(std::shared_ptr<Instance> instance,
                                           std::vector<std::string> command);

  boost::asio::any_io_executor executor_;
  Settings settings_;
  std::string unseen_{};  ///< why some of what an earlier daemon left is not known yet
  std::string host_run_;  ///< stands for an instance in the marks of tasks on the host
  std::optional<Cgroups> groups_;
  Sweeper sweeper_;
  std::map<ContainerId, std::shared_ptr<Instance>> instances_;
  std::map<pid_t, std::unique_ptr<ExitWatch>> children_;  ///< shims and probes
  std::list<EventSink*> sinks_;
  std::shared_ptr<bool> alive_{std::make_shared<bool>(true)};
};

}  // namespace understudy::daemon::runtime
