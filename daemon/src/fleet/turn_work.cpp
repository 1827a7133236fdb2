#include "fleet/turn_work.hpp"

#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/records.hpp"

namespace understudy::daemon::fleet {

std::optional<std::int64_t> next_task_due(store::Store& store, std::int64_t retries_offered_ms) {
  const auto retry = store.next_retry_at(retries_offered_ms);
  const auto give_up = store.next_give_up_at();
  return retry && give_up ? std::min(retry, give_up) : retry ? retry : give_up;
}

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
    committed_ = transaction_.commit();
    if (committed_) next_retry_ms_ = next_task_due(store_, turn_.retries_offered_ms());
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
