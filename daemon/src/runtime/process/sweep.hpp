#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/process/cgroups.hpp"

namespace understudy::daemon::runtime {

/// Kills what is left of a run or of one attempt of it: by cgroup where there is one, and by the mark.
/// Sweeps that are wanted at the same time share their passes over all processes.
class Sweeper {
 public:
  Sweeper(boost::asio::any_io_executor executor, std::optional<Cgroups> groups);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  /// Tells true when nothing is left, or false after five seconds: a process stuck in the kernel may not die,
  /// and what could not be looked at may be there. An empty attempt is the whole run.
  void sweep(std::string run, std::string attempt, std::function<void(bool gone)> done);
  boost::asio::awaitable<bool> swept(std::string run, std::string attempt);
  /// Resolves when no sweep of that run is going on.
  boost::asio::awaitable<void> settled(std::string run);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace understudy::daemon::runtime
