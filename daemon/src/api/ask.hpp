#pragma once
#include <boost/asio/awaitable.hpp>
#include <string>

#include "fleet/fleet.hpp"
#include "http/types.hpp"

namespace understudy::daemon::api {

/// Posts a message and resolves with the fleet's answer, after its turn was committed.
[[nodiscard]] boost::asio::awaitable<fleet::Answer> ask(fleet::Fleet& fleet, fleet::What what);

/// not_found 404, conflict 409, invalid 422, unauthorized 401, store_full 507, unavailable 503.
[[nodiscard]] http::Response refused(const fleet::Refusal& refusal);

/// ask, then the answer's JSON with `status`, or no body when it has none; or the refusal.
[[nodiscard]] boost::asio::awaitable<http::Response> ask_and_tell(fleet::Fleet& fleet, fleet::What what,
                                                                  int status = 200);

}  // namespace understudy::daemon::api
