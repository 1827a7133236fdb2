#pragma once
#include <deque>
#include <exception>
#include <expected>
#include <optional>
#include <vector>

#include "fleet/message.hpp"
#include "fleet/turn.hpp"
#include "understudy/store/store.hpp"

namespace understudy::daemon::fleet {

/// When a queued task is due, or is to be given up (Unix milliseconds).
[[nodiscard]] std::optional<std::int64_t> next_task_due(store::Store& store, std::int64_t retries_offered_ms);

/// A turn under way: its messages, and their results after run(). It reads the state it began with, which
/// does not change until Fleet::finish().
class TurnWork {
 public:
  TurnWork(const State& base, const Tools& tools, store::Store& store, std::deque<Message> messages,
           container::Now now)
      : tools_(tools),
        store_(store),
        transaction_(store.begin()),
        turn_(base, tools_, transaction_, now),
        messages_(std::move(messages)),
        began_(now) {}
  TurnWork(const TurnWork&) = delete;
  TurnWork& operator=(const TurnWork&) = delete;

  /// Handles the messages and commits. Everything that waits for the disk is in here. On any thread, while
  /// nothing else uses the store.
  void run();
  /// After a commit: the effects that wait for the disk too, for the thread that called run(). A new tier's
  /// environment is thus in place before the turn is announced.
  [[nodiscard]] std::vector<WriteEnvFile> take_env_files();

 private:
  friend class Fleet;

  const Tools tools_;
  store::Store& store_;
  store::Transaction transaction_;
  Turn turn_;
  std::deque<Message> messages_;
  const container::Now began_;
  std::vector<Answer> answers_{};
  std::expected<void, store::CommitError> committed_{};
  std::optional<std::int64_t> next_retry_ms_{};
  std::exception_ptr failure_{};
};

}  // namespace understudy::daemon::fleet
