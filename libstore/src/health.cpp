// What the fleet knows about its providers, and the rollouts that wait for one of them.
#include "columns.hpp"
#include "understudy/store/store.hpp"
#include "writing.hpp"

namespace understudy::store {

void Transaction::put_provider_health(const ProviderHealthRow& row) {
  writing([&] {
    connection_
        ->query(
            "INSERT OR REPLACE INTO provider_health (account, scope, model, who, entry) VALUES (?, ?, ?, ?, "
            "?)")
        .bind(row.account, row.scope, row.model, row.who, row.entry)
        .run();
  });
}

void Transaction::erase_provider_health(const std::string& account, const std::string& scope,
                                        const std::string& model, const std::string& who) {
  writing([&] {
    connection_
        ->query("DELETE FROM provider_health WHERE account = ? AND scope = ? AND model = ? AND who = ?")
        .bind(account, scope, model, who)
        .run();
  });
}

void Transaction::hold_task(const std::string& rollout_id, std::int64_t not_before_ms,
                            const std::string& held) {
  writing([&] {
    connection_
        ->query(
            "UPDATE rollouts SET not_before_ms = ?, held = ? "
            "WHERE rollout_id = ? AND status IN ('queuing', 'requeuing')")
        .bind(not_before_ms, held, rollout_id)
        .run();
  });
}

int Transaction::release_held(const std::string& agent, const std::string& agent_type) {
  return writing([&] {
    connection_
        ->query(
            "UPDATE rollouts INDEXED BY rollouts_held SET not_before_ms = 0, held = NULL "
            "WHERE status IN ('queuing', 'requeuing') AND held IS NOT NULL "
            "AND (agent = ? OR (agent IS NULL AND agent_type = ?))")
        .bind(agent, agent_type)
        .run();
    return connection_->db.getChanges();
  });
}

std::vector<QueuedFor> Transaction::release_waiting(std::int64_t set_aside_ms) {
  return writing([&] {
    std::vector<QueuedFor> released;
    auto query = connection_->query(
        "UPDATE rollouts INDEXED BY rollouts_held SET not_before_ms = 0, held = NULL "
        "WHERE status IN ('queuing', 'requeuing') AND held IS NOT NULL AND not_before_ms < ? "
        "RETURNING agent, agent_type");
    query.bind(set_aside_ms);
    while (query.next()) released.push_back({query.maybe_text(0), query.maybe_text(1)});
    return released;
  });
}

void Transaction::start_give_up(const std::string& rollout_id, std::int64_t at_ms) {
  writing([&] {
    connection_->query("UPDATE rollouts SET give_up_at_ms = ? WHERE rollout_id = ? AND give_up_at_ms IS NULL")
        .bind(at_ms, rollout_id)
        .run();
  });
}

std::vector<std::string> Transaction::given_up(std::int64_t now_ms, std::int64_t limit) {
  return guarded([&] {
    std::vector<std::string> ids;
    auto query = connection_->query(
        "SELECT rollout_id FROM rollouts INDEXED BY rollouts_given_up WHERE status IN ('queuing', "
        "'requeuing') AND give_up_at_ms <= ? ORDER BY give_up_at_ms LIMIT ?");
    query.bind(now_ms, limit);
    while (query.next()) ids.push_back(query.text(0));
    return ids;
  });
}

std::optional<std::int64_t> Transaction::next_give_up_at() {
  return guarded([&] { return read_next_give_up_at(*connection_); });
}

}  // namespace understudy::store
