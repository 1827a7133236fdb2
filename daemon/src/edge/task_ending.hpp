#pragma once
#include <boost/asio/awaitable.hpp>

#include "edge/engine_watch.hpp"
#include "fleet/effect.hpp"
#include "ports/runtime.hpp"

namespace understudy::daemon::edge {

/// Asks a task to end, once, and posts TaskSignalled. The end itself is reported by follow_task().
boost::asio::awaitable<void> end_task(ports::Runtime& runtime, fleet::EndTask request, Post post);

}  // namespace understudy::daemon::edge
