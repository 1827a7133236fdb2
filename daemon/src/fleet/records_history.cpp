#include "fleet/records.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

store::LedgerRow ledger_row(const std::string& agent, std::int64_t ts, const failover::LedgerEntry& entry,
                            const std::string& rollout_id, const std::string& attempt_id) {
  store::LedgerRow row{.ts = ts,
                       .agent = agent,
                       .from_tier = entry.from_tier,
                       .to_tier = entry.to_tier,
                       .kind = std::string(failover::to_string(entry.kind)),
                       .reason = entry.reason};
  if (!rollout_id.empty()) row.rollout_id = rollout_id;
  if (!attempt_id.empty()) row.attempt_id = attempt_id;
  return row;
}

std::string ledger_json(const store::LedgerRow& row) {
  return wire::ObjectText{}
      .integer("id", row.id)
      .integer("ts", row.ts)
      .text("agent", row.agent)
      .integer("from_tier", row.from_tier)
      .integer("to_tier", row.to_tier)
      .text("kind", row.kind)
      .text("reason", row.reason)
      .text_or_null("rollout_id", row.rollout_id)
      .text_or_null("attempt_id", row.attempt_id)
      .done();
}

std::string fact_detail(const container::Fact& fact) {
  wire::ObjectText json;
  if (fact.latency)
    json.integer("latency_ms", fact.latency->total.count())
        .integer("queued_ms", fact.latency->queued.count())
        .integer("create_ms", fact.latency->create.count())
        .integer("start_ms", fact.latency->start.count())
        .integer("probe_ms", fact.latency->probe.count());
  if (fact.idle) json.number("idle_seconds", static_cast<double>(fact.idle->count()) / 1000.0);
  if (const auto reason = container::to_string(fact.reason); !reason.empty()) json.text("reason", reason);
  const bool failure = fact.type == container::FactType::lazy_start_failed ||
                       fact.type == container::FactType::lazy_stop_failed ||
                       fact.type == container::FactType::start_failed ||
                       fact.type == container::FactType::crashed;
  if (failure || !fact.error.empty()) json.text("error", fact.error);
  if (fact.kind) json.text("kind", container::to_string(*fact.kind));
  if (fact.exit_code) json.integer("exit_code", *fact.exit_code);
  if (fact.oom) json.flag("oom", true);
  if (failure || !fact.log_tail.empty()) json.text("log_tail", fact.log_tail);
  if (fact.uptime) json.number("uptime_s", static_cast<double>(fact.uptime->count()) / 1000.0);
  if (fact.attempt > 0) json.integer("attempt", fact.attempt);
  if (fact.callers > 0) json.integer("waiters", fact.callers);
  if (fact.next_retry_at) json.integer("next_retry_at", fact.next_retry_at->time_since_epoch().count());
  if (fact.from_generation != 0) json.integer("from_generation", fact.from_generation);
  json.integer("generation", fact.generation);
  if (!fact.incarnation.container_id.empty()) json.text("container_id", fact.incarnation.container_id);
  json.text("state_from", container::to_string(fact.from)).text("state_to", container::to_string(fact.to));
  return std::move(json).done();
}

store::LifecycleRow lifecycle_row(std::int64_t id, const std::string& instance, std::int64_t ts,
                                  const container::Fact& fact, std::string summary, std::string detail) {
  store::LifecycleRow row{.id = id,
                          .ts = ts,
                          .instance = instance,
                          .type = std::string(container::to_string(fact.type)),
                          .summary = std::move(summary),
                          .detail = std::move(detail)};
  if (fact.latency) row.latency_ms = fact.latency->total.count();
  if (fact.idle) row.idle_seconds = std::chrono::duration_cast<std::chrono::seconds>(*fact.idle).count();
  return row;
}

}  // namespace understudy::daemon::fleet
