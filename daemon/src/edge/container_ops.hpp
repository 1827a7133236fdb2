#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>

#include "fleet/effect.hpp"
#include "offload/semaphore.hpp"
#include "ports/runtime.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/plan.hpp"

namespace understudy::daemon::edge {

using Tell = std::function<void(container::Event)>;

/// Sends one request of the container machine to its runtime and reports the outcome.
boost::asio::awaitable<void> carry_out(ports::Runtime& runtime, offload::Semaphore& starts,
                                       fleet::CarryOut request, Tell tell);

/// A snapshot in the machine's words; with the log's tail when it has exited.
boost::asio::awaitable<container::Sighting> sighting(ports::Runtime& runtime, ports::Snapshot snapshot,
                                                     bool with_log);

}  // namespace understudy::daemon::edge
