#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sse/frames.hpp"

namespace understudy::daemon::sse {

/// An event's frame, rendered once for all readers with the same rights.
struct Frame {
  std::int64_t id{0};
  std::string text{};
};

class Hub;

/// A reader's place in the stream; its destruction unsubscribes. May outlive the hub.
class Subscription {
 public:
  Subscription();
  Subscription(Subscription&& other) noexcept;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription();

  /// The oldest waiting frames, up to so many bytes; at least one.
  [[nodiscard]] std::vector<std::shared_ptr<const Frame>> take(std::size_t bytes);
  [[nodiscard]] bool has_pending() const;  // frames wait, or it lagged
  /// It was too slow and its waiting frames were dropped. Asking clears it.
  [[nodiscard]] bool take_lagged();

 private:
  friend class Hub;
  struct Slot;
  explicit Subscription(std::unique_ptr<Slot> slot);
  std::unique_ptr<Slot> slot_;
};

/// Fan-out of committed events. Publishing never waits: a reader with a full backlog loses it and is told so.
class Hub {
 public:
  explicit Hub(std::size_t backlog_limit = 1024) : backlog_limit_(backlog_limit) {}
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// Ids rise from call to call. Call after the commit.
  void publish(const Envelope& envelope);

  /// `wake` is called from publish() when something came for a reader that had nothing; it must only
  /// schedule. Readers who may not see agents' text get frames without it.
  [[nodiscard]] Subscription subscribe(TypeFilter filter, std::function<void()> wake,
                                       bool sees_agent_text = true);

  /// Called for each event in publish(), before any reader is woken; it must not publish.
  void listen(std::function<void(const Envelope&)> listener) { listener_ = std::move(listener); }

  [[nodiscard]] std::size_t subscribers() const { return slots_.size(); }
  [[nodiscard]] std::int64_t latest_id() const { return latest_id_; }  // 0 before the first
  [[nodiscard]] std::uint64_t lagged_total() const { return lagged_total_; }

 private:
  friend class Subscription;
  std::size_t backlog_limit_;
  std::vector<Subscription::Slot*> slots_;
  std::function<void(const Envelope&)> listener_{};
  std::int64_t latest_id_{0};
  std::uint64_t lagged_total_{0};
};

}  // namespace understudy::daemon::sse
