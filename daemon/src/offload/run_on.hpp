#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace understudy::daemon::offload {

/// What `work()` returns, or throws, when it is done on the executor `there`; the caller goes on where it
/// was. The wait cannot be cancelled: a caller that is cancelled meanwhile learns of it afterwards. (Asio's
/// co_spawn hands a cancellation over to the other executor, where it may arrive when what it is for is
/// gone.) Give the lambda a name first: GCC 12 destroys a closure inside a co_await expression twice.
template <class Executor, class Work, class Result = std::invoke_result_t<Work&>>
boost::asio::awaitable<Result> run_on(Executor there, Work work) {
  namespace asio = boost::asio;
  constexpr bool gives_nothing = std::is_void_v<Result>;
  struct Outcome {
    std::optional<std::conditional_t<gives_nothing, std::monostate, Result>> result{};
    std::exception_ptr failure{};
  };
  const auto outcome = std::make_shared<Outcome>();
  auto begin = [](auto handler, Executor place, Work given, std::shared_ptr<Outcome> to_fill) {
    auto guard = asio::make_work_guard(handler);
    auto task = [handler = std::move(handler), guard = std::move(guard),
                 given = std::optional(std::move(given)), to_fill = std::move(to_fill)]() mutable {
      try {
        if constexpr (gives_nothing)
          (*given)();
        else
          to_fill->result.emplace((*given)());
      } catch (...) {
        to_fill->failure = std::current_exception();
      }
      given.reset();  // what it has with it goes before the caller does
      const auto home = guard.get_executor();
      asio::post(home, [handler = std::move(handler)]() mutable { std::move(handler)(); });
    };
    asio::post(place, std::move(task));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      std::move(begin), asio::use_awaitable, std::move(there), std::move(work), outcome);
  if (outcome->failure) std::rethrow_exception(outcome->failure);
  if constexpr (!gives_nothing) co_return std::move(*outcome->result);
}

}  // namespace understudy::daemon::offload
