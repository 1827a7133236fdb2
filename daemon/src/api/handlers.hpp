#pragma once
#include <boost/asio/awaitable.hpp>

#include "api/world.hpp"
#include "http/types.hpp"

/// One function an endpoint; the comment names the file.
namespace understudy::daemon::api {

using Later = boost::asio::awaitable<http::Response>;

// health.cpp, metrics.cpp
http::Response get_health(World& world, http::Request& request);
Later get_metrics(World& world, http::Request& request);

// agents.cpp, models.cpp, removal.cpp
Later list_agents(World& world, http::Request& request);
Later get_agent(World& world, http::Request& request);
Later list_models(World& world, http::Request& request);
Later remove_agent(World& world, http::Request& request);

// agent_history.cpp, why.cpp
Later list_provider_events(World& world, http::Request& request);
Later get_tier_time(World& world, http::Request& request);
Later list_lifecycle_events(World& world, http::Request& request);
Later get_why(World& world, http::Request& request);

// tasks.cpp, outcomes.cpp
Later create_task(World& world, http::Request& request);
Later create_pool_task(World& world, http::Request& request);
Later report_outcome(World& world, http::Request& request);

// commands.cpp
Later reset_tier(World& world, http::Request& request);
Later pause_agent(World& world, http::Request& request);
Later unpause_agent(World& world, http::Request& request);
Later start_agent(World& world, http::Request& request);
Later stop_agent(World& world, http::Request& request);

// config.cpp
Later get_config(World& world, http::Request& request);
Later put_config(World& world, http::Request& request);
Later check_config(World& world, http::Request& request);

// usage.cpp, event_log.cpp
Later get_usage(World& world, http::Request& request);
Later list_events(World& world, http::Request& request);
Later stream_events(World& world, http::Request& request);

// tokens.cpp, audit.cpp
http::Response list_tokens(World& world, http::Request& request);
Later create_token(World& world, http::Request& request);
Later delete_token(World& world, http::Request& request);
Later list_audit(World& world, http::Request& request);

// transcript.cpp
Later get_transcript(World& world, http::Request& request);

}  // namespace understudy::daemon::api
