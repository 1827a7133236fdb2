#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "edge/task_group.hpp"

using namespace understudy::daemon;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> for_ever() {
  asio::steady_timer never(co_await asio::this_coro::executor, std::chrono::steady_clock::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
}

asio::awaitable<void> both(asio::awaitable<void> one, asio::awaitable<void> other) {
  using namespace asio::experimental::awaitable_operators;
  co_await (std::move(one) && std::move(other));
}

asio::awaitable<void> fails() {
  throw std::runtime_error("no such thing");
  co_return;
}

struct Group {
  asio::io_context io;
  std::vector<std::string> failures;
  edge::TaskGroup group{io, [this](std::string_view what) { failures.emplace_back(what); }};

  void stop() {
    asio::co_spawn(io, group.stop(), asio::detached);
    io.run();
  }
};

}  // namespace

TEST_CASE("work cancelled by the end is not a failure, nor is work that waits for several things", "[edge]") {
  Group it;
  it.group.spawn("one", for_ever());
  it.group.spawn("two", both(for_ever(), for_ever()));
  it.io.poll();
  it.stop();
  CHECK(it.failures.empty());
}

TEST_CASE("work that fails is said, also when it takes what waits beside it along", "[edge]") {
  Group it;
  it.group.spawn("one", fails());
  it.group.spawn("two", both(for_ever(), fails()));
  it.io.poll();
  CHECK(it.failures.size() == 2);
  it.stop();
  CHECK(it.failures.size() == 2);
}
