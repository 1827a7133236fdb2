// GET /health
#include <cmath>

#include "api/daemon_status.hpp"
#include "api/handlers.hpp"
#include "api/held.hpp"
#include "api/queue_depths.hpp"
#include "fleet/fleet.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

/// The daemon is asked for its health when the disk hangs, too: then the last count serves.
constexpr std::chrono::milliseconds longest_count{250};

}  // namespace

AsyncResponse get_health(http::Request&, fleet::Fleet& fleet, ReadPool& read_pool, DaemonStatus& status,
                         QueueDepths& queues, Redactor& redact) {
  co_await queues.refresh_within(longest_count, read_pool, fleet.state().last_event_id);
  const HeldQueues held(fleet.state());
  const auto trouble = fleet.store_trouble();
  bool well = trouble.empty();
  wire::ObjectText runtimes;
  for (const auto& name : status.runtimes) {
    const bool reachable = !fleet.state().unreachable.contains(name);
    well = well && reachable;
    runtimes.text(name, reachable ? "ok" : "unreachable");
  }
  co_return http::json(
      200,
      wire::ObjectText{}
          .text("status", well ? "ok" : "degraded")
          .text("version", status.version)
          .number("uptime_s", std::floor(status.uptime_s() * 1000) / 1000)
          .text("store", trouble.empty() ? "ok" : redact(trouble))
          .raw("runtimes", runtimes.done())
          .raw(
              "held",
              wire::ObjectText{}.integer("tasks", held.tasks(queues)).integer("agents", held.agents()).done())
          .flag("tls", status.tls)
          .flag("exposed_without_tls", status.exposed_without_tls)
          .integer("log_dropped", status.log_dropped ? static_cast<std::int64_t>(status.log_dropped()) : 0)
          .flag("few_open_files", status.few_open_files)
          .flag("demo", status.demo)
          .done());
}

}  // namespace understudy::daemon::api
