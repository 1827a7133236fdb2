#include "sse/hub.hpp"

#include <algorithm>
#include <utility>

namespace understudy::daemon::sse {

struct Subscription::Slot {
  Hub* hub{nullptr};  // null when the hub went first
  TypeFilter filter{};
  std::function<void()> wake{};
  std::deque<std::shared_ptr<const Frame>> backlog{};
  bool lagged{false};
  bool sees_agent_text{true};

  ~Slot() {
    if (hub != nullptr) std::erase(hub->slots_, this);
  }
};

Subscription::Subscription() = default;
Subscription::Subscription(std::unique_ptr<Slot> slot) : slot_(std::move(slot)) {}
Subscription::Subscription(Subscription&& other) noexcept = default;
Subscription& Subscription::operator=(Subscription&& other) noexcept = default;
Subscription::~Subscription() = default;

std::vector<std::shared_ptr<const Frame>> Subscription::take(std::size_t bytes) {
  std::vector<std::shared_ptr<const Frame>> frames;
  if (!slot_) return frames;
  auto& backlog = slot_->backlog;
  for (std::size_t taken = 0; !backlog.empty();) {
    taken += backlog.front()->text.size();
    if (!frames.empty() && taken > bytes) break;
    frames.push_back(std::move(backlog.front()));
    backlog.pop_front();
  }
  return frames;
}

bool Subscription::has_pending() const {
  return slot_ && (slot_->lagged || !slot_->backlog.empty());
}

bool Subscription::take_lagged() {
  return slot_ && std::exchange(slot_->lagged, false);
}

Hub::~Hub() {
  for (auto* slot : slots_) slot->hub = nullptr;
}

void Hub::publish(const Envelope& envelope) {
  latest_id_ = std::max(latest_id_, envelope.id);
  if (listener_) listener_(envelope);
  std::shared_ptr<const Frame> whole;
  std::shared_ptr<const Frame> plain;
  const auto frame_for = [&](bool sees_agent_text) {
    if (!whole) whole = std::make_shared<const Frame>(envelope.id, to_frame(envelope));
    if (sees_agent_text) return whole;
    if (!plain) {
      const auto hidden = without_agent_text(envelope);
      plain = hidden ? std::make_shared<const Frame>(envelope.id, to_frame(*hidden)) : whole;
    }
    return plain;
  };
  for (auto* slot : slots_) {
    if (!slot->filter.matches(envelope.type)) continue;
    const bool was_idle = !slot->lagged && slot->backlog.empty();
    if (slot->lagged) {
      // It will be told to take a new snapshot, which holds this too.
    } else if (slot->backlog.size() >= backlog_limit_) {
      slot->lagged = true;
      slot->backlog.clear();
      ++lagged_total_;
    } else {
      slot->backlog.push_back(frame_for(slot->sees_agent_text));
    }
    if (was_idle && slot->wake) slot->wake();
  }
}

Subscription Hub::subscribe(TypeFilter filter, std::function<void()> wake, bool sees_agent_text) {
  auto slot = std::make_unique<Subscription::Slot>();
  slot->hub = this;
  slot->filter = std::move(filter);
  slot->wake = std::move(wake);
  slot->sees_agent_text = sees_agent_text;
  slots_.push_back(slot.get());
  return Subscription(std::move(slot));
}

}  // namespace understudy::daemon::sse
