#pragma once
#include <tuple>

#include "agl/rollout_store.hpp"
#include "agl/waiters.hpp"
#include "api/daemon_status.hpp"
#include "api/offload.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/router.hpp"

namespace understudy::daemon::agl {

/// The parts that handlers may name as parameters. All must outlive the router.
using Parts = std::tuple<RolloutStore&, Waiters&, api::Offload&, api::SpillSpace&, api::DaemonStatus&,
                         http::ConcurrencyLimiter&>;

/// Adds the rollout store: /v1/agl for Agent-lightning's client, the unprefixed draft, and OTLP.
void add_routes(http::Router& router, const Parts& parts);

}  // namespace understudy::daemon::agl
