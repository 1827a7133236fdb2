#include "offload/semaphore.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <optional>
#include <vector>

using namespace understudy::daemon::offload;
namespace asio = boost::asio;

TEST_CASE("permits are given in the order in which they were asked for", "[offload]") {
  asio::io_context io{1};
  Semaphore semaphore(2);
  std::vector<int> served;
  int at_once = 0;
  const auto guest = [&](int number) -> asio::awaitable<void> {
    const auto permit = co_await semaphore.take();
    served.push_back(number);
    CHECK(++at_once <= 2);
    for (int i = 0; i < 3; ++i) co_await asio::post(io, asio::use_awaitable);
    --at_once;
  };
  for (int number = 0; number < 5; ++number) asio::co_spawn(io, guest(number), asio::detached);
  io.run();
  CHECK(served == std::vector{0, 1, 2, 3, 4});
}

TEST_CASE("a waiter that is cancelled takes no permit", "[offload]") {
  asio::io_context io{1};
  Semaphore semaphore(1);
  bool was_served = false;
  asio::cancellation_signal gone;
  const auto guest = [&](bool& done) -> asio::awaitable<void> {
    const auto permit = co_await semaphore.take();
    done = true;
  };
  {
    std::optional<Semaphore::Permit> first;
    const auto take = [&]() -> asio::awaitable<void> { first.emplace(co_await semaphore.take()); };
    asio::co_spawn(io, take(), asio::detached);
    io.run();
    asio::co_spawn(io, guest(was_served), asio::bind_cancellation_slot(gone.slot(), asio::detached));
    io.restart();
    io.poll();
    gone.emit(asio::cancellation_type::all);
    io.restart();
    io.run();
    CHECK_FALSE(was_served);
  }
  bool second = false;
  asio::co_spawn(io, guest(second), asio::detached);
  io.restart();
  io.run();
  CHECK(second);
}
