#pragma once
#include <tuple>

#include "api/audit.hpp"
#include "api/config_file.hpp"
#include "api/daemon_status.hpp"
#include "api/event_counts.hpp"
#include "api/handlers.hpp"
#include "api/library.hpp"
#include "api/long_answer.hpp"
#include "api/model_lists.hpp"
#include "api/offload.hpp"
#include "api/queue_depths.hpp"
#include "http/gate.hpp"
#include "http/metrics.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/router.hpp"
#include "sse/hub.hpp"

namespace understudy::daemon::api {

/// What the handlers use; each names its own as parameters. All of it must outlive the router.
using Parts = std::tuple<fleet::Fleet&, Library&, ConfigFile&, DaemonStatus&, EventCounts&, QueueDepths&,
                         ModelLists&, Offload&, SpillSpace&, AuditLog&, Redactor&, sse::Hub&, http::Gate&,
                         http::Metrics&, http::ConcurrencyLimiter&>;

/// Every REST route but those of the gate (/session) and of the rollout store.
void add_routes(http::Router& router, const Parts& parts);

}  // namespace understudy::daemon::api
