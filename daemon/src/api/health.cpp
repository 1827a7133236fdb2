// GET /health
#include <cmath>

#include "api/handlers.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

http::Response get_health(World& world, http::Request&) {
  const auto trouble = world.fleet.store_trouble();
  bool well = trouble.empty();
  wire::ObjectText runtimes;
  for (const auto& name : world.runtimes) {
    const bool reachable = !world.fleet.state().unreachable.contains(name);
    well = well && reachable;
    runtimes.text(name, reachable ? "ok" : "unreachable");
  }
  const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - world.started;
  return http::json(
      200, wire::ObjectText{}
               .text("status", well ? "ok" : "degraded")
               .text("version", world.version)
               .number("uptime_s", std::floor(uptime.count() * 1000) / 1000)
               .text("store", trouble.empty() ? "ok" : world.redact(trouble))
               .raw("runtimes", std::move(runtimes).done())
               .flag("tls", world.tls)
               .flag("exposed_without_tls", world.exposed_without_tls)
               .integer("log_dropped", world.log_dropped ? static_cast<std::int64_t>(world.log_dropped()) : 0)
               .flag("few_open_files", world.few_open_files)
               .done());
}

}  // namespace understudy::daemon::api
