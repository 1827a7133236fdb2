#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "http/types.hpp"

namespace understudy::daemon::fleet {
class Fleet;
}
namespace understudy::daemon::http {
class Gate;
class Metrics;
class ConcurrencyLimiter;
}  // namespace understudy::daemon::http
namespace understudy::daemon::sse {
class Hub;
}

/// One function per endpoint, with the parts it uses as parameters; the comment names the file.
namespace understudy::daemon::api {

struct AuditLog;
struct ConfigFile;
struct DaemonStatus;
class EventCounts;
class ReadPool;
class ModelLists;
class Offload;
class QueueDepths;
struct SpillSpace;
using Redactor = std::function<std::string(std::string_view)>;  ///< takes secrets out of a text

using AsyncResponse = boost::asio::awaitable<http::Response>;

// health.cpp, metrics.cpp, openapi.cpp
AsyncResponse get_health(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                         DaemonStatus& status, QueueDepths& queues, Redactor& redact);
AsyncResponse get_metrics(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                          DaemonStatus& status, QueueDepths& queues, EventCounts& events, http::Metrics& http,
                          sse::Hub& hub);
http::Response get_openapi(http::Request& request);

// agents.cpp, models.cpp, removal.cpp
AsyncResponse list_agents(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                          QueueDepths& queues);
AsyncResponse get_agent(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                        QueueDepths& queues);
AsyncResponse list_models(http::Request& request, fleet::Fleet& fleet, ModelLists& models,
                          http::ConcurrencyLimiter& limiter, Redactor& redact);
AsyncResponse remove_agent(http::Request& request, fleet::Fleet& fleet, ConfigFile& config_file);

// agent_history.cpp, why.cpp
AsyncResponse list_provider_events(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool);
AsyncResponse get_tier_time(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool);
AsyncResponse list_lifecycle_events(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool);
AsyncResponse get_why(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool, QueueDepths& queues,
                      Redactor& redact);

// tasks.cpp, outcomes.cpp
AsyncResponse create_task(http::Request& request, fleet::Fleet& fleet, Offload& offload);
AsyncResponse create_pool_task(http::Request& request, fleet::Fleet& fleet, Offload& offload);
AsyncResponse report_outcome(http::Request& request, fleet::Fleet& fleet, Offload& offload);

// providers.cpp
AsyncResponse list_providers(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                             Redactor& redact);
AsyncResponse try_provider(http::Request& request, fleet::Fleet& fleet);
AsyncResponse reset_provider(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                             Redactor& redact);

// commands.cpp
AsyncResponse reset_tier(http::Request& request, fleet::Fleet& fleet);
AsyncResponse pause_agent(http::Request& request, fleet::Fleet& fleet);
AsyncResponse unpause_agent(http::Request& request, fleet::Fleet& fleet);
AsyncResponse start_agent(http::Request& request, fleet::Fleet& fleet);
AsyncResponse stop_agent(http::Request& request, fleet::Fleet& fleet);

// config.cpp
AsyncResponse get_config(http::Request& request, ConfigFile& config_file);
AsyncResponse put_config(http::Request& request, fleet::Fleet& fleet, ConfigFile& config_file,
                         Offload& offload);
AsyncResponse check_config(http::Request& request, ConfigFile& config_file, Offload& offload);

// usage.cpp, event_log.cpp
AsyncResponse get_usage(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool);
AsyncResponse list_events(http::Request& request, ReadPool& read_pool, SpillSpace& spill);
AsyncResponse stream_events(http::Request& request, ReadPool& read_pool, sse::Hub& hub, http::Gate& gate,
                            http::ConcurrencyLimiter& limiter);

// tokens.cpp, audit.cpp
http::Response list_tokens(http::Request& request, http::Gate& gate);
AsyncResponse create_token(http::Request& request, fleet::Fleet& fleet, http::Gate& gate);
AsyncResponse delete_token(http::Request& request, fleet::Fleet& fleet, http::Gate& gate);
AsyncResponse list_audit(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool, AuditLog& audit);

// transcript.cpp
AsyncResponse get_transcript(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool);

}  // namespace understudy::daemon::api
