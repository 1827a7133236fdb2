#pragma once
#include <tuple>

#include "api/audit.hpp"
#include "api/config_file.hpp"
#include "api/daemon_status.hpp"
#include "api/event_counts.hpp"
#include "api/handlers.hpp"
#include "api/long_answer.hpp"
#include "api/model_lists.hpp"
#include "api/offload.hpp"
#include "api/queue_depths.hpp"
#include "api/read_pool.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/gate.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "sse/hub.hpp"

namespace understudy::daemon::api {

/// The parts that handlers may name as parameters. All must outlive the router.
using Parts = std::tuple<fleet::Fleet&, ReadPool&, ConfigFile&, DaemonStatus&, EventCounts&, QueueDepths&,
                         ModelLists&, Offload&, SpillSpace&, AuditLog&, Redactor&, sse::Hub&, http::Gate&,
                         http::Metrics&, http::ConcurrencyLimiter&>;

/// Adds every REST route except the gate's (/session) and the rollout store's.
void add_routes(http::Router& router, const Parts& parts);

}  // namespace understudy::daemon::api
