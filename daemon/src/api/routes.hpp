#pragma once
#include "api/world.hpp"
#include "http/router.hpp"

namespace understudy::daemon::api {

/// Every REST route but /session, which belongs to the gate. The world must outlive the router.
void add_routes(http::Router& router, World& world);

}  // namespace understudy::daemon::api
