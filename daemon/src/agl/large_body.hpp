#pragma once
#include <boost/asio/awaitable.hpp>
#include <type_traits>
#include <utility>

#include "agl/body.hpp"
#include "api/offload.hpp"

namespace understudy::daemon::agl {

/// What a body says, and what `read` makes of it: away from the loop when it is large, as anybody may send
/// megabytes. `as` reads the body itself.
template <class Read, class Found = std::invoke_result_t<Read&, RequestBody>>
boost::asio::awaitable<Found> read_large(api::Offload& offload, const http::Request& request, Read read,
                                         Result<RequestBody> (*as)(const http::Request&) = read_object) {
  auto look = [&request, read = std::move(read), as]() mutable -> Found {
    auto said = as(request);
    if (!said) return std::unexpected(std::move(said.error()));
    return read(std::move(*said));
  };
  auto reading = offload.run(request.body.size(), std::move(look));
  co_return co_await std::move(reading);
}

}  // namespace understudy::daemon::agl
