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

/// A list. The same question again is answered from memory until something is written; "" is never the same.
template <class Look>
boost::asio::awaitable<http::Response> tell_list(api::World& world, std::string question, Look look,
                                                 Dialect dialect) {
  auto remember = [&memo = world.memo, question = std::move(question),
                   look = std::move(look)](store::Reader& reader) -> Or<std::string> {
    if (question.empty()) return look(reader);
    const auto version = reader.version();
    if (const auto* known = memo.find(version, question)) return *known;
    auto answer = look(reader);
    if (answer) memo.keep(version, question, *answer);
    return answer;
  };
  return tell(world, std::move(remember), dialect);
}

/// The same for a write, with the status of its success.
[[nodiscard]] inline boost::asio::awaitable<http::Response> tell_written(api::World& world, Work work,
                                                                         int status, Dialect dialect) {
  const auto answer = co_await write(world, std::move(work));
  if (!answer) co_return render(answer.error(), dialect);
  co_return http::json(status, *answer);
}

}  // namespace understudy::daemon::agl
