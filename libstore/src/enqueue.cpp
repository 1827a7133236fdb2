// Rollouts that come in, and go out to whoever asks for work.
#include "guarded.hpp"
#include "rollouts.hpp"
#include "rows.hpp"

namespace understudy::store {

namespace {

/// As its client gets it: what was left open is decided.
NewRollout settled(Connection& connection, const NewRollout& rollout) {
  auto settled = rollout;
  if (!rollout.agent && !rollout.agent_type) {
    auto binding = binding_of(connection, rollout.metadata);
    settled.agent = std::move(binding.agent);
    settled.agent_type = std::move(binding.agent_type);
  }
  if (!rollout.resources_id) {
    auto query = connection.query("SELECT resources_id FROM resources ORDER BY place DESC LIMIT 1");
    if (query.next()) settled.resources_id = query.text(0);
  }
  return settled;
}

Attempted read_back(Connection& connection, AttemptRow attempt) {
  auto rollout = find_rollout(connection, attempt.rollout_id);
  return {std::move(rollout).value_or(RolloutRow{}), std::move(attempt)};
}

}  // namespace

RolloutRow Transaction::enqueue(const NewRollout& rollout) {
  return writing([&] {
    static_cast<void>(insert(*connection_, settled(*connection_, rollout), RolloutStatus::queuing));
    return find_rollout(*connection_, rollout.rollout_id).value_or(RolloutRow{});
  });
}

Attempted Transaction::start_rollout(const NewRollout& rollout, const std::string& attempt_id,
                                     const std::optional<std::string>& worker_id) {
  return writing([&] {
    const auto number = insert(*connection_, settled(*connection_, rollout), RolloutStatus::preparing);
    auto attempt = begin_attempt(*connection_, look_up(*connection_, number).value_or(Rollout{}), attempt_id,
                                 worker_id, rollout.start_time);
    if (worker_id) follow(*connection_, *worker_id, attempt, Dequeued::no, rollout.start_time);
    return read_back(*connection_, std::move(attempt));
  });
}

std::expected<Attempted, Refusal> Transaction::start_attempt(const std::string& rollout_id,
                                                             const std::string& attempt_id,
                                                             const std::optional<std::string>& worker_id,
                                                             double now) {
  return writing([&]() -> std::expected<Attempted, Refusal> {
    const auto rollout = look_up(*connection_, rollout_id);
    if (!rollout) return std::unexpected(Refusal::no_rollout);
    if (!accepts_attempt(rollout->status)) return std::unexpected(Refusal::cancelled);
    auto attempt = begin_attempt(*connection_, *rollout, attempt_id, worker_id, now);
    if (worker_id) follow(*connection_, *worker_id, attempt, Dequeued::no, now);
    return read_back(*connection_, std::move(attempt));
  });
}

std::vector<Attempted> Transaction::dequeue(const Dequeue& wanted, double now) {
  if (wanted.limit <= 0) return {};
  return writing([&] {
    std::vector<Attempted> taken;
    while (static_cast<std::int64_t>(taken.size()) < wanted.limit) {
      std::optional<std::int64_t> number;
      {
        auto first = connection_->query(
            "SELECT number FROM rollouts INDEXED BY rollouts_pooled WHERE status IN ('queuing', 'requeuing') "
            "AND agent IS NULL AND agent_type IS NULL ORDER BY queue_position LIMIT 1");
        if (first.next()) number = first.integer(0);
      }
      const auto rollout = number ? look_up(*connection_, *number) : std::nullopt;
      if (!rollout) break;
      taken.push_back(read_back(*connection_, begin_attempt(*connection_, *rollout, wanted.new_attempt_id(),
                                                            wanted.worker_id, now)));
    }
    if (!wanted.worker_id) return taken;
    if (taken.empty())
      rest(*connection_, *wanted.worker_id, now);
    else
      follow(*connection_, *wanted.worker_id, *taken.back().attempt, Dequeued::yes, now);
    return taken;
  });
}

}  // namespace understudy::store
