#include "understudy/failover/run_watch.hpp"

#include <algorithm>

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

constexpr Duration repeat_after{15'000};

}  // namespace

RunWatch::RunWatch(Duration silence, bool answered, Duration now)
    : silence_(silence), answered_(answered), due_(now + silence) {}

void RunWatch::on_output(Duration now) {
  due_ = now + silence_;
}

void RunWatch::on_end_asked(Duration now) {
  if (!end_asked_) end_asked_ = now;
}

bool RunWatch::tells_answer(const RunSigns& signs) {
  if (answered_ || !signs.answered) return false;
  answered_ = true;
  return true;
}

bool RunWatch::tells_silence(const RunSigns& signs, Duration now) {
  const auto due = silence_due(signs);
  if (!due || now < *due) return false;
  due_ = now + std::min(silence_, repeat_after);
  return true;
}

std::optional<Duration> RunWatch::silence_due(const RunSigns& signs) const {
  if (silence_ <= Duration{0} || !signs.unanswered_since) return std::nullopt;
  return due_;
}

bool RunWatch::provider_hung(const RunSigns& signs, Duration ended) const {
  if (signs.retrying) return true;
  return signs.unanswered_since && end_asked_.value_or(ended) - *signs.unanswered_since >= unanswered_enough;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
