#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "edge/engine_watch.hpp"
#include "edge/task_group.hpp"
#include "edge/task_runner.hpp"
#include "fleet/effect.hpp"
#include "offload/disk.hpp"
#include "offload/semaphore.hpp"
#include "ports/log.hpp"
#include "ports/runtime.hpp"

namespace understudy::daemon::edge {

/// Carries out what the fleet wants, one coroutine per effect, and posts the outcome.
class EdgeRunner final : public fleet::Edge {
 public:
  struct Settings {
    std::string owner;
    int parallel_starts{2};  ///< many at once make each slower
    std::chrono::milliseconds reconcile_every{30'000};
    offload::Disk* disk{nullptr};  ///< where agents' directories are waited for
  };

  EdgeRunner(boost::asio::io_context& io, Settings settings, ports::Log& log, Post post);

  /// By the runtime's own name; it must outlive this.
  void add(ports::Runtime& runtime);
  /// Posts its events and listings from now on. A second call does nothing.
  void watch(const std::string& runtime);
  [[nodiscard]] const std::set<std::string>& watched() const { return watched_; }

  void carry_out(fleet::Effect effect) override;
  /// Returns when nothing runs any more. Tasks and containers go on; a later daemon adopts them.
  boost::asio::awaitable<void> stop() { return group_.stop(); }

 private:
  /// An empty name is the host: its tasks are started as processes.
  ports::Runtime& runtime(const std::string& name) { return *runtimes_.at(name.empty() ? "process" : name); }
  /// Of an attempt that is followed from now on.
  std::shared_ptr<const EndAsked> end_of(const std::string& attempt_id);
  void note_end(const std::string& attempt_id);

  Settings settings_;
  ports::Log& log_;
  Post post_;
  offload::Semaphore starts_;
  TaskGroup group_;
  std::map<std::string, ports::Runtime*> runtimes_;
  std::set<std::string> watched_;
  std::map<std::string, std::weak_ptr<EndAsked>> ends_;  ///< by attempt, while it is followed

  friend struct CarryOutEffect;
};

}  // namespace understudy::daemon::edge
