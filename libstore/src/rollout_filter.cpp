#include "rollout_filter.hpp"

#include <algorithm>

namespace understudy::store {

RolloutFilter::RolloutFilter(const RolloutQuery& query) : any_of_(query.logic == Logic::any_of) {
  statuses_ = query.status_in.value_or(
      std::vector<RolloutStatus>(all_rollout_statuses.begin(), all_rollout_statuses.end()));
  std::ranges::sort(statuses_);
  statuses_.erase(std::ranges::unique(statuses_).begin(), statuses_.end());
  if (query.status_in) {
    Condition by{.test = Clause{}.add("r.status IN (").add(value_list(statuses_)).add(")"),
                 .access = Access::status};
    by.source.add("SELECT number FROM rollouts INDEXED BY rollouts_by_status WHERE status IN (")
        .add(value_list(statuses_))
        .add(")");
    conditions_.push_back(std::move(by));
  }
  if (query.mode_in) {
    any_mode_ = false;
    mode_in_ = *query.mode_in;
    modes_.push_back(Clause{}.add("r.mode IN (").add(value_list(mode_in_)).add(")"));
    Condition by{.test = modes_.back(), .access = Access::mode};
    by.source.add("SELECT number FROM rollouts INDEXED BY rollouts_by_mode WHERE mode IN (")
        .add(value_list(mode_in_))
        .add(")");
    conditions_.push_back(std::move(by));
  }
  by_status_ = !any_of_ || conditions_.size() < 2;
  if (query.rollout_id_in) {
    const auto ids = json_array(*query.rollout_id_in);
    Condition by{.test = Clause{}.add("r.rollout_id IN (SELECT value FROM json_each(?))", ids),
                 .access = Access::rollout_ids};
    by.source.add("SELECT number FROM rollouts WHERE rollout_id IN (SELECT value FROM json_each(?))", ids);
    conditions_.push_back(std::move(by));
    by_status_ = false;
  }
  for (const auto& [key, value] : query.metadata) {
    Condition by{.access = Access::metadata};
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
          "AND m.value = substr(?, 1, 200) AND r.agent IS NULL AND r.agent_type IS NULL",
          key, value);
    }
    conditions_.push_back(std::move(by));
    by_status_ = false;
  }
  if (query.rollout_id_contains) {
    const auto& part = *query.rollout_id_contains;
    Condition by{.test = Clause{}.add("instr(r.rollout_id, ?) > 0", part), .access = Access::id_scan};
    by.source.add("SELECT number FROM rollouts WHERE instr(rollout_id, ?) > 0", part);
    id_scan_ = conditions_.size();
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

/// Metadata is counted no further than it may go.
void RolloutFilter::weigh_metadata(Connection& connection) {
  const auto first = std::ranges::min_element(conditions_, {}, &Condition::access);
  if (any_of_ || id_scan_ || first == conditions_.end() || first->access != Access::metadata) return;
  if (any_mode_ && any_status()) return;
  const auto limit = max_metadata_rows(count_by_status(connection));
  const auto select = Clause{}.add("SELECT count(*) FROM (").add(first->source).add(" LIMIT ?)", limit + 1);
  status_first_ = count_of(connection, select) > limit;
  if (!status_first_) return;
  for (auto& condition : conditions_)
    if (condition.access == Access::metadata) condition.access = Access::common_metadata;
}

void RolloutFilter::scan_ids(Connection& connection) {
  if (!id_scan_) return;
  auto& condition = conditions_[*id_scan_];
  const auto first = std::ranges::min(conditions_, {}, &Condition::access).access;
  if (!any_of_ && first < condition.access) return;
  Statement scan(connection, Clause{}.add(condition.source).add(" LIMIT ?", few_rows + 1));
  std::string numbers = "[";
  std::int64_t found = 0;
  while (scan->next() && ++found <= few_rows)
    numbers.append(found > 1 ? "," : "").append(std::to_string(scan->integer(0)));
  if (found > few_rows) return;
  condition.source = Clause{}.add("SELECT value FROM json_each(?)", numbers.append("]"));
  condition.access = Access::scanned_ids;
}

Clause RolloutFilter::tests() const {
  std::vector<Clause> tests;
  for (const auto& condition : conditions_) tests.push_back(condition.test);
  if (any_of_ && !tests.empty()) tests = {Clause{}.add("(").add(joined(tests, "OR")).add(")")};
  tests.insert(tests.end(), window_.begin(), window_.end());
  return tests.empty() ? Clause{} : Clause{}.add(" AND ").add(joined(tests, "AND"));
}

Clause RolloutFilter::tests_but_status() const {
  if (!by_status_) return tests();
  auto tests = modes_;
  tests.insert(tests.end(), window_.begin(), window_.end());
  return tests.empty() ? Clause{} : Clause{}.add(" AND ").add(joined(tests, "AND"));
}

Clause RolloutFilter::source() const {
  if (conditions_.empty())
    return Clause{}
        .add("SELECT r.number FROM rollouts r INDEXED BY rollouts_by_start WHERE ")
        .add(joined(window_, "AND"));
  if (!any_of_) return std::ranges::min_element(conditions_, {}, &Condition::access)->source;
  std::vector<Clause> sources;
  for (const auto& condition : conditions_) sources.push_back(condition.source);
  return joined(sources, "UNION");
}

/// Counts are kept by status and mode: the answer is a sum of some fifty rows.
std::int64_t RolloutFilter::count_by_status(Connection& connection) const {
  Clause select;
  select.add("SELECT coalesce(sum(count), 0) FROM rollout_counts WHERE status IN (")
      .add(value_list(statuses_))
      .add(")");
  if (!any_mode_) select.add(" AND mode IN (").add(value_list(mode_in_)).add(")");
  return count_of(connection, select);
}

std::int64_t RolloutFilter::count(Connection& connection) const {
  if (by_status_ && window_.empty()) return count_by_status(connection);
  Clause select;
  if (conditions_.empty())
    return count_of(connection, select.add("SELECT count(*) FROM (").add(source()).add(")"));
  if (by_status_ && !any_mode_ && any_status()) {
    select.add("SELECT count(*) FROM rollouts r INDEXED BY rollouts_by_mode WHERE r.mode IS NOT NULL");
    return count_of(connection, select.add(tests_but_status()));
  }
  if (found_by_status()) {
    select.add("SELECT count(*) FROM rollouts r INDEXED BY rollouts_by_status WHERE r.status IN (")
        .add(value_list(statuses_))
        .add(")")
        .add(tests_but_status());
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
