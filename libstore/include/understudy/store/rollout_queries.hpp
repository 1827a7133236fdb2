#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "understudy/store/rollout_rows.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
/// Queries of the rollout store. A limit below 0 asks for all; `contains` is case-sensitive.
namespace understudy::store {

enum class Logic : std::uint8_t { all_of, any_of };

enum class RolloutSort : std::uint8_t {
  creation,  ///< by start_time
  rollout_id,
  end_time,
  mode,
  resources_id,
  status,
  attempt_id,
  worker_id,
  last_heartbeat_time,
  duration  ///< end_time, or now, less start_time
};

/// A place in the order of creation: RolloutRow's start_time and number.
struct RolloutCursor {
  double start_time{0};
  std::int64_t number{0};
};

/// A null time sorts as the latest, any other null as the least; equals are in order of creation, also when
/// descending.
struct RolloutQuery {
  std::optional<std::vector<RolloutStatus>> status_in{};  ///< an empty list matches nothing, nullopt all
  std::optional<std::vector<std::string>> mode_in{};
  std::optional<std::vector<std::string>> rollout_id_in{};
  std::optional<std::string> rollout_id_contains{};
  /// A top-level scalar of the metadata, as text (`true`, `5`); the first 200 characters count.
  std::vector<std::pair<std::string, std::string>> metadata{};
  /// False: of a managed rollout's metadata only `agent` and `agent_type` are compared.
  bool metadata_of_managed{true};
  Logic logic{Logic::all_of};     ///< of the conditions above
  std::optional<double> since{};  ///< start_time at or after; always required
  std::optional<double> until{};  ///< start_time before; always required
  /// Only those that come after it by `creation`, in the direction of the query: keyset paging. The total
  /// still counts all.
  std::optional<RolloutCursor> after{};
  RolloutSort sort{RolloutSort::creation};
  bool descending{false};
  std::int64_t limit{-1};
  std::int64_t offset{0};
  double now{0};  ///< for durations
};

enum class AttemptSort : std::uint8_t {
  creation,
  attempt_id,
  sequence_id,
  start_time,
  end_time,
  status,
  worker_id,
  last_heartbeat_time
};
struct AttemptQuery {
  std::string rollout_id{};
  AttemptSort sort{AttemptSort::sequence_id};
  bool descending{false};
  std::int64_t limit{-1};
  std::int64_t offset{0};
};

enum class SpanSort : std::uint8_t {
  creation,
  attempt_id,
  sequence_id,
  trace_id,
  span_id,
  parent_id,
  name,
  status_code,
  start_time,
  end_time,
  duration
};
struct SpanQuery {
  std::string rollout_id{};
  std::optional<std::string> attempt_id{};  ///< or "latest"
  std::optional<std::string> trace_id{}, trace_id_contains{};
  std::optional<std::string> span_id{}, span_id_contains{};
  std::optional<std::string> parent_id{}, parent_id_contains{};
  std::optional<std::string> name{}, name_contains{};
  std::optional<std::string> attributes_contain{};
  Logic logic{Logic::all_of};  ///< any_of without conditions matches all
  SpanSort sort{SpanSort::sequence_id};
  bool descending{false};
  std::int64_t limit{-1};
  std::int64_t offset{0};
};

/// Gets rows one by one; false stops.
template <class Row>
using Visit = std::function<bool(const Row&)>;

template <class Row>
struct Page {
  std::vector<Row> items{};  ///< empty when there is a visitor
  std::int64_t total{0};     ///< matches before paging
};

enum class ResourcesSort : std::uint8_t { creation, resources_id, create_time, update_time, version };
struct ResourcesQuery {
  std::optional<std::string> resources_id{};
  std::optional<std::string> resources_id_contains{};
  ResourcesSort sort{ResourcesSort::creation};
  bool descending{false};
  std::int64_t limit{-1};
  std::int64_t offset{0};
};

enum class WorkerSort : std::uint8_t {
  creation,
  worker_id,
  status,
  last_heartbeat_time,
  last_dequeue_time,
  last_busy_time,
  last_idle_time,
  current_rollout_id,
  current_attempt_id
};
struct WorkerQuery {
  std::optional<std::vector<WorkerStatus>> status_in{};
  std::optional<std::string> worker_id_contains{};
  Logic logic{Logic::all_of};
  WorkerSort sort{WorkerSort::creation};
  bool descending{false};
  std::int64_t limit{-1};
  std::int64_t offset{0};
};

/// Finished rollouts in the order of the ids, one for each time its id is named, and the ids of those that
/// are not finished. Unknown ids are in neither: nobody waits for them.
struct PollResult {
  std::vector<RolloutRow> finished{};
  std::vector<std::string> open{};
};

struct Statistics {
  std::int64_t total_rollouts{0};
  std::int64_t total_attempts{0};
  std::int64_t total_spans{0};
  std::int64_t total_resources{0};
  std::int64_t total_workers{0};
  std::vector<std::pair<RolloutStatus, std::int64_t>> rollouts_by_status{};  ///< every status, also with none
  std::int64_t queued{0};                    ///< what dequeue() may hand out: not bound to an agent
  std::optional<double> oldest_queued_at{};  ///< start_time of the first of those
};

}  // namespace understudy::store
#pragma GCC visibility pop
