// Files on a disk that may not answer: who waits for whom.
#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "offload/disk.hpp"

using namespace understudy::daemon;
namespace asio = boost::asio;

namespace {

struct Places {
  asio::io_context io;
  offload::Disk disk{2};
  std::vector<std::string> done{};

  template <class Work>
  void at(const std::string& place, const std::string& name, Work work) {
    auto job = [this, place, name, work]() -> asio::awaitable<void> {
      auto task = work;
      co_await disk.at(place, std::move(task));
      done.push_back(name);
    };
    asio::co_spawn(io, std::move(job), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
  }
  void run_until(std::size_t count) {
    while (done.size() < count) io.run_one();
  }
};

}  // namespace

TEST_CASE("a place that hangs delays what is to be done there, and nothing else", "[disk]") {
  std::promise<void> answers;
  const auto hung = answers.get_future().share();
  Places it;
  it.at("a", "a1", [hung] { hung.wait(); });
  it.at("a", "a2", [] {});
  for (const auto* name : {"b1", "b2", "b3"}) it.at("b", name, [] {});
  it.at("c", "c1", [] {});
  it.run_until(4);
  CHECK(std::ranges::count_if(it.done, [](const auto& name) { return name.starts_with("a"); }) == 0);
  answers.set_value();
  it.run_until(6);
  CHECK(std::vector(it.done.end() - 2, it.done.end()) == std::vector<std::string>{"a1", "a2"});
}

TEST_CASE("work at one place is done in order, one after the other", "[disk]") {
  Places it;
  std::vector<int> order;  // no lock: the place is one
  for (int i = 0; i < 200; ++i) it.at("a", std::to_string(i), [&order, i] { order.push_back(i); });
  it.run_until(200);
  CHECK(std::ranges::is_sorted(order));
  CHECK(order.size() == 200);
}

TEST_CASE("the work's result or exception comes back to the caller, on the caller's thread", "[disk]") {
  asio::io_context io;
  offload::Disk disk(1);
  const auto home = std::this_thread::get_id();
  auto job = [&]() -> asio::awaitable<void> {
    auto where = [] { return std::this_thread::get_id(); };
    const auto there = co_await disk.at("a", std::move(where));
    CHECK(there != home);
    CHECK(std::this_thread::get_id() == home);
    auto fails = []() -> int { throw std::runtime_error("no such disk"); };
    std::string said;
    try {
      co_await disk.at("a", std::move(fails));
    } catch (const std::runtime_error& error) {
      said = error.what();
    }
    CHECK(said == "no such disk");
  };
  asio::co_spawn(io, std::move(job), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
  io.run();
}

TEST_CASE("a caller that is cancelled goes on when the work is over, and the work to its end", "[disk]") {
  constexpr int callers = 500;
  Places it;
  std::vector<asio::cancellation_signal> signals(callers);
  std::atomic<int> worked{0};
  int ended = 0;
  for (auto& signal : signals) {
    auto job = [&it, &worked]() -> asio::awaitable<void> {
      auto task = [&worked] { ++worked; };
      co_await it.disk.at("a", std::move(task));
    };
    asio::co_spawn(it.io, std::move(job),
                   asio::bind_cancellation_slot(signal.slot(), [&ended](std::exception_ptr) { ++ended; }));
  }
  for (int i = 0; i < callers; ++i) {
    it.io.poll_one();
    signals[static_cast<std::size_t>(i)].emit(asio::cancellation_type::terminal);
  }
  while (ended < callers) it.io.run_one();
  CHECK(worked == callers);
}
