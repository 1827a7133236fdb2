#include "http/audit.hpp"

#include <fmt/format.h>

#include "http/respond.hpp"
#include "http/router.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr int max_changes = 120;  // a minute, for one caller, action and result
constexpr int max_refusals = 5;
constexpr std::size_t max_runs = 200;
constexpr std::size_t max_subject = 200;

bool is_refusal(int status) {
  return status == 401 || status == 403;
}

bool has_wrong_token(const Request& request) {
  const auto credentials = request.headers.get("Authorization").value_or("");
  return request.actor == "nobody" && iequals(credentials.substr(0, 7), "Bearer ") && credentials.size() > 7;
}

/// Recorded although it was allowed.
bool is_auditable(const Request& request, const Route& route) {
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

std::optional<AuditEntry> audit_entry(const Request& request, int status) {
  const auto* route = request.matched;
  const bool signs_in = route != nullptr && route->pattern == "/session" && route->method == Method::post;
  // Guessing a token need not end in a refusal: GET /session answers whether it is right.
  const bool guesses = has_wrong_token(request) && route != nullptr && route->access != Access::store;
  const bool refused = is_refusal(status) || (signs_in && status >= 400) || guesses;
  if (!refused && (route == nullptr || !is_auditable(request, *route))) return std::nullopt;
  auto action = fmt::format("{} {}", to_string(request.method), route != nullptr ? route->pattern : "(none)");
  if (signs_in) action += " (sign-in)";
  if (guesses && !is_refusal(status)) action += " (wrong token)";
  auto subject = subject_of(request);
  if (subject.size() > max_subject) subject.resize(max_subject);
  return AuditEntry{.actor = request.actor,
                    .peer = request.peer,
                    .action = std::move(action),
                    .subject = std::move(subject),
                    .result = fmt::format("{} {}", status, reason_phrase(status)),
                    .refused = refused};
}

bool AuditTrail::record(AuditEntry entry) {
  auto key = fmt::format("{}\n{}\n{}\n{}", entry.actor, entry.peer, entry.action, entry.result);
  if (runs_.size() >= max_runs && !runs_.contains(key)) {
    // Too many callers: counted together.
    key = entry.refused ? "refused" : "done";
    entry.actor = entry.peer = entry.action = "several";
    entry.result = entry.refused ? "refused" : "done";
  }
  auto& run = runs_[key];
  if (run.begun != 0 && entry.ts >= run.begun + minute_ms) close(run);
  if (run.begun == 0) run.begun = entry.ts;
  run.last = entry;
  if (run.recorded >= (entry.refused ? max_refusals : max_changes)) {
    ++run.more;
    return false;
  }
  ++run.recorded;
  ready_.push_back(std::move(entry));
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

std::vector<AuditEntry> AuditTrail::take(std::int64_t now_ms) {
  for (auto at = runs_.begin(); at != runs_.end();) {
    const bool is_over = now_ms >= at->second.begun + minute_ms || now_ms < at->second.begun;
    if (is_over) close(at->second);
    at = is_over ? runs_.erase(at) : std::next(at);
  }
  return std::exchange(ready_, {});
}

}  // namespace understudy::daemon::http
