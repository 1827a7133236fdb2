#pragma once
#include <boost/asio/awaitable.hpp>

#include "agl/trouble.hpp"
#include "api/world.hpp"
#include "http/types.hpp"

/// The rollout store's calls, one function each, in both dialects; the comment names the file.
namespace understudy::daemon::agl {

using Later = boost::asio::awaitable<http::Response>;

// statistics.cpp
Later get_store_health(api::World& world, http::Request& request, Dialect dialect);
Later get_statistics(api::World& world, http::Request& request, Dialect dialect);

// queues.cpp
Later enqueue_rollouts(api::World& world, http::Request& request, Dialect dialect);
Later dequeue_rollouts(api::World& world, http::Request& request, Dialect dialect);

// rollouts.cpp, rollout_change.cpp
Later list_rollouts(api::World& world, http::Request& request, Dialect dialect);
Later search_rollouts(api::World& world, http::Request& request, Dialect dialect);
Later get_rollout(api::World& world, http::Request& request, Dialect dialect);
Later start_rollout(api::World& world, http::Request& request, Dialect dialect);
Later update_rollout(api::World& world, http::Request& request, Dialect dialect);

// attempts.cpp
Later list_attempts(api::World& world, http::Request& request, Dialect dialect);
Later search_attempts(api::World& world, http::Request& request, Dialect dialect);
Later get_latest_attempt(api::World& world, http::Request& request, Dialect dialect);
Later start_attempt(api::World& world, http::Request& request, Dialect dialect);
Later update_attempt(api::World& world, http::Request& request, Dialect dialect);

// workers.cpp
Later list_workers(api::World& world, http::Request& request, Dialect dialect);
Later search_workers(api::World& world, http::Request& request, Dialect dialect);
Later get_worker(api::World& world, http::Request& request, Dialect dialect);
Later heartbeat_worker(api::World& world, http::Request& request, Dialect dialect);

// resources.cpp
Later list_resources(api::World& world, http::Request& request, Dialect dialect);
Later add_resources(api::World& world, http::Request& request, Dialect dialect);
Later get_latest_resources(api::World& world, http::Request& request, Dialect dialect);
Later get_resources(api::World& world, http::Request& request, Dialect dialect);
Later put_resources(api::World& world, http::Request& request, Dialect dialect);
Later list_resource_versions(api::World& world, http::Request& request, Dialect dialect);

// spans.cpp
Later add_spans(api::World& world, http::Request& request, Dialect dialect);
Later list_spans(api::World& world, http::Request& request, Dialect dialect);
Later search_spans(api::World& world, http::Request& request, Dialect dialect);
Later next_sequence(api::World& world, http::Request& request, Dialect dialect);

// waits.cpp
Later wait_for_rollouts(api::World& world, http::Request& request, Dialect dialect);

}  // namespace understudy::daemon::agl
