#pragma once
#include <boost/asio/awaitable.hpp>

#include "edge/engine_watch.hpp"
#include "fleet/effect.hpp"
#include "offload/disk.hpp"
#include "ports/runtime.hpp"

/// One task at the runtime: begun, read as it writes, ended. What is changed in its spool is changed at the
/// disk's place of its agent.
namespace understudy::daemon::edge {

/// Posts TaskStarted and, in the end, TaskEnded; or TaskNotStarted.
boost::asio::awaitable<void> run_task(ports::Runtime& runtime, fleet::RunTask request, Post post,
                                      offload::Disk* disk = nullptr);

/// For a task that was started before, perhaps by an earlier daemon: TaskEnded when it is over, which it is
/// when nothing of it runs any more. What cannot be looked at is looked at again.
boost::asio::awaitable<void> follow_task(ports::Runtime& runtime, fleet::FollowTask request, Post post,
                                         offload::Disk* disk = nullptr);

}  // namespace understudy::daemon::edge
