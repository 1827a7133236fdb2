#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/audit.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::app {

/// Writes requests and refusals to the audit log after a short delay, so that many share a turn. Refusals
/// also go to the daemon's log.
class AuditKeeper {
 public:
  AuditKeeper(boost::asio::io_context& io, api::AuditLog& audit, fleet::Fleet& fleet, ports::Log& log)
      : timer_(io), audit_(audit), fleet_(fleet), log_(log) {}

  void note(const http::Request& request, int status);
  void note(http::AuditEntry entry);
  /// Writes pending entries; accepts no more.
  void close();

 private:
  void arm();

  boost::asio::steady_timer timer_;
  api::AuditLog& audit_;
  fleet::Fleet& fleet_;
  ports::Log& log_;
  bool soon_{false};  // the timer is set for the next write
  bool closed_{false};
};

}  // namespace understudy::daemon::app
