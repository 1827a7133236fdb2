// What the fleet knows about its providers, and the rollouts that wait for one of them.
#include "columns.hpp"
#include "understudy/store/store.hpp"
#include "writing.hpp"

namespace understudy::store {

void Transaction::put_provider_health(const ProviderHealthRow& row) {
  write("INSERT OR REPLACE INTO provider_health (account, scope, model, who, entry) VALUES (?, ?, ?, ?, ?)",
        row.account, row.scope, row.model, row.who, row.entry);
}

void Transaction::erase_provider_health(const std::string& account, const std::string& scope,
                                        const std::string& model, const std::string& who) {
  write("DELETE FROM provider_health WHERE account = ? AND scope = ? AND model = ? AND who = ?", account,
        scope, model, who);
}

void Transaction::hold_task(const std::string& rollout_id, std::int64_t not_before_ms,
                            const std::string& held) {
  write(
      "UPDATE rollouts SET not_before_ms = ?, held = ? "
      "WHERE rollout_id = ? AND status IN ('queuing', 'requeuing')",
      not_before_ms, held, rollout_id);
}

int Transaction::release_held(const std::string& agent, const std::string& agent_type) {
  return writing([&] {
    connection_->run(
        "UPDATE rollouts INDEXED BY rollouts_held SET not_before_ms = 0, held = NULL "
        "WHERE status IN ('queuing', 'requeuing') AND held IS NOT NULL "
        "AND (agent = ? OR (agent IS NULL AND agent_type = ?))",
        agent, agent_type);
    return connection_->db.getChanges();
  });
}

std::vector<QueuedFor> Transaction::release_waiting(std::int64_t set_aside_ms) {
  return writing([&] {
    auto query = connection_->query(
        "UPDATE rollouts INDEXED BY rollouts_held SET not_before_ms = 0, held = NULL "
        "WHERE status IN ('queuing', 'requeuing') AND held IS NOT NULL AND not_before_ms < ? "
        "RETURNING agent, agent_type",
        set_aside_ms);
    return query.all([](const Query& row) { return QueuedFor{row.maybe_text(0), row.maybe_text(1)}; });
  });
}

void Transaction::start_give_up(const std::string& rollout_id, std::int64_t at_ms) {
  write("UPDATE rollouts SET give_up_at_ms = ? WHERE rollout_id = ? AND give_up_at_ms IS NULL", at_ms,
        rollout_id);
}

std::vector<std::string> Transaction::given_up(std::int64_t now_ms, std::int64_t limit) {
  return guarded([&] {
    auto query = connection_->query(
        "SELECT rollout_id FROM rollouts INDEXED BY rollouts_given_up WHERE status IN ('queuing', "
        "'requeuing') AND give_up_at_ms <= ? ORDER BY give_up_at_ms LIMIT ?",
        now_ms, limit);
    return query.all([](const Query& row) { return row.text(0); });
  });
}

std::optional<std::int64_t> Transaction::next_give_up_at() {
  return guarded([&] { return read_next_give_up_at(*connection_); });
}

}  // namespace understudy::store
