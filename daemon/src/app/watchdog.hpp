#pragma once
#include <boost/asio/awaitable.hpp>

#include "agl/rollout_store.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::app {

/// Until cancelled: attempts of the store's workers that take too long or say nothing for too long are judged
/// when they are due, looked for at most every `debounce_s` seconds; workers that fell silent are marked.
[[nodiscard]] boost::asio::awaitable<void> keep_watch(agl::RolloutStore& rollouts, double debounce_s,
                                                      ports::Log& log);

}  // namespace understudy::daemon::app
