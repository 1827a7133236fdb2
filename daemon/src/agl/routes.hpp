#pragma once
#include "api/world.hpp"
#include "http/router.hpp"

namespace understudy::daemon::agl {

/// The rollout store: /v1/agl as Agent-lightning's client speaks to it, the unprefixed draft, and OTLP. Those
/// who wait hear of what the hub publishes from now on. The world must outlive router and hub.
void add_routes(http::Router& router, api::World& world);

}  // namespace understudy::daemon::agl
