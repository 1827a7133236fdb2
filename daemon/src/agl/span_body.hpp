#pragma once
#include <string>
#include <vector>

#include "agl/body.hpp"
#include "agl/fields.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Spans as their clients write and get them. Every number of an attribute keeps its text, every further
/// member of the span is kept.
namespace understudy::daemon::agl {

[[nodiscard]] store::SpanRow read_span(wire::Value value, const Loc& loc, Problems& problems);

/// `sequence_id` as it was given by the store.
[[nodiscard]] std::string span_json(const store::SpanRow& span, std::int64_t sequence_id);

}  // namespace understudy::daemon::agl
