#pragma once
#include "clause.hpp"
#include "rollout_plan.hpp"
#include "understudy/store/rollout_queries.hpp"

namespace understudy::store {

/// What a rollout query asks for, as tests of a row and as ways to find its rows.
class RolloutFilter {
 public:
  explicit RolloutFilter(const RolloutQuery& query);

  /// Gathers what the plan depends on: how many have the metadata that is asked for, and which few ids have
  /// the part that is.
  void prepare(Connection& connection) {
    weigh_metadata(connection);
    scan_ids(connection);
  }

  /// From here on only what comes after that place by creation.
  void begin_after(const RolloutCursor& place, bool descending);

  [[nodiscard]] bool matches_all() const { return conditions_.empty() && window_.empty(); }
  /// Indexes with the status, the mode and the start in them know all that is asked for.
  [[nodiscard]] bool in_index() const { return by_status_; }
  /// As above, and there is more to it than a window of time: the index of the statuses finds the rows.
  [[nodiscard]] bool only_status() const { return by_status_ && !conditions_.empty(); }
  /// That, or metadata is asked for too and more have it than have the status.
  [[nodiscard]] bool found_by_status() const { return only_status() || status_first_; }
  [[nodiscard]] const std::vector<RolloutStatus>& statuses() const { return statuses_; }

  [[nodiscard]] std::int64_t count(Connection& connection) const;
  /// Of a row `r`; begins with " AND " unless empty.
  [[nodiscard]] Clause tests() const;
  /// Of a row `r` found by its status.
  [[nodiscard]] Clause tests_but_status() const;
  /// The numbers of the rows by the best index; all tests still apply.
  [[nodiscard]] Clause source() const;

 private:
  struct Condition {
    Clause test{};
    Clause source{};
    Access access{};
  };
  [[nodiscard]] bool any_status() const { return statuses_.size() == all_rollout_statuses.size(); }
  [[nodiscard]] std::int64_t count_by_status(Connection& connection) const;
  void weigh_metadata(Connection& connection);
  void scan_ids(Connection& connection);

  std::vector<Condition> conditions_{};
  std::optional<std::size_t> id_scan_{};  ///< the condition that no index knows
  std::vector<Clause> window_{};
  std::vector<Clause> modes_{};
  std::vector<RolloutStatus> statuses_{};  ///< all when not asked for
  std::vector<std::string> mode_in_{};
  bool any_mode_{true};
  bool by_status_{true};
  bool status_first_{false};
  bool any_of_{false};
};

}  // namespace understudy::store
