#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/audit.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::app {

/// Brings what was done, and what was refused, into the audit log: a moment later, so that many share a turn.
/// Refusals are said in the daemon's log too.
class AuditKeeper {
 public:
  AuditKeeper(boost::asio::io_context& io, api::AuditLog& audit, fleet::Fleet& fleet, ports::Log& log)
      : timer_(io), audit_(audit), fleet_(fleet), log_(log) {}

  void note(const http::Request& request, int status);
  void note(http::AuditEntry entry);
  /// Writes what waits now; nothing is noted afterwards.
  void close();

 private:
  void arm();

  boost::asio::steady_timer timer_;
  api::AuditLog& audit_;
  fleet::Fleet& fleet_;
  ports::Log& log_;
  bool soon_{false};  // the timer is set, and for the next moment
  bool closed_{false};
};

}  // namespace understudy::daemon::app
