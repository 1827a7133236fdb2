#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "app/provider_keys.hpp"
#include "app/secrets.hpp"
#include "edge/task_group.hpp"
#include "offload/disk.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::app {

/// Reads providers' key files, again and again: a changed file is how a key is brought or replaced while the
/// daemon runs. Belongs to the io thread; the files are read elsewhere, and one that hangs delays no other.
class KeyWatch {
 public:
  static constexpr std::chrono::seconds patience{2};  ///< with files that hang

  /// A file has a key for the first time, another one, or none any more.
  std::function<void()> on_change{};

  KeyWatch(ProviderKeys& keys, Secrets& secrets, offload::Disk& disk, edge::TaskGroup& tasks, ports::Log& log)
      : keys_(keys), secrets_(secrets), disk_(disk), tasks_(tasks), log_(log) {}

  /// Here and now, for the start, when there is no loop yet.
  void read_now(const std::vector<std::string>& paths);
  /// For a configuration that will be followed: waits for its files, but not for ones that hang.
  [[nodiscard]] boost::asio::awaitable<void> read_first(std::vector<std::string> paths,
                                                        std::chrono::milliseconds longest = patience);
  /// The files to look at from now on.
  void follow(std::vector<std::string> paths);
  /// Looks at them every second until cancelled.
  [[nodiscard]] boost::asio::awaitable<void> run();

 private:
  void read(const std::vector<std::string>& paths);
  boost::asio::awaitable<void> read_one(std::string path);
  void take(const std::string& path, const config::KeyFile& found);

  ProviderKeys& keys_;
  Secrets& secrets_;
  offload::Disk& disk_;
  edge::TaskGroup& tasks_;
  ports::Log& log_;
  std::vector<std::string> paths_{};
  std::set<std::string> being_read_{};
};

}  // namespace understudy::daemon::app
