#pragma once
#include <boost/asio/awaitable.hpp>

#include "agl/trouble.hpp"
#include "api/world.hpp"
#include "http/types.hpp"

/// The rollout store's calls, one function each, in both dialects; the comment names the file.
namespace understudy::daemon::agl {

using AsyncResponse = boost::asio::awaitable<http::Response>;

// statistics.cpp
AsyncResponse get_store_health(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse get_statistics(api::World& world, http::Request& request, Dialect dialect);

// queues.cpp
AsyncResponse enqueue_rollouts(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse dequeue_rollouts(api::World& world, http::Request& request, Dialect dialect);

// rollouts.cpp, rollout_change.cpp
AsyncResponse list_rollouts(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse search_rollouts(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse get_rollout(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse start_rollout(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse update_rollout(api::World& world, http::Request& request, Dialect dialect);

// attempts.cpp
AsyncResponse list_attempts(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse search_attempts(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse get_latest_attempt(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse start_attempt(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse update_attempt(api::World& world, http::Request& request, Dialect dialect);

// workers.cpp
AsyncResponse list_workers(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse search_workers(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse get_worker(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse heartbeat_worker(api::World& world, http::Request& request, Dialect dialect);

// resources.cpp
AsyncResponse list_resources(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse add_resources(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse get_latest_resources(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse get_resources(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse put_resources(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse list_resource_versions(api::World& world, http::Request& request, Dialect dialect);

// spans.cpp
AsyncResponse add_spans(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse list_spans(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse search_spans(api::World& world, http::Request& request, Dialect dialect);
AsyncResponse next_sequence(api::World& world, http::Request& request, Dialect dialect);

// waits.cpp
AsyncResponse wait_for_rollouts(api::World& world, http::Request& request, Dialect dialect);

}  // namespace understudy::daemon::agl
