#pragma once
#include "agl/rollout_store.hpp"
#include "api/offload.hpp"
#include "http/router.hpp"

namespace understudy::daemon::agl {

/// POST /v1/traces: OTLP over HTTP in protobuf, plain or gzip; other signals are a 501.
void add_otlp_routes(http::Router& router, RolloutStore& rollouts, api::Offload& offload);

}  // namespace understudy::daemon::agl
