// The append-only tables.
#include "writing.hpp"

namespace understudy::store {

std::int64_t Transaction::append_event(const EventRow& row) {
  return writing([&] {
    connection_->run("INSERT INTO event_log (ts, type, instance, summary, detail) VALUES (?, ?, ?, ?, ?)",
                     row.ts_ms, row.type, row.instance, row.summary, row.detail);
    return static_cast<std::int64_t>(connection_->db.getLastInsertRowid());
  });
}

std::int64_t Transaction::append_ledger(const LedgerRow& row) {
  return writing([&] {
    connection_->run(
        "INSERT INTO agent_provider_events (ts, agent, from_tier, to_tier, kind, reason, rollout_id, "
        "attempt_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row.ts, row.agent, row.from_tier, row.to_tier, row.kind, row.reason, row.rollout_id, row.attempt_id);
    return static_cast<std::int64_t>(connection_->db.getLastInsertRowid());
  });
}

void Transaction::append_lifecycle_event(const LifecycleRow& row) {
  write(
      "INSERT INTO lifecycle_events (id, ts, instance, type, latency_ms, idle_seconds, summary, detail) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      row.id, row.ts, row.instance, row.type, row.latency_ms, row.idle_seconds, row.summary, row.detail);
}

void Transaction::append_usage(const UsageRow& row) {
  write(
      "INSERT INTO usage (ts, type, instance, tier, provider, model, input_tokens, output_tokens, "
      "rollout_id, attempt_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.ts, row.type, row.instance, row.tier, row.provider, row.model, row.input_tokens, row.output_tokens,
      row.rollout_id, row.attempt_id);
}

std::int64_t Transaction::tokens_since(const std::string& type, const std::string& provider,
                                       const std::string& model, std::int64_t since_ms) {
  return guarded([&] {
    auto query = connection_->query(
        "SELECT coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0) FROM usage "
        "WHERE type = ? AND provider = ? AND model = ? AND ts > ?",
        type, provider, model, since_ms);
    return query.next() ? query.integer(0) : 0;
  });
}

std::optional<std::int64_t> Transaction::tokens_below_at(const std::string& type, const std::string& provider,
                                                         const std::string& model, std::int64_t window_ms,
                                                         std::int64_t threshold, std::int64_t now_ms) {
  const auto since = now_ms - window_ms;
  auto left = tokens_since(type, provider, model, since);
  if (left < threshold) return std::nullopt;
  return guarded([&]() -> std::optional<std::int64_t> {
    auto query = connection_->query(
        "SELECT ts, coalesce(input_tokens, 0) + coalesce(output_tokens, 0) FROM usage "
        "WHERE type = ? AND provider = ? AND model = ? AND ts > ? ORDER BY ts",
        type, provider, model, since);
    while (query.next()) {
      left -= query.integer(1);
      if (left < threshold) return query.integer(0) + window_ms;
    }
    return std::nullopt;
  });
}

}  // namespace understudy::store
