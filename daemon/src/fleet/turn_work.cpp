#include "fleet/turn_work.hpp"

#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/records.hpp"

namespace understudy::daemon::fleet {

namespace {

std::optional<std::int64_t> earlier(std::optional<std::int64_t> one, std::optional<std::int64_t> other) {
  return one && other ? std::min(one, other) : one ? one : other;
}

}  // namespace

void TurnWork::run() {
  try {
    answers_.reserve(messages_.size());
    for (const auto& message : messages_) {
      turn_.set_now(*message.at);
      answers_.push_back(handle(turn_, message.what));
    }
    turn_.set_now(began_);
    settle(turn_);
    save_health(turn_);
    save_touched(turn_);
    const auto give_up = transaction_.next_give_up_at();
    committed_ = transaction_.commit();
    if (committed_) next_retry_ms_ = earlier(store_.next_retry_at(turn_.retries_offered_ms()), give_up);
  } catch (...) {
    failure_ = std::current_exception();  // rethrown on the fleet's thread
  }
}

std::vector<WriteEnvFile> TurnWork::take_env_files() {
  std::vector<WriteEnvFile> files;
  if (!committed_ || failure_) return files;
  std::erase_if(turn_.effects(), [&](Effect& effect) {
    auto* file = std::get_if<WriteEnvFile>(&effect);
    if (file) files.push_back(std::move(*file));
    return file != nullptr;
  });
  return files;
}

}  // namespace understudy::daemon::fleet
