#pragma once
#include <boost/asio/awaitable.hpp>
#include <type_traits>
#include <utility>

#include "agl/body.hpp"
#include "api/offload.hpp"

namespace understudy::daemon::agl {

/// Parses a body with `parse` and converts it with `read`, off the loop if it is large.
template <class Read, class Found = std::invoke_result_t<Read&, RequestBody>>
boost::asio::awaitable<Found> read_large(api::Offload& offload, const http::Request& request, Read read,
                                         Result<RequestBody> (*parse)(const http::Request&) = read_object) {
  auto work = [&request, read = std::move(read), parse]() mutable -> Found {
    auto body = parse(request);
    if (!body) return std::unexpected(std::move(body.error()));
    return read(std::move(*body));
  };
  auto reading = offload.run(request.body.size(), std::move(work));
  co_return co_await std::move(reading);
}

}  // namespace understudy::daemon::agl
