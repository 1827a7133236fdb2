#pragma once
#include <boost/asio/awaitable.hpp>

#include "api/world.hpp"
#include "http/types.hpp"

/// One function an endpoint; the comment names the file.
namespace understudy::daemon::api {

using AsyncResponse = boost::asio::awaitable<http::Response>;

// health.cpp, metrics.cpp
http::Response get_health(World& world, http::Request& request);
AsyncResponse get_metrics(World& world, http::Request& request);

// agents.cpp, models.cpp, removal.cpp
AsyncResponse list_agents(World& world, http::Request& request);
AsyncResponse get_agent(World& world, http::Request& request);
AsyncResponse list_models(World& world, http::Request& request);
AsyncResponse remove_agent(World& world, http::Request& request);

// agent_history.cpp, why.cpp
AsyncResponse list_provider_events(World& world, http::Request& request);
AsyncResponse get_tier_time(World& world, http::Request& request);
AsyncResponse list_lifecycle_events(World& world, http::Request& request);
AsyncResponse get_why(World& world, http::Request& request);

// tasks.cpp, outcomes.cpp
AsyncResponse create_task(World& world, http::Request& request);
AsyncResponse create_pool_task(World& world, http::Request& request);
AsyncResponse report_outcome(World& world, http::Request& request);

// commands.cpp
AsyncResponse reset_tier(World& world, http::Request& request);
AsyncResponse pause_agent(World& world, http::Request& request);
AsyncResponse unpause_agent(World& world, http::Request& request);
AsyncResponse start_agent(World& world, http::Request& request);
AsyncResponse stop_agent(World& world, http::Request& request);

// config.cpp
AsyncResponse get_config(World& world, http::Request& request);
AsyncResponse put_config(World& world, http::Request& request);
AsyncResponse check_config(World& world, http::Request& request);

// usage.cpp, event_log.cpp
AsyncResponse get_usage(World& world, http::Request& request);
AsyncResponse list_events(World& world, http::Request& request);
AsyncResponse stream_events(World& world, http::Request& request);

// tokens.cpp, audit.cpp
http::Response list_tokens(World& world, http::Request& request);
AsyncResponse create_token(World& world, http::Request& request);
AsyncResponse delete_token(World& world, http::Request& request);
AsyncResponse list_audit(World& world, http::Request& request);

// transcript.cpp
AsyncResponse get_transcript(World& world, http::Request& request);

}  // namespace understudy::daemon::api
