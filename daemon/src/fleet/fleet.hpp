#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "fleet/effect.hpp"
#include "fleet/message.hpp"
#include "fleet/ports.hpp"
#include "fleet/state.hpp"
#include "fleet/turn_work.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "understudy/store/store.hpp"

namespace understudy::daemon::fleet {

/// The fleet's event loop. Messages wait in a mailbox; a turn handles all of them on a working copy, commits
/// once, then replaces the state, answers, publishes and hands out the effects. Single-threaded, but never
/// waits for the disk: between begin_turn() and finish() the work may run on another thread. Until finish()
/// there is no other turn, and the state does not change.
class Fleet {
 public:
  struct Ports {
    store::Store& store;
    const ports::Clock& clock;
    Edge& edge;
    Announcer& announcer;
    ports::Log& log;
    const Keys& keys;
    std::function<std::string(std::string_view)> redact;
    const failover::ZoneLookup* zones{nullptr};
    std::function<void()> wake{};      ///< asks for a call of turn() soon
    std::function<double()> chance{};  ///< in [0, 1): jitter of back-off
  };

  Fleet(Ports ports, Place place, std::shared_ptr<const config::Config> config);

  /// Restores the state and takes over what still runs. Once, before the first turn; the error is a sentence.
  [[nodiscard]] std::expected<void, std::string> boot();

  void post(Message message);
  /// Null, with clients refused, when the last commit failed and it is too early to try again.
  [[nodiscard]] std::unique_ptr<TurnWork> begin_turn();
  void finish(std::unique_ptr<TurnWork> work);
  /// begin_turn(), run and finish().
  void turn();
  /// Refuses clients that have waited too long behind a turn stuck on the disk.
  void refuse_late();
  /// Messages for the next turn.
  [[nodiscard]] std::size_t waiting() const { return mailbox_.size(); }
  /// When turn() is due even without a message.
  [[nodiscard]] std::optional<container::Steady> next_deadline() const;

  /// Committed state, for reading between turns.
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const Keys& keys() const { return ports_.keys; }
  [[nodiscard]] container::Now now() const;
  /// After ShutdownRequested: some containers that stop with the daemon are not down yet.
  [[nodiscard]] bool is_stopping_containers() const;
  /// What is wrong with the store, a slow write included; empty when it takes writes.
  [[nodiscard]] std::string store_trouble() const;

 private:
  void commit_failed(const store::CommitError& error, std::deque<Message> messages);
  void put_back(std::deque<Message> messages);

  Ports ports_;
  Place place_;
  State state_;
  std::deque<Message> mailbox_;
  std::string store_trouble_;
  RefusalKind store_refusal_{RefusalKind::unavailable};  ///< for clients, while there is trouble
  container::Steady retry_commit_at_{};
  std::optional<container::Steady> under_way_since_{};  ///< start of the turn under way
  std::optional<std::int64_t> next_retry_ms_{};         ///< when the next delayed task is due
};

}  // namespace understudy::daemon::fleet
