#pragma once
#include <boost/asio/awaitable.hpp>

#include "fleet/fleet.hpp"
#include "http/types.hpp"

namespace understudy::daemon::api {

/// Posts a message; resolves with the fleet's answer once its turn is committed.
[[nodiscard]] boost::asio::awaitable<fleet::Answer> ask(fleet::Fleet& fleet, fleet::What what);

/// The rollout store answers 400 where the other routes have a 422.
[[nodiscard]] constexpr int status_of(fleet::RefusalKind kind, int invalid = 422) {
  switch (kind) {
    case fleet::RefusalKind::not_found: return 404;
    case fleet::RefusalKind::conflict: return 409;
    case fleet::RefusalKind::invalid: return invalid;
    case fleet::RefusalKind::unauthorized: return 401;
    case fleet::RefusalKind::store_full: return 507;
    case fleet::RefusalKind::unavailable: return 503;
  }
  return 503;
}
[[nodiscard]] http::Response refused(const fleet::Refusal& refusal);

/// ask(), then `status` with the answer's JSON, if any; or the refusal.
[[nodiscard]] boost::asio::awaitable<http::Response> ask_and_respond(fleet::Fleet& fleet, fleet::What what,
                                                                     int status = 200);

}  // namespace understudy::daemon::api
