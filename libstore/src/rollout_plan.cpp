#include "rollout_plan.hpp"

#include <algorithm>

namespace understudy::store {

namespace {

/// Sorting a row costs 7 to 60 times as much as passing one in an index, and 1 to 12 times as much as reading
/// one to pass it.
constexpr double sort_per_index_entry = 20;
constexpr double sort_per_row = 4;
/// A walk passes all rows when its order and the filter correlate: to sort this part of them, 1 / 50, costs
/// a third of that at the most.
constexpr std::int64_t small_part = 50;

/// Where matches are spread evenly over the order, a walk meets one every rollouts / matches rows.
double rows_passed(const PageStatistics& page) {
  const auto wanted =
      static_cast<double>(std::min(page.limit, page.matches)) + static_cast<double>(page.offset);
  return std::min(wanted / static_cast<double>(page.matches), 1.0) * static_cast<double>(page.rollouts);
}

}  // namespace

std::int64_t max_metadata_rows(std::int64_t with_status) {
  return with_status / 4;
}

bool sorts_matches(const PageStatistics& page, Walk walk) {
  const auto sorted = static_cast<double>(page.matches);
  const auto passed = rows_passed(page);
  switch (walk) {
    case Walk::in_index: return sorted < passed / sort_per_index_entry;
    case Walk::random_rows: return sorted < passed;  // nothing correlates with a random order
    case Walk::read_row: break;
  }
  return page.matches <= std::min(few_rows, page.rollouts / small_part) || sorted < passed / sort_per_row;
}

}  // namespace understudy::store
