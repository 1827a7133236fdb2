#include "api/ask.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "http/respond.hpp"

namespace understudy::daemon::api {

namespace asio = boost::asio;

asio::awaitable<fleet::Answer> ask(fleet::Fleet& fleet, fleet::What what) {
  auto begin = [&fleet](auto handler, fleet::What wanted) {
    // std::function must be copyable; the handler is move-only.
    const auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    const auto guard =
        std::make_shared<decltype(asio::make_work_guard(*waiting))>(asio::make_work_guard(*waiting));
    fleet.post({std::move(wanted), [waiting, guard](const fleet::Answer& answer) {
                  // Not from inside the turn: the handler may ask again.
                  asio::post(guard->get_executor(), [waiting, answer] { std::move (*waiting)(answer); });
                }});
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(fleet::Answer)>(
      std::move(begin), asio::use_awaitable, std::move(what));
}

http::Response refused(const fleet::Refusal& refusal) {
  return http::problem(status_of(refusal.kind), refusal.detail);
}

asio::awaitable<http::Response> ask_and_respond(fleet::Fleet& fleet, fleet::What what, int status) {
  const auto answer = co_await ask(fleet, std::move(what));
  if (!answer) co_return refused(answer.error());
  if (answer->empty()) co_return http::empty(status);
  co_return http::json(status, *answer);
}

}  // namespace understudy::daemon::api
