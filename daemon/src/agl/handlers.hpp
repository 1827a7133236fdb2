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
class Router;
}  // namespace understudy::daemon::http

/// One function per endpoint of the rollout store, for both dialects; a list also serves its search, by POST.
/// The comment names the file.
namespace understudy::daemon::agl {

class RolloutStore;
class Waiters;

using AsyncResponse = boost::asio::awaitable<http::Response>;

// What most handlers use beside the request; the others are declared in full.
using Handler = AsyncResponse(http::Request&, Dialect, RolloutStore&);
using ListHandler = AsyncResponse(http::Request&, Dialect, RolloutStore&, api::SpillSpace&);
using WriteHandler = AsyncResponse(http::Request&, Dialect, RolloutStore&, api::Offload&);

// statistics.cpp
AsyncResponse get_store_health(http::Request& request, Dialect dialect);
AsyncResponse get_statistics(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::DaemonStatus& status);

// queues.cpp
WriteHandler enqueue_rollouts;
AsyncResponse dequeue_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                               Waiters& waiters, http::ConcurrencyLimiter& limiter);

// rollouts.cpp, rollout_change.cpp
AsyncResponse list_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload, api::SpillSpace& spill);
Handler get_rollout;
WriteHandler start_rollout;
WriteHandler update_rollout;

// attempts.cpp
ListHandler list_attempts;
Handler get_latest_attempt;
Handler start_attempt;
WriteHandler update_attempt;

// workers.cpp
ListHandler list_workers;
Handler get_worker;
Handler heartbeat_worker;

// resources.cpp
ListHandler list_resources;
WriteHandler add_resources;
Handler get_latest_resources;
Handler get_resources;
WriteHandler put_resources;
ListHandler list_resource_versions;

// spans.cpp
WriteHandler add_spans;
ListHandler list_spans;
Handler next_sequence;

// waits.cpp
AsyncResponse wait_for_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                                api::Offload& offload, api::SpillSpace& spill, Waiters& waiters,
                                http::ConcurrencyLimiter& limiter);

/// POST /v1/traces: OTLP over HTTP in protobuf, plain or gzip; other signals are a 501. otlp_traces.cpp
void add_otlp_routes(http::Router& router, RolloutStore& rollouts, api::Offload& offload);

}  // namespace understudy::daemon::agl
