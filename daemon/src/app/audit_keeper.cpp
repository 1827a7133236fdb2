#include "app/audit_keeper.hpp"

namespace understudy::daemon::app {

using namespace std::chrono_literals;

namespace {

constexpr auto write_delay = 200ms;
constexpr auto counting_interval = 61s;

}  // namespace

void AuditKeeper::note(const http::Request& request, int status) {
  if (auto entry = http::audit_entry(request, status)) note(std::move(*entry));
}

void AuditKeeper::note(http::AuditEntry entry) {
  if (closed_) return;
  entry.ts = fleet_.now().wall.time_since_epoch().count();
  const auto noted = entry;
  const bool is_logged = audit_.trail.record(std::move(entry));
  if (is_logged && noted.refused)
    log_.warning(
        noted.action + " was refused",
        {{"peer", noted.peer}, {"actor", noted.actor}, {"subject", noted.subject}, {"result", noted.result}});
  arm();
}

void AuditKeeper::arm() {
  if (soon_ || closed_) return;
  soon_ = audit_.trail.has_entries();
  if (!soon_ && !audit_.trail.is_counting()) return;
  timer_.expires_after(soon_ ? std::chrono::steady_clock::duration(write_delay) : counting_interval);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    soon_ = false;
    api::write_audit(audit_, fleet_);
    arm();
  });
}

void AuditKeeper::close() {
  closed_ = true;
  timer_.cancel();
  api::write_audit(audit_, fleet_);
}

}  // namespace understudy::daemon::app
