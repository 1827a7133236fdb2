#pragma once
#include <tuple>

#include "agl/rollout_store.hpp"
#include "agl/waiters.hpp"
#include "api/daemon_status.hpp"
#include "api/offload.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/router.hpp"

namespace understudy::daemon::agl {

/// What the handlers use; each names its own as parameters. All of it must outlive the router.
using Parts =
    std::tuple<RolloutStore&, Waiters&, api::Offload&, api::SpillSpace&, api::DaemonStatus&, http::ConcurrencyLimiter&>;

/// The rollout store: /v1/agl as Agent-lightning's client speaks to it, the unprefixed draft, and OTLP.
void add_routes(http::Router& router, const Parts& parts);

}  // namespace understudy::daemon::agl
