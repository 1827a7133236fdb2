#pragma once
#include <string>

#include "config/model.hpp"
#include "understudy/container/step.hpp"

namespace understudy::daemon::fleet {

/// When a container ended by itself at its start or soon after, and its last words look like something that
/// containment forbids: which key that would be, as the end of a sentence. Else empty.
[[nodiscard]] std::string containment_hint(const config::Container& from, const container::Fact& ended);

/// Puts that into what the step tells, remembers and refuses with.
void explain_containment(const config::Container& from, container::Step& step);

}  // namespace understudy::daemon::fleet
