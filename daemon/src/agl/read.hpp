#pragma once
#include <boost/asio/awaitable.hpp>
#include <utility>

#include "agl/trouble.hpp"
#include "agl/write.hpp"
#include "api/long_answer.hpp"
#include "api/world.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::agl {

[[nodiscard]] inline http::Response json_200(std::string text) {
  return http::json(200, std::move(text));
}
[[nodiscard]] inline http::Response json_200(http::Body body) {
  return api::json_answer(std::move(body));
}

/// Work on the library's thread that gives JSON, as an answer. It gives Result<std::string> or
/// Result<http::Body>.
template <class Look>
boost::asio::awaitable<http::Response> tell(api::World& world, const http::Request& request, Look look,
                                            Dialect dialect) {
  co_await look_first(world);
  auto found = co_await world.library.read(std::move(look), api::lane_of(request));
  if (!found) co_return render(Trouble{503, found.error(), {}}, dialect);
  if (!*found) co_return render(found->error(), dialect);
  co_return json_200(std::move(**found));
}

/// A list. The same question again is answered from memory until something is written; "" is never the same.
template <class Look>
boost::asio::awaitable<http::Response> tell_list(api::World& world, const http::Request& request,
                                                 std::string question, Look look, Dialect dialect) {
  auto& memo = world.memos[static_cast<std::size_t>(api::lane_of(request))];
  auto remember = [&memo, question = std::move(question),
                   look = std::move(look)](store::Reader& reader) -> Result<http::Body> {
    if (question.empty()) return look(reader);
    const auto version = reader.version();
    if (const auto* known = memo.find(version, question)) return http::Body(*known);
    Result<http::Body> answer = look(reader);
    if (!answer) return answer;
    if (const auto* text = std::get_if<std::string>(&*answer)) memo.keep(version, question, *text);
    return answer;
  };
  return tell(world, request, std::move(remember), dialect);
}

/// The same for a write, with the status of its success.
[[nodiscard]] inline boost::asio::awaitable<http::Response> tell_written(api::World& world, Work work,
                                                                         int status, Dialect dialect) {
  const auto answer = co_await write(world, std::move(work));
  if (!answer) co_return render(answer.error(), dialect);
  co_return http::json(status, *answer);
}

}  // namespace understudy::daemon::agl
