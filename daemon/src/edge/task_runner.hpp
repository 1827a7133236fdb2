#pragma once
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "edge/engine_watch.hpp"
#include "fleet/effect.hpp"
#include "offload/disk.hpp"
#include "ports/runtime.hpp"
#include "understudy/failover/time.hpp"

/// One task at the runtime: begun, read as it writes, ended. What is changed in its spool is changed at the
/// disk's place of its agent.
namespace understudy::daemon::edge {

/// By the clock that is never set.
[[nodiscard]] failover::Duration uptime();

/// When a task was first asked to end: shared by who asks and who follows it.
struct EndAsked {
  std::optional<failover::Duration> at{};
};

/// Posts TaskStarted, then what follow_task() does; or TaskNotStarted.
boost::asio::awaitable<void> run_task(ports::Runtime& runtime, fleet::RunTask request, Post post,
                                      offload::Disk* disk = nullptr,
                                      std::shared_ptr<const EndAsked> end_asked = {});

/// For a task that was started before, perhaps by an earlier daemon: TaskAnswered when its provider is seen
/// to answer, TaskSilent while it does not for too long, and TaskEnded when it is over, which it is when
/// nothing of it runs any more. What cannot be looked at is looked at again.
boost::asio::awaitable<void> follow_task(ports::Runtime& runtime, fleet::FollowTask request, Post post,
                                         offload::Disk* disk = nullptr,
                                         std::shared_ptr<const EndAsked> end_asked = {});

}  // namespace understudy::daemon::edge
