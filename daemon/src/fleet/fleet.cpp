#include "fleet/fleet.hpp"

#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/records.hpp"

namespace understudy::daemon::fleet {

using namespace std::chrono_literals;

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

void Fleet::turn() {
  auto messages = std::exchange(mailbox_, {});
  const auto when = now();
  if (!store_trouble_.empty() && when.steady < retry_commit_at_) {
    put_back(std::move(messages));
    return;
  }
  const Tools tools{place_, ports_.keys, ports_.zones, ports_.redact};
  auto transaction = ports_.store.begin();
  Turn turn(state_, tools, transaction, when);
  std::vector<Answer> answers;
  answers.reserve(messages.size());
  for (const auto& message : messages) {
    turn.set_now(*message.at);
    answers.push_back(handle(turn, message.what));
  }
  turn.set_now(when);
  settle(turn);
  save_touched(turn);
  if (const auto committed = transaction.commit(); !committed) {
    const auto& error = committed.error();
    ports_.log.error("the turn could not be committed", {{"error", error.message}});
    store_trouble_ = error.message;
    store_refusal_ =
        error.kind == store::CommitErrorKind::disk_full ? RefusalKind::store_full : RefusalKind::unavailable;
    retry_commit_at_ = when.steady + 1s;
    put_back(std::move(messages));
    return;
  }
  if (!std::exchange(store_trouble_, {}).empty()) ports_.log.info("the store takes writes again");
  turn.swap_into(state_);
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (messages[i].answer) messages[i].answer(answers[i]);
  for (const auto& event : turn.events()) ports_.announcer.announce(event);
  for (auto& effect : turn.effects()) ports_.edge.carry_out(std::move(effect));
  if (!state_.unsettled.empty() && ports_.wake) ports_.wake();
}

/// A client is told; what the edge reported must not get lost and waits for the next try.
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

bool Fleet::is_stopping_containers() const {
  return std::ranges::any_of(state_.agents, [](const auto& entry) {
    const auto& box = entry.second.box;
    return box && container::lifecycle_state(*box) == "stopping";
  });
}

std::optional<container::Steady> Fleet::next_deadline() const {
  if (!store_trouble_.empty()) return retry_commit_at_;
  return earliest_deadline(state_, now(), ports_.store);
}

}  // namespace understudy::daemon::fleet
