#pragma once
#include <cstdint>

/// How the rollouts of a page are found: statistics in, plan out. Pure; rollout_filter.cpp counts, and
/// rollout_list.cpp makes SQL of the plan.
///
/// Figures are CPU time at 400,000 rollouts in SQLite 3.40 with a page cache of 16 MiB. Reading a row costs
/// 0.2 to 0.6 us where rows are read in the order of creation, and 2 to 3 us where they are scattered.
namespace understudy::store {

/// What finds the rows of a condition, in the order of preference. Where all conditions are required, the
/// first of these finds the rows and the others are tested.
enum class Access : std::uint8_t {
  scanned_ids,      ///< the few that a scan of all ids has found already
  rollout_ids,      ///< 0.7 to 1.3 us an id: as many as a client names
  metadata,         ///< 0.04 us a match; few rollouts share a value, unless counting says otherwise
  id_scan,          ///< 0.07 us a rollout: a part of the id is looked for in all of them
  status,           ///< 0.04 us a match: all rollouts share seven values
  mode,             ///< 0.04 us a match: all rollouts share a few values
  common_metadata,  ///< more matches than max_metadata_rows()
};

/// Up to how many rows metadata finds them, though `with_status` rows have the status and mode that are also
/// required: counting takes 2.6 us a row found by metadata, as they are scattered, and 0.6 us by status.
[[nodiscard]] std::int64_t max_metadata_rows(std::int64_t with_status);

/// Up to so many rows are collected, or sorted, to have them at once: 60 ms when they are scattered.
inline constexpr std::int64_t few_rows = 20'000;

/// How a row that does not match is passed while an index is read in the order of the page.
enum class Walk : std::uint8_t {
  in_index,     ///< 0.04 to 0.07 us: the index has all that the filter asks for
  read_row,     ///< 0.2 to 0.6 us in most orders: its row is read, or its metadata looked up
  random_rows,  ///< 2 us or more: the order is random, so rows are scattered
};

struct PageStatistics {
  std::int64_t rollouts{0};
  std::int64_t matches{0};  ///< at least 1
  std::int64_t limit{0};
  std::int64_t offset{0};
};

/// Whether to sort all matches instead of walking until the page is full. A row that is sorted is read first:
/// 0.5 us where matches are most of the rows, 3 us where they are scattered.
[[nodiscard]] bool sorts_matches(const PageStatistics& page, Walk walk);

}  // namespace understudy::store
