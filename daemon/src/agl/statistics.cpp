// GET health, GET statistics

#include "agl/handlers.hpp"
#include "agl/rollout_store.hpp"
#include "api/daemon_status.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

AsyncResponse get_store_health(http::Request&, Dialect) {
  co_return http::json(200, R"({"status":"ok"})");
}

AsyncResponse get_statistics(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::DaemonStatus& daemon) {
  const double hour_ago = rollouts.now_s() - 3600;
  const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - daemon.started;
  auto query = [uptime = uptime.count(), hour_ago](store::Reader& reader) -> Result<std::string> {
    const auto counted = reader.statistics();
    auto ended = reader.ended_since(hour_ago);
    wire::ObjectText last_hour;
    using enum store::RolloutStatus;
    for (const auto status : {cancelled, failed, succeeded})
      last_hour.integer(to_string(status), ended[status]);
    wire::ObjectText by_status;
    for (const auto& [status, count] : counted.rollouts_by_status)
      by_status.integer(to_string(status), count);
    return wire::ObjectText{}
        .text("name", "UnderstudyStore")
        .integer("total_rollouts", counted.total_rollouts)
        .integer("total_attempts", counted.total_attempts)
        .integer("total_spans", counted.total_spans)
        .integer("total_resources", counted.total_resources)
        .integer("total_workers", counted.total_workers)
        .raw("uptime", wire::float_text(uptime))
        .raw("rollouts_by_status", std::move(by_status).done())
        .integer("queued", counted.queued)
        .float_or_null("oldest_queued_at", counted.oldest_queued_at)
        .raw("last_hour", std::move(last_hour).done())
        .done();
  };
  return rollouts.answer(request, std::move(query), dialect);
}

}  // namespace understudy::daemon::agl
