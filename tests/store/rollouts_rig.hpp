#pragma once
#include "store/rig.hpp"

/// A rollout store with a clock that is set by hand, and ids that count up.
namespace understudy::store_test {

class Rollouts {
 public:
  Rollouts() : store_(open(folder_)), reader_(read(folder_)) {}

  double now{1000};
  [[nodiscard]] const Folder& folder() const { return folder_; }
  [[nodiscard]] store::Store& store() { return store_; }
  [[nodiscard]] store::Reader& reader() { return reader_; }

  std::string enqueue(store::NewRollout rollout = {}) {
    rollout.rollout_id = rollout.rollout_id.empty() ? "ro-" + std::to_string(++made_) : rollout.rollout_id;
    rollout.start_time = now;
    return in_turn(store_, [&](auto& turn) { return turn.enqueue(rollout).rollout_id; });
  }
  std::string enqueue_with(std::string config) { return enqueue({.config = std::move(config)}); }
  std::vector<store::RolloutWithAttempt> dequeue(std::int64_t limit = 1,
                                                 std::optional<std::string> worker = "w") {
    return in_turn(store_, [&](auto& turn) {
      return turn.dequeue({.limit = limit, .worker_id = worker, .new_attempt_id = ids()}, now);
    });
  }
  auto start_attempt(const std::string& rollout_id, std::optional<std::string> worker = "w") {
    return in_turn(store_, [&](auto& turn) { return turn.start_attempt(rollout_id, ids()(), worker, now); });
  }
  auto report(const std::string& rollout_id, const store::AttemptReport& report,
              const std::string& attempt_id = "latest") {
    return in_turn(store_,
                   [&](auto& turn) { return turn.report_attempt(rollout_id, attempt_id, report, now); });
  }
  auto change(const std::string& rollout_id, const store::RolloutChange& change) {
    return in_turn(store_, [&](auto& turn) { return turn.change_rollout(rollout_id, change, now); });
  }
  store::SpansAdded span(const std::string& rollout_id, const std::string& attempt_id,
                         std::optional<std::int64_t> sequence_id = {}) {
    const store::SpanRow row{.rollout_id = rollout_id,
                             .attempt_id = attempt_id,
                             .sequence_id = sequence_id,
                             .trace_id = "t",
                             .span_id = "s" + std::to_string(++made_),
                             .name = "n"};
    return in_turn(store_, [&](auto& turn) { return turn.add_spans({&row, 1}, now); });
  }
  std::vector<store::Transition> sweep() {
    return in_turn(store_, [&](auto& turn) { return turn.sweep(now, 1'000); });
  }

  std::string status(const std::string& rollout_id) {
    return std::string(to_string(reader_.rollout(rollout_id).value().status));
  }
  std::string attempt_status(const std::string& rollout_id) {
    return std::string(to_string(reader_.rollout_with_attempt(rollout_id)->attempt.value().status));
  }
  std::vector<std::string> queue() {
    auto turn = store_.begin();
    std::vector<std::string> order;
    for (const auto& taken : turn.dequeue({.limit = 1'000, .new_attempt_id = ids()}, now))
      order.push_back(taken.rollout.rollout_id);
    return order;  // rolled back: nothing was committed
  }

 private:
  std::function<std::string()> ids() {
    return [this] { return "at-" + std::to_string(++made_); };
  }
  Folder folder_;
  store::Store store_;
  store::Reader reader_;
  int made_{0};
};

using Texts = std::vector<std::string>;

inline Texts ids_of(const store::Page<store::RolloutWithAttempt>& page) {
  Texts ids;
  for (const auto& item : page.items) ids.push_back(item.rollout.rollout_id);
  return ids;
}

}  // namespace understudy::store_test
