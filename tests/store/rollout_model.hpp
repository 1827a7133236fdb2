#pragma once
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "understudy/store/rollout_queries.hpp"

/// The rollout store as one would explain it: lists that are searched from end to end. It shares no rule with
/// the library, only the queries.
namespace understudy::store_test {

struct ModelAttempt {
  std::string attempt_id;
  double start{0};
  std::optional<double> end{};
  std::string status{"preparing"};
  std::optional<std::string> worker{};
  std::optional<double> heartbeat{};
};
struct ModelSpan {
  std::string attempt_id, span_id;
  std::int64_t sequence{0};
};
struct ModelConfig {
  std::optional<double> timeout{}, unresponsive{};
  int max_attempts{1};
  std::set<std::string> retry{};
};
struct ModelRollout {
  std::string id, status{"queuing"}, input;
  double start{0};
  std::optional<double> end{};
  std::optional<std::string> mode{}, resources{};
  ModelConfig config{};
  std::map<std::string, std::string> metadata{};
  std::optional<std::string> agent{}, agent_type{};
  std::int64_t position{0};
  std::vector<ModelAttempt> attempts{};
  std::vector<ModelSpan> spans{};
  std::int64_t last_span{0};
  std::int64_t number{0};

  [[nodiscard]] bool managed() const { return agent || agent_type; }
  [[nodiscard]] bool waits() const { return status == "queuing" || status == "requeuing"; }
  [[nodiscard]] bool active() const { return status == "preparing" || status == "running"; }
  [[nodiscard]] bool over() const { return !waits() && !active(); }
};
struct ModelWorker {
  std::string status{"unknown"};
  std::optional<double> heartbeat{}, dequeue{}, busy{}, idle{};
  std::optional<std::string> rollout{}, attempt{};
  double seen{0};
};

class Model {
 public:
  std::vector<ModelRollout> rollouts{};  ///< in order of creation
  std::map<std::string, ModelWorker> workers{};
  std::map<std::string, std::pair<std::int64_t, double>> strays{};
  std::optional<std::string> latest_resources{};
  double now{0};

  ModelRollout* find(const std::string& id) {
    for (auto& rollout : rollouts)
      if (rollout.id == id) return &rollout;
    return nullptr;
  }
  static ModelAttempt* find(ModelRollout& rollout, const std::string& attempt_id) {
    for (auto& attempt : rollout.attempts)
      if (attempt.attempt_id == attempt_id) return &attempt;
    return nullptr;
  }

  void enqueue(ModelRollout rollout) {
    if (const auto it = rollout.metadata.find("agent"); it != rollout.metadata.end())
      rollout.agent = it->second;
    if (!rollout.resources) rollout.resources = latest_resources;
    rollout.start = now;
    rollout.position = ++positions_;
    rollouts.push_back(std::move(rollout));
  }

  void begin(ModelRollout& rollout, const std::string& attempt_id, std::optional<std::string> worker) {
    rollout.attempts.push_back({.attempt_id = attempt_id, .start = now, .worker = std::move(worker)});
    rollout.status = "preparing";
  }

  /// The first in the queue of those that suit.
  template <class Suits>
  ModelRollout* first_in_line(Suits&& suits) {
    ModelRollout* first = nullptr;
    for (auto& rollout : rollouts)
      if (rollout.waits() && suits(rollout) && (!first || rollout.position < first->position))
        first = &rollout;
    return first;
  }

  void set_status(ModelRollout& rollout, const std::string& status) {
    if (rollout.status == status) return;
    const bool waited = rollout.waits();
    rollout.status = status;
    if (rollout.waits() && !waited) rollout.position = ++positions_;
    if (rollout.over()) rollout.end = now;
  }

