#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "runtime/spawn.hpp"

namespace understudy::daemon::runtime {

/// Reports once that a process has ended, child or not, kills what is left of its group and reaps it.
class ExitWatch {
 public:
  /// The code is unknown for a process that is not our child. The callback may destroy the watch.
  using OnExit = std::function<void(std::optional<int> exit_code)>;

  ExitWatch(boost::asio::any_io_executor executor, Child child, OnExit on_exit);
  ~ExitWatch();
  ExitWatch(const ExitWatch&) = delete;
  ExitWatch& operator=(const ExitWatch&) = delete;

  /// To the whole group.
  void signal(int number) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// A handle on a living process of an earlier daemon; `absent` when it is gone.
[[nodiscard]] FileResult<Child> adopt(const ProcessKey& key);

}  // namespace understudy::daemon::runtime
