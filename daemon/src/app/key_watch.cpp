#include "app/key_watch.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <thread>
#include <utility>

namespace understudy::daemon::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;

void KeyWatch::read_now(const std::vector<std::string>& paths) {
  std::vector<std::future<config::KeyFile>> reads;
  for (const auto& path : paths) {
    std::packaged_task<config::KeyFile()> read([path] { return config::read_key_file(path); });
    reads.push_back(read.get_future());
    std::thread(std::move(read)).detach();  // nobody waits for one that hangs
  }
  const auto until = std::chrono::steady_clock::now() + patience;
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (reads[i].wait_until(until) == std::future_status::ready) take(paths[i], reads[i].get());
}

asio::awaitable<void> KeyWatch::read_first(std::vector<std::string> paths,
                                           std::chrono::milliseconds longest) {
  read(paths);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto until = std::chrono::steady_clock::now() + longest;
  const auto reads = [this](const std::string& path) { return being_read_.contains(path); };
  while (std::ranges::any_of(paths, reads) && std::chrono::steady_clock::now() < until) {
    timer.expires_after(5ms);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

void KeyWatch::follow(std::vector<std::string> paths) {
  paths_ = std::move(paths);
  keys_.keep(paths_);
}

asio::awaitable<void> KeyWatch::run() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(1s);
    co_await timer.async_wait(asio::use_awaitable);
    read(paths_);
  }
}

void KeyWatch::read(const std::vector<std::string>& paths) {
  for (const auto& path : paths)
    if (being_read_.insert(path).second) tasks_.spawn("key file", read_one(path));
}

asio::awaitable<void> KeyWatch::read_one(std::string path) {
  auto look = [path] { return config::read_key_file(path); };
  auto looking = disk_.at("key file " + path, std::move(look));
  const auto found = co_await std::move(looking);
  being_read_.erase(path);
  take(path, found);
}

void KeyWatch::take(const std::string& path, const config::KeyFile& found) {
  if (found.key && keys_.in_file(path) != found.key)
    secrets_.add(*found.key);  // masked before anybody has it
  if (!keys_.note(path, found)) return;
  if (found.key)
    log_.info("a provider's key was read", {{"file", path}});
  else
    log_.warning("a provider's key is gone", {{"reason", found.key.error()}});
  if (!found.warning.empty()) log_.warning(found.warning);
  if (on_change) on_change();
}

}  // namespace understudy::daemon::app
