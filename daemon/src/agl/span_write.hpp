#pragma once
#include <optional>
#include <span>

#include "fleet/turn.hpp"
#include "understudy/store/rollout_rows.hpp"

namespace understudy::daemon::agl {

inline constexpr std::size_t spans_a_turn = 500;

/// Only the operator may write spans of our own agents' rollouts.
[[nodiscard]] std::optional<fleet::Refusal> spans_refused(fleet::Turn& turn,
                                                          std::span<const store::SpanRow> spans,
                                                          bool is_operator);

}  // namespace understudy::daemon::agl
