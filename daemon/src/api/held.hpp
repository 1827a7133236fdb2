#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/queue_depths.hpp"
#include "fleet/state.hpp"

/// Tasks that wait until a provider may serve.
namespace understudy::daemon::api {

/// {"provider","model","kind"?,"reason","until"?,"tasks"}. The reason only for callers who may see agents'
/// text; the others get the kind.
[[nodiscard]] std::string held_json(const fleet::Held& held, std::int64_t tasks, bool sees_agent_text);
/// The same of a task that waits for itself alone, as the store has it.
[[nodiscard]] std::string held_json(std::string_view stored, bool sees_agent_text);
/// "waits for anthropic until 23:45 UTC (quota)"
[[nodiscard]] std::string in_words(const fleet::Held& held, failover::Instant now, bool sees_agent_text);

/// What the queues wait for: those of instances, and the pools that no instance of the type can take from.
/// Copies what it needs, for other threads.
class HeldQueues {
 public:
  HeldQueues() = default;
  explicit HeldQueues(const fleet::State& state);

  /// nullptr: its queue is not held.
  [[nodiscard]] const fleet::Held* of_agent(std::string_view name) const;
  [[nodiscard]] const fleet::Held* of_pool(std::string_view type) const;
  /// How many tasks an instance holds. Those of a pool count with one instance of its type.
  [[nodiscard]] std::int64_t tasks_of(std::string_view name, const QueueDepths& queues) const;

  [[nodiscard]] std::int64_t agents() const { return static_cast<std::int64_t>(agents_.size()); }
  /// Of all, each once, with those that wait for themselves alone.
  [[nodiscard]] std::int64_t tasks(const QueueDepths& queues) const;
  /// Differs when what is held does.
  [[nodiscard]] std::string fingerprint() const;

 private:
  struct Pool {
    std::string counted_with{};  ///< an instance
    fleet::Held held{};          ///< what is over first
  };
  std::map<std::string, fleet::Held, std::less<>> agents_{};
  std::map<std::string, Pool, std::less<>> pools_{};
};

}  // namespace understudy::daemon::api
