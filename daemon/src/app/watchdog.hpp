#pragma once
#include <boost/asio/awaitable.hpp>

#include "agl/rollout_store.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::app {

/// Until cancelled: judges overdue attempts of the store's workers, at most every `debounce_s` seconds, and
/// marks workers without heartbeats as stale.
[[nodiscard]] boost::asio::awaitable<void> keep_watch(agl::RolloutStore& rollouts, double debounce_s,
                                                      ports::Log& log);

}  // namespace understudy::daemon::app
