#pragma once
#include <boost/asio/awaitable.hpp>
#include <utility>

#include "agl/trouble.hpp"
#include "agl/write.hpp"
#include "api/world.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::agl {

/// Work on the library's thread that gives JSON, as an answer. It gives Or<std::string>.
template <class Look>
boost::asio::awaitable<http::Response> tell(api::World& world, Look look, Dialect dialect) {
  co_await look_first(world);
  const auto found = co_await world.library.read(std::move(look));
  if (!found) co_return render(Trouble{503, found.error(), {}}, dialect);
  if (!*found) co_return render(found->error(), dialect);
  co_return http::json(200, **found);
}

/// The same for a write, with the status of its success.
[[nodiscard]] inline boost::asio::awaitable<http::Response> tell_written(api::World& world, Work work,
                                                                         int status, Dialect dialect) {
  const auto answer = co_await write(world, std::move(work));
  if (!answer) co_return render(answer.error(), dialect);
  co_return http::json(status, *answer);
}

}  // namespace understudy::daemon::agl
