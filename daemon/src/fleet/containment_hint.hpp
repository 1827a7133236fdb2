#pragma once
#include <string>

#include "config/model.hpp"
#include "understudy/container/step.hpp"

namespace understudy::daemon::fleet {

/// The configuration key that probably stopped a container which ended by itself at or soon after its start,
/// by its log: the end of a sentence. Empty when the log does not look like containment.
[[nodiscard]] std::string containment_hint(const config::Container& from, const container::Fact& ended);

/// Appends the hint to the step's errors and refusals.
void explain_containment(const config::Container& from, container::Step& step);

}  // namespace understudy::daemon::fleet
