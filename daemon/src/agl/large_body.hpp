#pragma once
#include <boost/asio/awaitable.hpp>
#include <utility>

#include "agl/body.hpp"
#include "api/world.hpp"

namespace understudy::daemon::agl {

/// read_object(), away from the loop when the body is large: for calls that anybody may make with megabytes.
[[nodiscard]] inline boost::asio::awaitable<Or<Said>> read_large_object(api::World& world,
                                                                        const http::Request& request) {
  auto look = [&request] { return read_object(request); };
  auto reading = world.offload.run(request.body.size(), std::move(look));
  co_return co_await std::move(reading);
}

}  // namespace understudy::daemon::agl