  void follow(const std::string& id, const ModelRollout& rollout, const ModelAttempt& attempt,
              bool dequeued) {
    const bool created = !workers.contains(id);
    auto& worker = workers[id];
    if (dequeued) worker.dequeue = now;
    const bool lost = attempt.status == "timeout" || attempt.status == "unresponsive";
    if (created || !lost) worker.seen = now;
    if (attempt.status == "preparing" || attempt.status == "running") {
      worker.status = "busy";
      worker.busy = now;
      worker.rollout = rollout.id;
      worker.attempt = attempt.attempt_id;
      return;
    }
    worker.status = lost ? "unknown" : "idle";
    worker.idle = now;
    worker.rollout = worker.attempt = std::nullopt;
  }

  void rest(const std::string& id) {
    auto& worker = workers[id];
    if (worker.status != "idle") worker.idle = now;
    worker.status = "idle";
    worker.dequeue = worker.seen = now;
  }

  /// Whether nothing was reported on it.
  bool take_back(ModelRollout& rollout, const std::string& attempt_id) {
    if (rollout.attempts.empty() || rollout.status != "preparing") return false;
    const auto attempt = rollout.attempts.back();
    if (attempt.attempt_id != attempt_id || attempt.status != "preparing" || attempt.heartbeat) return false;
    rollout.attempts.pop_back();
    rollout.status = rollout.attempts.empty() ? "queuing" : "requeuing";
    auto* worker = attempt.worker ? &workers[*attempt.worker] : nullptr;
    if (worker && worker->rollout == rollout.id && worker->attempt == attempt_id) {
      worker->status = "idle";
      worker->idle = now;
      worker->rollout = worker->attempt = std::nullopt;
    }
    return true;
  }

  void report(ModelRollout& rollout, ModelAttempt& attempt, std::optional<std::string> status,
              std::optional<std::string> worker, std::optional<double> heartbeat) {
    if (status) {
      attempt.status = *status;
      if (*status == "failed" || *status == "succeeded") attempt.end = now;
    }
    if (worker) attempt.worker = worker;
    if (heartbeat) attempt.heartbeat = heartbeat;
    if (&attempt == &rollout.attempts.back() && rollout.status != "cancelled") {
      if (attempt.status == "preparing" || attempt.status == "running" || attempt.status == "succeeded")
        set_status(rollout, attempt.status);
      else if (rollout.config.retry.contains(attempt.status) &&
               static_cast<int>(rollout.attempts.size()) < rollout.config.max_attempts)
        set_status(rollout, "requeuing");
      else
        set_status(rollout, "failed");
    }
    if ((status || worker) && attempt.worker) follow(*attempt.worker, rollout, attempt, false);
  }

  /// Whether it was new.
  bool add_span(ModelRollout& rollout, const std::string& attempt_id, const std::string& span_id,
                std::optional<std::int64_t> sequence) {
    const bool known = std::ranges::any_of(rollout.spans, [&](const ModelSpan& span) {
      return span.attempt_id == attempt_id && span.span_id == span_id;
    });
    const auto given = sequence.value_or(rollout.last_span + 1);
    if ((sequence || !known) && given <= (std::int64_t{1} << 53))
      rollout.last_span = std::max(rollout.last_span, given);
    if (known) return false;
    rollout.spans.push_back({attempt_id, span_id, given});
    return true;
  }

  void hear(ModelRollout& rollout, ModelAttempt& attempt) {
    attempt.heartbeat = now;
    if (attempt.status == "preparing" || attempt.status == "unresponsive") attempt.status = "running";
    if (&attempt == &rollout.attempts.back() && attempt.status == "running" &&
        (rollout.status == "preparing" || rollout.status == "requeuing"))
      set_status(rollout, "running");
  }

  [[nodiscard]] std::optional<std::string> verdict(const ModelRollout& rollout) const {
    if (rollout.managed() || !rollout.active() || rollout.attempts.empty()) return std::nullopt;
    const auto& attempt = rollout.attempts.back();
    const auto& config = rollout.config;
    if (config.timeout && now > attempt.start + *config.timeout) return "timeout";
    if (!config.unresponsive || attempt.heartbeat == 0.0) return std::nullopt;
    if (now > attempt.heartbeat.value_or(attempt.start) + *config.unresponsive) return "unresponsive";
    return std::nullopt;
  }

