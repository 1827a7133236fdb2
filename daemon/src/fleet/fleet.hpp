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

/// The straight line. Messages wait in a mailbox; a turn handles all of them on a working copy, commits once,
/// then replaces the state, answers, publishes and hands out the effects. One thread, which does not wait for
/// the disk: between begin_turn() and finish() the work may be run on another one. Until it is finished there
/// is no other turn, and the state stays as it was.
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
    std::function<void()> wake{};      ///< somebody must call turn() soon
    std::function<double()> chance{};  ///< in [0, 1), spreads back-off
  };

  Fleet(Ports ports, Place place, std::shared_ptr<const config::Config> config);

  /// Reads the state back and takes over what still runs. Once, before the first turn; a sentence when it
  /// cannot.
  [[nodiscard]] std::expected<void, std::string> boot();

  void post(Message message);
  /// Nothing when the store refused the last turn and it is too early to try again; clients are told.
  [[nodiscard]] std::unique_ptr<TurnWork> begin_turn();
  void finish(std::unique_ptr<TurnWork> work);
  /// All three at once.
  void turn();
  /// While a turn waits for its disk: clients behind it that waited long enough are told so.
  void refuse_late();
  /// Messages for the next turn.
  [[nodiscard]] std::size_t waiting() const { return mailbox_.size(); }
  /// When turn() is due although no message came, on the steady clock.
  [[nodiscard]] std::optional<container::Steady> next_deadline() const;

  /// Committed state, for reading between turns.
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const Keys& keys() const { return ports_.keys; }
  [[nodiscard]] container::Now now() const;
  /// After ShutdownRequested: containers that are stopped with the daemon are still on their way.
  [[nodiscard]] bool is_stopping_containers() const;
  /// Empty when the store takes writes; else what is wrong with it, also when a write only takes too long.
  [[nodiscard]] std::string store_trouble() const;

 private:
  void commit_failed(const store::CommitError& error, std::deque<Message> messages);
  void put_back(std::deque<Message> messages);

  Ports ports_;
  Place place_;
  State state_;
  std::deque<Message> mailbox_;
  std::string store_trouble_;
  RefusalKind store_refusal_{RefusalKind::unavailable};  ///< what clients are told while there is trouble
  container::Steady retry_commit_at_{};
  std::optional<container::Steady> under_way_since_{};  ///< a turn is
  std::optional<std::int64_t> next_retry_ms_{};         ///< the next delayed task is due
};

}  // namespace understudy::daemon::fleet
