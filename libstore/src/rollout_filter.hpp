#pragma once
#include "clause.hpp"
#include "understudy/store/rollout_queries.hpp"

namespace understudy::store {

/// What a rollout query asks for, as tests of a row and as ways to find its rows.
class RolloutFilter {
 public:
  explicit RolloutFilter(const RolloutQuery& query);

  /// Finds out where to begin: looks through the ids once, if part of one is asked for and few have it, and
  /// compares what many may have.
  void narrow(Connection& connection, std::int64_t few);

  /// From here on only what comes after that place by creation.
  void begin_after(const RolloutCursor& place, bool descending);

  [[nodiscard]] bool matches_all() const { return conditions_.empty() && window_.empty(); }
  /// Only status, mode and window, all of them required: the index of the statuses knows all.
  [[nodiscard]] bool by_status() const { return by_status_; }
  /// Metadata is asked for too, and fewer have the status and mode: that is where narrow() begins.
  [[nodiscard]] bool status_first() const { return status_first_; }
  [[nodiscard]] bool window_only() const { return conditions_.empty(); }
  [[nodiscard]] const std::vector<std::string>& statuses() const { return statuses_; }

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
    int cost{0};  ///< the least finds the rows
  };
  [[nodiscard]] std::int64_t counted(Connection& connection) const;
  void weigh(Connection& connection);

  std::vector<Condition> conditions_{};
  std::optional<std::size_t> slow_{};  ///< the condition that no index knows
  std::vector<Clause> window_{};
  std::vector<Clause> modes_{};
  std::vector<std::string> statuses_{};  ///< all when not asked for
  std::vector<std::string> mode_in_{};
  bool any_mode_{true};
  bool by_status_{true};
  bool status_first_{false};
  bool any_of_{false};
};

}  // namespace understudy::store
