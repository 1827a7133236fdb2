#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "understudy/store/rollout_rules.hpp"
#include "understudy/store/rows.hpp"

/// What the rollout store's clients write and get. Moments are Unix seconds. JSON is text, kept and given
/// back byte for byte.
namespace understudy::store {

/// Why nothing of a write was done.
enum class Refusal : std::uint8_t { no_rollout, no_attempt, cancelled };

/// A rollout and its latest attempt, if it has any.
struct RolloutWithAttempt {
  RolloutRow rollout{};
  std::optional<AttemptRow> attempt{};
};

struct Dequeue {
  std::int64_t limit{1};
  std::optional<std::string> worker_id{};
  std::function<std::string()> new_attempt_id{};
  std::size_t max_bytes{SIZE_MAX};  ///< of inputs; the one that goes beyond it is the last
  bool goes_on{false};              ///< its worker has some already: finding none does not make it idle
};

/// What is absent stays; null is kept as null where the wire allows it.
struct RolloutChange {
  std::optional<std::string> input{};
  std::optional<std::optional<std::string>> mode{};
  std::optional<std::optional<std::string>> resources_id{};
  std::optional<RolloutStatus> status{};
  std::optional<std::string> config{};
  std::optional<std::string> metadata{};  ///< may bind the rollout to an agent, never release it
};

struct AttemptReport {
  std::optional<AttemptStatus> status{};
  std::optional<std::string> worker_id{};
  std::optional<double> last_heartbeat_time{};
  std::optional<std::string> metadata{};
};

/// After a report, and what the rollout was before it.
struct Reported {
  RolloutRow rollout{};
  AttemptRow attempt{};
  RolloutStatus status_before{RolloutStatus::queuing};
};

struct SpanRow {
  std::string rollout_id{};
  std::string attempt_id{};
  std::optional<std::int64_t> sequence_id{};  ///< absent when added: the next of its rollout
  std::string trace_id{};
  std::string span_id{};
  std::optional<std::string> parent_id{};
  std::string name{};
  std::string status_code{"UNSET"};
  std::string status{R"({"status_code":"UNSET","description":null})"};  ///< with its extras
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
  std::vector<SpanAdded> spans{};   ///< as given
  std::vector<Reported> changed{};  ///< rollouts whose status the spans changed
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
  bool stale{false};  ///< silent for long; any sign of life clears it
};

/// What was answered to a request with an idempotency key.
struct PastAnswer {
  std::string request{};  ///< its fingerprint: another one is another request under the same key
  std::string answer{};
};

}  // namespace understudy::store
