#include "fleet/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fleet/handle.hpp"

namespace understudy::daemon::fleet {

using namespace std::chrono_literals;

namespace {

/// Delay before the next commit after a failed one.
constexpr auto retry_commit_after = 1s;
/// A longer commit is reported as trouble.
constexpr auto slow_commit = 2s;
/// Longest a client waits behind a turn that is stuck on the disk.
constexpr auto longest_in_mailbox = 5s;

}  // namespace

Fleet::Fleet(Ports ports, Place place, std::shared_ptr<const config::Config> config)
    : ports_(std::move(ports)), place_(std::move(place)) {
  state_.config = std::move(config);
}

container::Now Fleet::now() const {
  return {ports_.clock.wall(), ports_.clock.steady(), ports_.chance ? ports_.chance() : 0.5};
}

void Fleet::post(Message message) {
  if (!message.at) message.at = now();
  mailbox_.push_back(std::move(message));
  if (ports_.wake) ports_.wake();
}

std::unique_ptr<TurnWork> Fleet::begin_turn() {
  auto messages = std::exchange(mailbox_, {});
  const auto when = now();
  if (!store_trouble_.empty() && when.steady < retry_commit_at_) {
    put_back(std::move(messages));
    return nullptr;
  }
  under_way_since_ = when.steady;
  const Tools tools{place_, ports_.keys, ports_.zones, ports_.redact};
  return std::make_unique<TurnWork>(state_, tools, ports_.store, std::move(messages), when);
}

void Fleet::finish(std::unique_ptr<TurnWork> work) {
  under_way_since_.reset();
  if (work->failure_) std::rethrow_exception(work->failure_);
  if (!work->committed_) return commit_failed(work->committed_.error(), std::move(work->messages_));
  if (!std::exchange(store_trouble_, {}).empty()) ports_.log.info("the store takes writes again");
  auto& turn = work->turn_;
  turn.swap_into(state_);
  next_retry_ms_ = work->next_retry_ms_;
  for (std::size_t i = 0; i < work->messages_.size(); ++i)
    if (const auto& answer = work->messages_[i].answer) answer(work->answers_[i]);
  for (const auto& event : turn.events()) ports_.announcer.announce(event);
  for (auto& effect : turn.effects()) ports_.edge.carry_out(std::move(effect));
  if (!state_.unsettled.empty() && ports_.wake) ports_.wake();
}

void Fleet::turn() {
  auto work = begin_turn();
  if (!work) return;
  work->run();
  finish(std::move(work));
}

void Fleet::commit_failed(const store::CommitError& error, std::deque<Message> messages) {
  ports_.log.error("the turn could not be committed", {{"error", error.message}});
  store_trouble_ = error.message;
  store_refusal_ =
      error.kind == store::CommitErrorKind::disk_full ? RefusalKind::store_full : RefusalKind::unavailable;
  retry_commit_at_ = now().steady + retry_commit_after;
  std::move(mailbox_.begin(), mailbox_.end(), std::back_inserter(messages));  // newer messages come last
  mailbox_.clear();
  put_back(std::move(messages));
}

/// Refuses clients' messages; keeps what the edge reported for the next try.
void Fleet::put_back(std::deque<Message> messages) {
  std::deque<Message> kept;
  for (auto& message : messages) {
    if (message.answer)
      message.answer(std::unexpected(Refusal{store_refusal_, store_trouble_}));
    else if (!std::holds_alternative<Ticked>(message.what))
      kept.push_back(std::move(message));
  }
  std::move(mailbox_.begin(), mailbox_.end(), std::back_inserter(kept));
  mailbox_ = std::move(kept);
}

void Fleet::refuse_late() {
  if (!under_way_since_) return;
  const auto posted_before = now().steady - longest_in_mailbox;
  std::erase_if(mailbox_, [&](const Message& message) {
    if (!message.answer || message.at->steady > posted_before) return false;
    message.answer(std::unexpected(Refusal{RefusalKind::unavailable, store_trouble()}));
    return true;
  });
}

std::string Fleet::store_trouble() const {
  if (!store_trouble_.empty() || !under_way_since_) return store_trouble_;
  const auto waited = ports_.clock.steady() - *under_way_since_;
  if (waited < slow_commit) return {};
  return fmt::format(
      "a write has waited for {} s: the disk does not answer, or another process has locked the database",
      std::chrono::floor<std::chrono::seconds>(waited).count());
}

bool Fleet::is_stopping_containers() const {
  return std::ranges::any_of(state_.agents, [](const auto& entry) {
    const auto& one = entry.second.container;
    return one && container::lifecycle_state(*one) == "stopping";
  });
}

std::optional<container::Steady> Fleet::next_deadline() const {
  if (!store_trouble_.empty()) return retry_commit_at_;
  return earliest_deadline(state_, now(), next_retry_ms_);
}

}  // namespace understudy::daemon::fleet
