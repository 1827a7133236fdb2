#include "rollout_filter.hpp"

#include <algorithm>

namespace understudy::store {

RolloutFilter::RolloutFilter(const RolloutQuery& query) : any_of_(query.logic == Logic::any_of) {
  for (const auto status : query.status_in.value_or(
           std::vector<RolloutStatus>(all_rollout_statuses.begin(), all_rollout_statuses.end())))
    statuses_.emplace_back(to_string(status));
  std::ranges::sort(statuses_);
  statuses_.erase(std::ranges::unique(statuses_).begin(), statuses_.end());
  if (query.status_in) {
    Condition by{.test = Clause{}.add("r.status IN (").add(listed(statuses_)).add(")"), .cost = 4};
    by.source.add("SELECT number FROM rollouts INDEXED BY rollouts_by_status WHERE status IN (")
        .add(listed(statuses_))
        .add(")");
    conditions_.push_back(std::move(by));
  }
  if (query.mode_in) {
    any_mode_ = false;
    mode_in_ = *query.mode_in;
    modes_.push_back(Clause{}.add("r.mode IN (").add(listed(mode_in_)).add(")"));
    Condition by{.test = modes_.back(), .cost = 5};
    by.source.add("SELECT number FROM rollouts INDEXED BY rollouts_by_mode WHERE mode IN (")
        .add(listed(mode_in_))
        .add(")");
    conditions_.push_back(std::move(by));
  }
  by_status_ = !any_of_ || conditions_.size() < 2;
  if (query.rollout_id_in) {
    const auto ids = json_array(*query.rollout_id_in);
    Condition by{.test = Clause{}.add("r.rollout_id IN (SELECT value FROM json_each(?))", ids), .cost = 1};
    by.source.add("SELECT number FROM rollouts WHERE rollout_id IN (SELECT value FROM json_each(?))", ids);
    conditions_.push_back(std::move(by));
    by_status_ = false;
  }
  for (const auto& [key, value] : query.metadata) {
    Condition by{.cost = 2};
    by.test.add(
        "EXISTS (SELECT 1 FROM rollout_metadata m WHERE m.key = ? AND m.value = substr(?, 1, 200) AND "
        "m.number = r.number)",
        key, value);
    if (query.metadata_of_managed || key == "agent" || key == "agent_type") {
      by.source.add("SELECT number FROM rollout_metadata WHERE key = ? AND value = substr(?, 1, 200)", key,
                    value);
    } else {
      by.test.add(" AND r.agent IS NULL AND r.agent_type IS NULL");
      by.source.add(
          "SELECT m.number FROM rollout_metadata m JOIN rollouts r ON r.number = m.number WHERE m.key = ? "
          "AND "
          "m.value = substr(?, 1, 200) AND r.agent IS NULL AND r.agent_type IS NULL",
          key, value);
    }
    conditions_.push_back(std::move(by));
    by_status_ = false;
  }
  if (query.rollout_id_contains) {
    const auto& part = *query.rollout_id_contains;
    Condition by{.test = Clause{}.add("instr(r.rollout_id, ?) > 0", part), .cost = 3};
    by.source.add("SELECT number FROM rollouts WHERE instr(rollout_id, ?) > 0", part);
    slow_ = conditions_.size();
    conditions_.push_back(std::move(by));
    by_status_ = false;
  }
  if (query.since) window_.push_back(Clause{}.add("r.start_time >= ?", *query.since));
  if (query.until) window_.push_back(Clause{}.add("r.start_time < ?", *query.until));
}

void RolloutFilter::begin_after(const RolloutCursor& place, bool descending) {
  const auto [start_time, number] = place;
  window_.push_back(Clause{}.add(descending ? "r.start_time <= ?" : "r.start_time >= ?", start_time));
  window_.push_back(Clause{}.add("(r.start_time <> ? OR r.number > ?)", start_time, number));
}

/// Metadata that most have are no way to find those of a rare status. They are counted no further than that.
void RolloutFilter::weigh(Connection& connection) {
  const auto fewest = std::ranges::min_element(conditions_, {}, &Condition::cost);
  if (any_of_ || slow_ || fewest == conditions_.end() || fewest->cost != 2) return;
  const bool asked = !any_mode_ || statuses_.size() != all_rollout_statuses.size();
  if (!asked) return;
  const auto most = counted(connection) / 4;
  const auto select = Clause{}.add("SELECT count(*) FROM (").add(fewest->source).add(" LIMIT ?)", most + 1);
  status_first_ = count_of(connection, select) > most;
  if (status_first_)
    for (auto& condition : conditions_)
      if (condition.cost == 2) condition.cost = 6;
}

void RolloutFilter::narrow(Connection& connection, std::int64_t few) {
  weigh(connection);
  if (!slow_) return;
  auto& condition = conditions_[*slow_];
  const bool found_otherwise =
      !any_of_ && std::ranges::min(conditions_, {}, &Condition::cost).cost < condition.cost;
  if (found_otherwise) return;
  Statement asked(connection, Clause{}.add(condition.source).add(" LIMIT ?", few + 1));
  std::string numbers = "[";
  std::int64_t found = 0;
  while (asked->next() && ++found <= few)
    numbers.append(found > 1 ? "," : "").append(std::to_string(asked->integer(0)));
  if (found > few) return;
  condition.source = Clause{}.add("SELECT value FROM json_each(?)", numbers.append("]"));
  condition.cost = 0;
}

Clause RolloutFilter::tests() const {
  std::vector<Clause> tests;
  for (const auto& condition : conditions_) tests.push_back(condition.test);
  if (any_of_ && !tests.empty()) tests = {Clause{}.add("(").add(joined(tests, "OR")).add(")")};
  tests.insert(tests.end(), window_.begin(), window_.end());
  return tests.empty() ? Clause{} : Clause{}.add(" AND ").add(joined(tests, "AND"));
}

Clause RolloutFilter::tests_but_status() const {
  auto tests = modes_;
  tests.insert(tests.end(), window_.begin(), window_.end());
  return tests.empty() ? Clause{} : Clause{}.add(" AND ").add(joined(tests, "AND"));
}

Clause RolloutFilter::source() const {
  if (conditions_.empty())
    return Clause{}
        .add("SELECT r.number FROM rollouts r INDEXED BY rollouts_by_start WHERE ")
        .add(joined(window_, "AND"));
  if (!any_of_) return std::ranges::min_element(conditions_, {}, &Condition::cost)->source;
  std::vector<Clause> sources;
  for (const auto& condition : conditions_) sources.push_back(condition.source);
  return joined(sources, "UNION");
}

/// Kept by status and mode: the answer is a sum of some fifty rows.
std::int64_t RolloutFilter::counted(Connection& connection) const {
  Clause select;
  select.add("SELECT coalesce(sum(count), 0) FROM rollout_counts WHERE status IN (")
      .add(listed(statuses_))
      .add(")");
  if (!any_mode_) select.add(" AND mode IN (").add(listed(mode_in_)).add(")");
  return count_of(connection, select);
}

std::int64_t RolloutFilter::count(Connection& connection) const {
  if (by_status_ && window_.empty()) return counted(connection);
  Clause select;
  if (window_only()) return count_of(connection, select.add("SELECT count(*) FROM (").add(source()).add(")"));
  if (by_status_ && !any_mode_ && statuses_.size() == all_rollout_statuses.size()) {
    select.add("SELECT count(*) FROM rollouts r INDEXED BY rollouts_by_mode WHERE r.mode IS NOT NULL");
    return count_of(connection, select.add(tests_but_status()));
  }
  if (by_status_) {
    select.add("SELECT count(*) FROM rollouts r INDEXED BY rollouts_by_status WHERE r.status IN (")
        .add(listed(statuses_))
        .add(")")
        .add(tests_but_status());
    return count_of(connection, select);
  }
  if (status_first_) {
    select.add("SELECT count(*) FROM rollouts r INDEXED BY rollouts_by_status WHERE r.status IN (")
        .add(listed(statuses_))
        .add(")")
        .add(tests());
    return count_of(connection, select);
  }
  if (conditions_.size() == 1 && window_.empty())
    return count_of(connection, select.add("SELECT count(*) FROM (").add(source()).add(")"));
  select.add("SELECT count(*) FROM rollouts r NOT INDEXED WHERE r.number IN (")
      .add(source())
      .add(")")
      .add(tests());
  return count_of(connection, select);
}

}  // namespace understudy::store
