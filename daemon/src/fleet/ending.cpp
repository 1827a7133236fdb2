#include "fleet/ending.hpp"

#include <algorithm>
#include <utility>

namespace understudy::daemon::fleet {

namespace {

using container::Steady;
using Means = Ending::Means;

constexpr std::pair<Ending::Why, std::string_view> reasons[]{
    {Ending::Why::cancelled, "cancelled"},
    {Ending::Why::deadline, "deadline"},
    {Ending::Why::silent, "silent"},
    {Ending::Why::requeued, "requeued"},
};
constexpr std::pair<Means, std::string_view> all_means[]{
    {Means::terminate, "terminate"},
    {Means::kill, "kill"},
    {Means::container, "container"},
};

template <class Value, std::size_t Size>
std::optional<Value> parsed(const std::pair<Value, std::string_view> (&names)[Size], std::string_view text) {
  for (const auto& [value, name] : names)
    if (name == text) return value;
  return std::nullopt;
}
template <class Value, std::size_t Size>
std::string_view named(const std::pair<Value, std::string_view> (&names)[Size], Value wanted) {
  for (const auto& [value, name] : names)
    if (value == wanted) return name;
  return "?";
}

struct Stepping {
  const EndingPolicy& policy;
  Ending& it;
  Steady now;

  EndingAction operator()(const EndingRequested&) const {
    it.pending = it.delivered = false;
    it.failed = 0;
    return request();
  }

  EndingAction operator()(const EndingAnswered& answered) const {
    if (!it.pending || it.gone || answered.signal_id != it.signal_id) return EndingAction::nothing;
    it.pending = false;
    it.trouble = answered.trouble;
    switch (answered.answer) {
      case EndingAnswered::Answer::delivered:
        it.delivered = true;
        it.failed = 0;
        it.due = now + (it.means == Means::terminate ? policy.grace : policy.kill_grace);
        break;
      case EndingAnswered::Answer::failed: fail(); break;
      case EndingAnswered::Answer::forbidden:
        it.failed = policy.tries;
        if (policy.has_container) it.means = Means::container;
        it.due = now + (policy.has_container ? container::Duration{} : policy.backoff_max);
        break;
      case EndingAnswered::Answer::unreachable:
        // Firmer means would not arrive either.
        it.due = now + pause(it.requests);
        break;
    }
    return EndingAction::nothing;
  }

  EndingAction operator()(const EndingTicked&) const {
    if (now < it.due) return EndingAction::nothing;
    if (it.gone) return EndingAction::is_over;
    if (it.pending) {
      it.pending = false;
      it.trouble = "no answer in time";
      fail();
      return EndingAction::nothing;
    }
    if (it.delivered) be_firmer();
    return request();
  }

  EndingAction operator()(const EngineBack&) const {
    if (it.pending || it.delivered || it.gone) return EndingAction::nothing;
    it.failed = 0;
    return request();
  }

  EndingAction operator()(const ContainerGone&) const {
    if (it.gone || !policy.dies_with_container) return EndingAction::nothing;
    it.gone = true;
    it.pending = false;
    it.due = now + policy.spool_wait;
    return EndingAction::nothing;
  }

 private:
  EndingAction request() const {
    ++it.requests;
    it.delivered = false;
    if (it.means == Means::container) {
      it.due = now + policy.stop_again;
      return EndingAction::stop_container;
    }
    ++it.signal_id;
    it.pending = true;
    it.due = now + policy.signal_timeout;
    return EndingAction::signal;
  }

  void fail() const {
    if (++it.failed >= policy.tries && it.means != firmest()) {
      be_firmer();
      it.due = now;
    } else {
      it.due = now + pause(it.failed);
    }
  }

  [[nodiscard]] Means firmest() const { return policy.has_container ? Means::container : Means::kill; }

  void be_firmer() const {
    it.failed = 0;
    if (it.means == Means::terminate)
      it.means = Means::kill;
    else
      it.means = firmest();
  }

  [[nodiscard]] container::Duration pause(int times) const {
    return std::min(policy.backoff_max, policy.backoff * (1 << std::clamp(times - 1, 0, 10)));
  }
};

}  // namespace

std::string_view to_string(Ending::Why why) {
  return named(reasons, why);
}
std::string_view to_string(Ending::Means means) {
  return named(all_means, means);
}
std::optional<Ending::Why> parse_ending_why(std::string_view text) {
  return parsed(reasons, text);
}
std::optional<Ending::Means> parse_ending_means(std::string_view text) {
  return parsed(all_means, text);
}

EndingStep step(const EndingPolicy& policy, Ending ending, const EndingEvent& event, Steady now) {
  EndingStep out{std::move(ending)};
  out.action = std::visit(Stepping{policy, out.state, now}, event);
  return out;
}

}  // namespace understudy::daemon::fleet
