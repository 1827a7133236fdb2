#include "http/audit.hpp"

#include <fmt/format.h>

#include "http/respond.hpp"
#include "http/router.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr int told_of_changes = 120;  // a minute, of one caller, action and result
constexpr int told_of_refusals = 5;
constexpr std::size_t most_runs = 200;
constexpr std::size_t longest_subject = 200;

bool is_refusal(int status) {
  return status == 401 || status == 403;
}

bool brings_wrong_token(const Request& request) {
  const auto credentials = request.headers.get("Authorization").value_or("");
  return request.actor == "nobody" && same_ignoring_case(credentials.substr(0, 7), "Bearer ") &&
         credentials.size() > 7;
}

/// Worth telling though it was allowed.
bool is_worth_telling(const Request& request, const Route& route) {
  if (!route.changes()) return false;
  switch (route.access) {
    case Access::operator_: return true;
    case Access::open: return request.actor != "nobody" || route.method != Method::delete_;  // the sessions
    case Access::store: return request.is_operator;
    case Access::read: return false;
  }
  return false;
}

std::string subject_of(const Request& request) {
  if (!request.subject.empty()) return request.subject;
  std::string subject;
  for (const auto& [name, value] : request.params) {
    if (!subject.empty()) subject += '/';
    subject += value;
  }
  return subject.empty() && request.matched == nullptr ? request.path : subject;
}

}  // namespace

std::optional<Deed> deed_of(const Request& request, int status) {
  const auto* route = request.matched;
  const bool signs_in = route != nullptr && route->pattern == "/session" && route->method == Method::post;
  // Whoever guesses a token need not meet a refusal: GET /session tells him by its answer.
  const bool guesses = brings_wrong_token(request) && route != nullptr && route->access != Access::store;
  const bool refused = is_refusal(status) || (signs_in && status >= 400) || guesses;
  if (!refused && (route == nullptr || !is_worth_telling(request, *route))) return std::nullopt;
  auto action = fmt::format("{} {}", to_string(request.method), route != nullptr ? route->pattern : "(none)");
  if (signs_in) action += " (sign-in)";
  if (guesses && !is_refusal(status)) action += " (wrong token)";
  auto subject = subject_of(request);
  if (subject.size() > longest_subject) subject.resize(longest_subject);
  return Deed{.actor = request.actor,
              .peer = request.peer,
              .action = std::move(action),
              .subject = std::move(subject),
              .result = fmt::format("{} {}", status, reason_phrase(status)),
              .refused = refused};
}

bool AuditTrail::note(Deed deed) {
  auto key = fmt::format("{}\n{}\n{}\n{}", deed.actor, deed.peer, deed.action, deed.result);
  if (runs_.size() >= most_runs && !runs_.contains(key)) {
    // A crowd: what it does is counted together.
    key = deed.refused ? "refused" : "done";
    deed.actor = deed.peer = deed.action = "several";
    deed.result = deed.refused ? "refused" : "done";
  }
  auto& run = runs_[key];
  if (run.begun != 0 && deed.ts >= run.begun + minute_ms) close(run);
  if (run.begun == 0) run.begun = deed.ts;
  run.last = deed;
  if (run.told >= (deed.refused ? told_of_refusals : told_of_changes)) {
    ++run.more;
    return false;
  }
  ++run.told;
  ready_.push_back(std::move(deed));
  return true;
}

void AuditTrail::close(Run& run) {
  if (run.more > 0) {
    auto rest = run.last;
    rest.subject.clear();
    rest.result += fmt::format(", {} more times within a minute", run.more);
    ready_.push_back(std::move(rest));
  }
  run = {};
}

std::vector<Deed> AuditTrail::take(std::int64_t now_ms) {
  for (auto at = runs_.begin(); at != runs_.end();) {
    const bool is_over = now_ms >= at->second.begun + minute_ms || now_ms < at->second.begun;
    if (is_over) close(at->second);
    at = is_over ? runs_.erase(at) : std::next(at);
  }
  return std::exchange(ready_, {});
}

}  // namespace understudy::daemon::http
