#pragma once
#include <boost/asio/awaitable.hpp>

#include "fleet/fleet.hpp"
#include "http/types.hpp"

namespace understudy::daemon::api {

/// Posts a message; resolves with the fleet's answer once its turn is committed.
[[nodiscard]] boost::asio::awaitable<fleet::Answer> ask(fleet::Fleet& fleet, fleet::What what);

/// not_found 404, conflict 409, invalid 422, unauthorized 401, store_full 507, unavailable 503.
[[nodiscard]] http::Response refused(const fleet::Refusal& refusal);

/// ask(), then `status` with the answer's JSON, if any; or the refusal.
[[nodiscard]] boost::asio::awaitable<http::Response> ask_and_respond(fleet::Fleet& fleet, fleet::What what,
                                                                     int status = 200);

}  // namespace understudy::daemon::api
