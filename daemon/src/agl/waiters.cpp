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

/// A client that hung up is noticed within this time.
constexpr auto look_for_client = 500ms;

}  // namespace

asio::awaitable<Waiters::Ended> Waiters::Sleeper::sleep(Deadline deadline,
                                                        const std::function<bool()>& abandoned) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    if (abandoned && abandoned()) co_return Ended::abandoned;
    if (std::exchange(woken_, false)) co_return Ended::woken;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) co_return Ended::late;
    timer.expires_at(std::min(deadline, now + look_for_client));
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

Waiters::Ends::Ends(Waiters& waiters) : waiters_(waiters) {
  place_ = waiters_.ends_.insert(waiters_.ends_.end(), this);
}

Waiters::Ends::~Ends() {
  forget();
  waiters_.ends_.erase(place_);
}

void Waiters::Ends::forget() {
  waiters_.ids_ -= open_.size();
  open_.clear();
}

bool Waiters::Ends::expect(const std::vector<std::string>& open) {
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

void Waiters::Ends::ended(const std::string& rollout_id) {
  if (!expecting_) {
    if (early_.size() < max_ids) early_.insert(rollout_id);
    return;
  }
  if (open_.erase(rollout_id) == 0) return;
  --waiters_.ids_;
  if (!open_.empty()) return;
  expecting_ = false;  // it will look at the store again
  wake();
}

Waiters::Turn::Turn(Waiters& waiters) : waiters_(waiters) {
  place_ = waiters_.line_.insert(waiters_.line_.end(), this);
}

Waiters::Turn::~Turn() {
  waiters_.line_.erase(place_);
}

void Waiters::Turn::pass_on() {
  waiters_.wake_next(this);
}

void Waiters::wake_next(const Turn* but) {
  const auto next = std::ranges::find_if(line_, [but](const Turn* turn) { return turn != but; });
  if (next == line_.end()) return;
  Turn* turn = *next;
  line_.splice(line_.end(), line_, turn->place_);  // what is queued next wakes another
  turn->wake();
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
