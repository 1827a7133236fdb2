#pragma once
#include <string>

#include "agl/fields.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Spans in clients' requests and responses. Numbers in attributes keep their text; unknown members are kept.
namespace understudy::daemon::agl {

[[nodiscard]] store::SpanRow read_span(wire::Value value, const Loc& loc, Problems& problems);

/// `sequence_id` as assigned by the store.
[[nodiscard]] std::string span_json(const store::SpanRow& span, std::int64_t sequence_id);

}  // namespace understudy::daemon::agl
