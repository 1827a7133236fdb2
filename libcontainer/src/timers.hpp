#pragma once
#include <functional>

#include "understudy/container/explain.hpp"
#include "understudy/container/policy.hpp"
#include "understudy/container/state.hpp"

namespace understudy::container {

/// Idle for the whole window and up for long enough; the other guards are about who needs the instance.
[[nodiscard]] bool idle_window_over(const Policy& policy, const Instance& instance, Steady now);

/// Every timer that is running.
void for_each_timer(const Policy& policy, const Instance& instance,
                    const std::function<void(const Timer&)>& see);

}  // namespace understudy::container
