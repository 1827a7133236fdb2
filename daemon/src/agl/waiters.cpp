#include "agl/waiters.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "wire/json_value.hpp"

namespace understudy::daemon::agl {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// How often to check for a closed connection.
constexpr auto client_check_interval = 500ms;

}  // namespace

asio::awaitable<Waiters::Ended> Waiters::Sleeper::sleep(Deadline deadline,
                                                        const std::function<bool()>& abandoned) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    if (abandoned && abandoned()) co_return Ended::abandoned;
    if (std::exchange(woken_, false)) co_return Ended::woken;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) co_return Ended::late;
    timer.expires_at(std::min(deadline, now + client_check_interval));
    timer_ = &timer;
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto [error] = co_await std::move(waiting);
    static_cast<void>(error);
    timer_ = nullptr;
  }
}

void Waiters::Sleeper::wake() {
  woken_ = true;
  if (timer_) timer_->cancel();
}

Waiters::EndWait::EndWait(Waiters& waiters) : waiters_(waiters) {
  place_ = waiters_.ends_.insert(waiters_.ends_.end(), this);
}

Waiters::EndWait::~EndWait() {
  forget();
  waiters_.ends_.erase(place_);
}

void Waiters::EndWait::forget() {
  waiters_.ids_ -= open_.size();
  open_.clear();
}

bool Waiters::EndWait::expect(const std::vector<std::string>& open) {
  forget();
  if (waiters_.ids_ + open.size() > max_ids) return false;
  for (const auto& id : open)
    if (!early_.contains(id)) open_.insert(id);
  waiters_.ids_ += open_.size();
  early_.clear();
  expecting_ = true;
  if (open_.empty()) wake();
  return true;
}

void Waiters::EndWait::ended(const std::string& rollout_id) {
  if (!expecting_) {
    if (early_.size() < max_ids) early_.insert(rollout_id);
    return;
  }
  if (open_.erase(rollout_id) == 0) return;
  --waiters_.ids_;
  if (!open_.empty()) return;
  expecting_ = false;  // it reads the store again
  wake();
}

Waiters::QueueWait::QueueWait(Waiters& waiters) : waiters_(waiters) {
  place_ = waiters_.line_.insert(waiters_.line_.end(), this);
}

Waiters::QueueWait::~QueueWait() {
  waiters_.line_.erase(place_);
}

void Waiters::QueueWait::pass_on() {
  waiters_.wake_next(this);
}

void Waiters::wake_next(const QueueWait* except) {
  const auto next = std::ranges::find_if(line_, [except](const QueueWait* wait) { return wait != except; });
  if (next == line_.end()) return;
  QueueWait* wait = *next;
  line_.splice(line_.end(), line_, wait->place_);  // the next queued rollout wakes another one
  wait->wake();
}

void Waiters::notice(const wire::Envelope& event) {
  const bool ended = event.type == "rollout.finished";
  const bool queued = event.type == "rollout.enqueued";
  if ((!ended || ends_.empty()) && (!queued || line_.empty())) return;
  const auto detail = wire::compact_json(event.detail);
  if (!detail) return;
  const wire::Value value(*detail);
  if (queued) {
    if (!value.find("agent") && !value.find("agent_type")) wake_next(nullptr);
    return;
  }
  const auto id = value.find("rollout_id");
  if (!id) return;
  const auto rollout_id = id->string();
  for (auto* wait : ends_) wait->ended(rollout_id);
}

}  // namespace understudy::daemon::agl
