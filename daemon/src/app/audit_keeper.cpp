#include "app/audit_keeper.hpp"

namespace understudy::daemon::app {

using namespace std::chrono_literals;

namespace {

constexpr auto a_moment = 200ms;
constexpr auto until_counted = 61s;

}  // namespace

void AuditKeeper::note(const http::Request& request, int status) {
  if (auto deed = http::deed_of(request, status)) note(std::move(*deed));
}

void AuditKeeper::note(http::Deed deed) {
  if (closed_) return;
  deed.ts = fleet_.now().wall.time_since_epoch().count();
  const auto said = deed;
  const bool is_told = audit_.trail.note(std::move(deed));
  if (is_told && said.refused)
    log_.warning(
        said.action + " was refused",
        {{"peer", said.peer}, {"actor", said.actor}, {"subject", said.subject}, {"result", said.result}});
  arm();
}

void AuditKeeper::arm() {
  if (soon_ || closed_) return;
  soon_ = audit_.trail.has_news();
  if (!soon_ && !audit_.trail.is_counting()) return;
  timer_.expires_after(soon_ ? std::chrono::steady_clock::duration(a_moment) : until_counted);
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
