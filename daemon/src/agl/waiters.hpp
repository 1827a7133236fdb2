#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "wire/envelope.hpp"

namespace understudy::daemon::agl {

/// Who waits for a rollout: to end, or to come into the queue. Committed events wake them; nobody looks at
/// the store in between. Belongs to the io thread.
class Waiters {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr auto for_ever = Deadline::max();
  /// All waits together may name that many rollouts.
  static constexpr std::size_t max_ids = 1'000'000;

  enum class Ended { woken, late, abandoned };

  /// One who sleeps until somebody has news.
  class Sleeper {
   public:
    /// Until there is news (also if it came before), the deadline, or nobody will read the answer.
    boost::asio::awaitable<Ended> sleep(Deadline deadline, const std::function<bool()>& abandoned);
    void wake();

   private:
    boost::asio::steady_timer* timer_{nullptr};
    bool woken_{false};
  };

  /// A wait for rollouts to end. What ends between its making and expect() is remembered.
  class Ends : public Sleeper {
   public:
    explicit Ends(Waiters& waiters);
    ~Ends();
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    /// These are open as far as the store knew. False: there are too many waits.
    [[nodiscard]] bool expect(const std::vector<std::string>& open);

   private:
    friend class Waiters;
    void ended(const std::string& rollout_id);
    void forget();
    Waiters& waiters_;
    std::list<Ends*>::iterator place_;
    std::unordered_set<std::string> open_{};
    std::unordered_set<std::string> early_{};
    bool expecting_{false};
  };

  /// A place in the line of those who want a queued rollout: each that is queued wakes one.
  class Turn : public Sleeper {
   public:
    explicit Turn(Waiters& waiters);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    /// It was woken and does not take what is there: the next may.
    void pass_on();

   private:
    friend class Waiters;
    Waiters& waiters_;
    std::list<Turn*>::iterator place_;
  };

  void notice(const wire::Envelope& event);

 private:
  void wake_next(const Turn* but);
  std::list<Ends*> ends_{};
  std::list<Turn*> line_{};
  std::size_t ids_{0};
};

}  // namespace understudy::daemon::agl
