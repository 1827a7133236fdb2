#include "fleet/containment_hint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::daemon::fleet {

namespace {

using namespace std::chrono_literals;

/// A shorter life counts as a failed start that no probe could see.
constexpr container::Duration short_life = 10s;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return result;
}

bool failed_by_itself(const container::Fact& ended) {
  using container::FactType;
  if (ended.type == FactType::crashed) return ended.uptime.value_or(short_life) < short_life;
  const bool start = ended.type == FactType::lazy_start_failed || ended.type == FactType::start_failed;
  return start && ended.kind == container::FailureKind::exit;
}

}  // namespace

std::string containment_hint(const config::Container& from, const container::Fact& ended) {
  if (from.mode != config::Mode::docker || !failed_by_itself(ended)) return "";
  const auto& contained = from.containment;
  const auto log = lower(ended.log_tail);
  const auto mentions = [&log](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](auto word) { return log.find(word) != log.npos; });
  };
  if (contained.no_new_privileges &&
      mentions({"no new privileges", "effective uid is not 0", "must be setuid root", "must be suid"}))
    return "; container.no_new_privileges keeps setuid programs from gaining anything";
  if (contained.read_only && mentions({"read-only file system"}))
    return "; container.read_only is on: give it what it writes by container.tmpfs or container.mounts";
  if (contained.pids_limit > 0 &&
      mentions({"resource temporarily unavailable", "can't fork", "cannot fork",
                "unable to create native thread", "pthread_create failed", "fork failed"}))
    return fmt::format("; container.pids_limit allows {} processes and threads", contained.pids_limit);
  const bool denied = mentions({"permission denied", "eacces"});
  const bool drops_all = std::ranges::find(contained.cap_drop, "ALL") != contained.cap_drop.end();
  if (denied && !contained.user.empty()) return "; container.user may not be allowed what the image does";
  if (drops_all && (denied || mentions({"operation not permitted", "eperm", "must be run as root",
                                        "setgroups", "are you root", "must run as root"})))
    return "; container.cap_drop drops ALL capabilities by default, which may be why: add what the image "
           "needs "
           "to container.cap_add";
  return "";
}

void explain_containment(const config::Container& from, container::Step& step) {
  for (auto& fact : step.facts) {
    const auto hint = containment_hint(from, fact);
    if (hint.empty()) continue;
    for (auto& effect : step.effects)
      if (auto* refuse = std::get_if<container::Refuse>(&effect); refuse && refuse->message == fact.error)
        refuse->message += hint;
    if (fact.error.empty()) fact.error = "died soon after its start";
    fact.error += hint;
    if (!step.state.last_error.empty()) step.state.last_error = fact.error;
  }
}

}  // namespace understudy::daemon::fleet
