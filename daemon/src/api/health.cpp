// GET /health
#include <cmath>

#include "api/daemon_status.hpp"
#include "api/handlers.hpp"
#include "fleet/fleet.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

http::Response get_health(http::Request&, fleet::Fleet& fleet, DaemonStatus& status, Redactor& redact) {
  const auto trouble = fleet.store_trouble();
  bool well = trouble.empty();
  wire::ObjectText runtimes;
  for (const auto& name : status.runtimes) {
    const bool reachable = !fleet.state().unreachable.contains(name);
    well = well && reachable;
    runtimes.text(name, reachable ? "ok" : "unreachable");
  }
  return http::json(
      200,
      wire::ObjectText{}
          .text("status", well ? "ok" : "degraded")
          .text("version", status.version)
          .number("uptime_s", std::floor(status.uptime_s() * 1000) / 1000)
          .text("store", trouble.empty() ? "ok" : redact(trouble))
          .raw("runtimes", std::move(runtimes).done())
          .flag("tls", status.tls)
          .flag("exposed_without_tls", status.exposed_without_tls)
          .integer("log_dropped", status.log_dropped ? static_cast<std::int64_t>(status.log_dropped()) : 0)
          .flag("few_open_files", status.few_open_files)
          .done());
}

}  // namespace understudy::daemon::api
