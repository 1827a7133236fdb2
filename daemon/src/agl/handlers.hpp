#pragma once
#include <boost/asio/awaitable.hpp>

#include "agl/trouble.hpp"
#include "http/types.hpp"

namespace understudy::daemon::api {
class Offload;
struct DaemonStatus;
struct SpillSpace;
}  // namespace understudy::daemon::api
namespace understudy::daemon::http {
class ConcurrencyLimiter;
}

/// One function per endpoint of the rollout store, for both dialects; a list also serves its search, by POST.
/// The comment names the file.
namespace understudy::daemon::agl {

class RolloutStore;
class Waiters;

using AsyncResponse = boost::asio::awaitable<http::Response>;

// statistics.cpp
AsyncResponse get_store_health(http::Request& request, Dialect dialect);
AsyncResponse get_statistics(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::DaemonStatus& status);

// queues.cpp
AsyncResponse enqueue_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                               api::Offload& offload);
AsyncResponse dequeue_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                               Waiters& waiters, http::ConcurrencyLimiter& limiter);

// rollouts.cpp, rollout_change.cpp
AsyncResponse list_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload, api::SpillSpace& spill);
AsyncResponse get_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts);
AsyncResponse start_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload);
AsyncResponse update_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::Offload& offload);

// attempts.cpp
AsyncResponse list_attempts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::SpillSpace& spill);
AsyncResponse get_latest_attempt(http::Request& request, Dialect dialect, RolloutStore& rollouts);
AsyncResponse start_attempt(http::Request& request, Dialect dialect, RolloutStore& rollouts);
AsyncResponse update_attempt(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::Offload& offload);

// workers.cpp
AsyncResponse list_workers(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                           api::SpillSpace& spill);
AsyncResponse get_worker(http::Request& request, Dialect dialect, RolloutStore& rollouts);
AsyncResponse heartbeat_worker(http::Request& request, Dialect dialect, RolloutStore& rollouts);

// resources.cpp
AsyncResponse list_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::SpillSpace& spill);
AsyncResponse add_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload);
AsyncResponse get_latest_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts);
AsyncResponse get_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts);
AsyncResponse put_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload);
AsyncResponse list_resource_versions(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                                     api::SpillSpace& spill);

// spans.cpp
AsyncResponse add_spans(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                        api::Offload& offload);
AsyncResponse list_spans(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                         api::SpillSpace& spill);
AsyncResponse next_sequence(http::Request& request, Dialect dialect, RolloutStore& rollouts);

// waits.cpp
AsyncResponse wait_for_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                                api::Offload& offload, api::SpillSpace& spill, Waiters& waiters,
                                http::ConcurrencyLimiter& limiter);

}  // namespace understudy::daemon::agl
