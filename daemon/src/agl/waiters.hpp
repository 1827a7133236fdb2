#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <unordered_set>
#include <vector>

#include "wire/envelope.hpp"

namespace understudy::daemon::agl {

/// Requests that wait for a rollout to end, or to be queued. Committed events wake them; there is no polling
/// of the store. Used on the io thread.
class Waiters {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr auto no_deadline = Deadline::max();
  /// Limit of rollouts in all waits together.
  static constexpr std::size_t max_ids = 1'000'000;

  enum class Ended { woken, late, abandoned };

  /// Sleeps until woken.
  class Sleeper {
   public:
    /// Until woken (also by an earlier wake()), the deadline, or the client has gone.
    boost::asio::awaitable<Ended> sleep(Deadline deadline, const std::function<bool()>& abandoned);
    void wake();

   private:
    boost::asio::steady_timer* timer_{nullptr};
    bool woken_{false};
  };

  /// Waits for rollouts to end. Remembers those that end between its construction and expect().
  class EndWait : public Sleeper {
   public:
    explicit EndWait(Waiters& waiters);
    ~EndWait();
    EndWait(const EndWait&) = delete;
    EndWait& operator=(const EndWait&) = delete;
    /// The rollouts that were open in the store. False: too many waits.
    [[nodiscard]] bool expect(const std::vector<std::string>& open);

   private:
    friend class Waiters;
    void ended(const std::string& rollout_id);
    void forget();
    Waiters& waiters_;
    std::list<EndWait*>::iterator place_;
    std::unordered_set<std::string> open_{};
    std::unordered_set<std::string> early_{};
    bool expecting_{false};
  };

  /// A place in the line for queued rollouts: each new one wakes one waiter.
  class QueueWait : public Sleeper {
   public:
    explicit QueueWait(Waiters& waiters);
    ~QueueWait();
    QueueWait(const QueueWait&) = delete;
    QueueWait& operator=(const QueueWait&) = delete;
    /// Woken, but does not take the rollout: wakes the next one.
    void pass_on();

   private:
    friend class Waiters;
    Waiters& waiters_;
    std::list<QueueWait*>::iterator place_;
  };

  void notice(const wire::Envelope& event);

 private:
  void wake_next(const QueueWait* except);
  std::list<EndWait*> ends_{};
  std::list<QueueWait*> line_{};
  std::size_t ids_{0};
};

}  // namespace understudy::daemon::agl
