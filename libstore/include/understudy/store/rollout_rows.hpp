#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "understudy/store/rollout_rules.hpp"
#include "understudy/store/rows.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
/// What clients of the rollout store write and get.
namespace understudy::store {

/// Why a write did nothing.
enum class RolloutError : std::uint8_t { no_rollout, no_attempt, cancelled };

/// A rollout and its latest attempt, if it has any.
struct RolloutWithAttempt {
  RolloutRow rollout{};
  std::optional<AttemptRow> attempt{};
};

struct Dequeue {
  std::int64_t limit{1};
  std::optional<std::string> worker_id{};
  std::function<std::string()> new_attempt_id{};
  std::size_t max_bytes{SIZE_MAX};  ///< of inputs; the rollout that exceeds it is the last
  bool continued{false};            ///< its worker got some already: no more does not make it idle
};

/// Absent members stay as they are; an inner nullopt sets null.
struct RolloutChange {
  std::optional<std::string> input{};
  std::optional<std::optional<std::string>> mode{};
  std::optional<std::optional<std::string>> resources_id{};
  std::optional<RolloutStatus> status{};
  std::optional<std::string> config{};
  std::optional<std::string> metadata{};  ///< may bind the rollout to an agent, but not release it
};

struct AttemptReport {
  std::optional<AttemptStatus> status{};
  std::optional<std::string> worker_id{};
  std::optional<double> last_heartbeat_time{};
  std::optional<std::string> metadata{};
};

/// A rollout and its attempt after a change, and the rollout's status before it.
struct Transition {
  RolloutRow rollout{};
  AttemptRow attempt{};
  RolloutStatus status_before{RolloutStatus::queuing};
};

struct SpanRow {
  std::string rollout_id{};
  std::string attempt_id{};
  std::optional<std::int64_t> sequence_id{};  ///< absent: add_spans() takes the next of its rollout
  std::string trace_id{};
  std::string span_id{};
  std::optional<std::string> parent_id{};
  std::string name{};
  std::string status_code{"UNSET"};
  std::string status{R"({"status_code":"UNSET","description":null})"};  ///< with all its members
  std::string attributes{"{}"};
  std::string events{"[]"};
  std::string links{"[]"};
  std::optional<double> start_time{};
  std::optional<double> end_time{};
  std::optional<std::string> context{};
  std::optional<std::string> parent{};
  std::string resource{R"({"attributes":{},"schema_url":""})"};
  std::string extra{};  ///< further top-level members as JSON text without braces; empty: none
};

struct SpanAdded {
  enum class Result : std::uint8_t { added, duplicate, no_rollout, no_attempt };
  Result result{Result::added};
  std::int64_t sequence_id{0};
};
struct SpansAdded {
  std::vector<SpanAdded> spans{};     ///< one for each, in the order given
  std::vector<Transition> changed{};  ///< rollouts whose status the spans changed
};

struct ResourcesRow {
  std::string resources_id{};
  std::int64_t version{1};
  double create_time{0};
  double update_time{0};
  std::string resources{"{}"};
};

struct WorkerRow {
  std::string worker_id{};
  WorkerStatus status{WorkerStatus::unknown};
  std::optional<std::string> heartbeat_stats{};
  std::optional<double> last_heartbeat_time{};
  std::optional<double> last_dequeue_time{};
  std::optional<double> last_busy_time{};
  std::optional<double> last_idle_time{};
  std::optional<std::string> current_rollout_id{};
  std::optional<std::string> current_attempt_id{};
  bool stale{false};  ///< set by mark_stale_workers(); any sign of life clears it
};

/// The answer to an earlier request with the same idempotency key.
struct PastAnswer {
  std::string request{};  ///< its fingerprint: another one is another request under the same key
  std::string answer{};
};

}  // namespace understudy::store
#pragma GCC visibility pop