  [[nodiscard]] static bool comes_after(const ModelRollout& rollout, const store::RolloutQuery& query) {
    if (!query.after) return true;
    const auto& [start, number] = *query.after;
    const auto ahead = query.descending ? rollout.start < start : rollout.start > start;
    return ahead || (rollout.start == start && rollout.number > number);
  }

  [[nodiscard]] static bool matches(const ModelRollout& rollout, const store::RolloutQuery& query) {
    if (query.since && rollout.start < *query.since) return false;
    if (query.until && rollout.start >= *query.until) return false;
    std::vector<bool> tests;
    if (query.status_in)
      tests.push_back(std::ranges::any_of(
          *query.status_in, [&](auto status) { return store::to_string(status) == rollout.status; }));
    if (query.mode_in) tests.push_back(rollout.mode && std::ranges::count(*query.mode_in, *rollout.mode) > 0);
    if (query.rollout_id_in) tests.push_back(std::ranges::count(*query.rollout_id_in, rollout.id) > 0);
    if (query.rollout_id_contains)
      tests.push_back(rollout.id.find(*query.rollout_id_contains) != std::string::npos);
    for (const auto& [key, value] : query.metadata) {
      const auto member = rollout.metadata.find(key);
      tests.push_back(member != rollout.metadata.end() && member->second == value);
    }
    if (tests.empty()) return true;
    const auto yes = std::ranges::count(tests, true);
    return query.logic == store::Logic::any_of ? yes > 0 : yes == std::ssize(tests);
  }

  using Key = std::pair<double, std::string>;
  [[nodiscard]] static Key key(const ModelRollout& rollout, const store::RolloutQuery& query) {
    constexpr auto latest = std::numeric_limits<double>::infinity();
    const auto* attempt = rollout.attempts.empty() ? nullptr : &rollout.attempts.back();
    switch (query.sort) {
      case store::RolloutSort::creation: return {rollout.start, ""};
      case store::RolloutSort::rollout_id: return {0, rollout.id};
      case store::RolloutSort::end_time: return {rollout.end.value_or(latest), ""};
      case store::RolloutSort::mode: return {0, rollout.mode.value_or("")};
      case store::RolloutSort::resources_id: return {0, rollout.resources.value_or("")};
      case store::RolloutSort::status: return {0, rollout.status};
      case store::RolloutSort::attempt_id: return {0, attempt ? attempt->attempt_id : ""};
      case store::RolloutSort::worker_id: return {0, attempt ? attempt->worker.value_or("") : ""};
      case store::RolloutSort::last_heartbeat_time:
        return {attempt ? attempt->heartbeat.value_or(latest) : latest, ""};
      case store::RolloutSort::duration: return {rollout.end.value_or(query.now) - rollout.start, ""};
    }
    return {};
  }

  [[nodiscard]] std::pair<std::vector<std::string>, std::int64_t> list(
      const store::RolloutQuery& query) const {
    std::vector<const ModelRollout*> found;
    for (const auto& rollout : rollouts)
      if (matches(rollout, query)) found.push_back(&rollout);
    std::ranges::stable_sort(found, {}, [](const auto* rollout) { return rollout->start; });
    std::ranges::stable_sort(found, [&](const auto* one, const auto* other) {
      return query.descending ? key(*one, query) > key(*other, query) : key(*one, query) < key(*other, query);
    });
    const auto total = std::ssize(found);
    std::erase_if(found, [&](const auto* rollout) { return !comes_after(*rollout, query); });
    std::vector<std::string> ids;
    for (auto i = query.offset; i < std::ssize(found) && (query.limit < 0 || i < query.offset + query.limit);
         ++i)
      ids.push_back(found[static_cast<std::size_t>(i)]->id);
    return {std::move(ids), total};
  }

 private:
  std::int64_t positions_{0};
};

}  // namespace understudy::store_test
