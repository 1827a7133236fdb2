#pragma once
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>

#include "support/scratch.hpp"

namespace understudy::daemon::files {}
namespace understudy::daemon::ports {}
namespace understudy::daemon::runtime {}

namespace understudy::daemon::testing {

using namespace understudy::daemon;
using namespace understudy::daemon::files;
using namespace understudy::daemon::ports;
using namespace understudy::daemon::runtime;
using namespace std::chrono_literals;
namespace asio = boost::asio;

using support::Scratch;

/// No descriptor can be opened while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int free = ::dup(0);
    ::close(free);
    const rlimit none{static_cast<rlim_t>(free), before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

/// Another process that has a lease on a file: who opens that has to wait for it, or is told to try again.
class LeaseHolder {
 public:
  explicit LeaseHolder(const std::string& path) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::signal(SIGIO, SIG_IGN);
      const bool has_it = ::fcntl(::open(path.c_str(), O_RDWR), F_SETLEASE, F_WRLCK) == 0;
      static_cast<void>(!::write(ready[1], &has_it, 1));
      ::pause();
      ::_exit(0);
    }
    REQUIRE(::read(ready[0], &has_lease_, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~LeaseHolder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  LeaseHolder(const LeaseHolder&) = delete;
  LeaseHolder& operator=(const LeaseHolder&) = delete;
  /// Some file systems have no leases.
  [[nodiscard]] bool has_lease() const { return has_lease_; }

 private:
  pid_t pid_{0};
  bool has_lease_{false};
};

/// Stands in for the shim: holds the lock of a spool as it does.
class ShimLock {
 public:
  explicit ShimLock(const std::string& spool)
      : fd_(::open((spool + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    REQUIRE(::fcntl(fd_, F_OFD_SETLK, &lock) == 0);
  }
  ~ShimLock() { ::close(fd_); }
  ShimLock(const ShimLock&) = delete;
  ShimLock& operator=(const ShimLock&) = delete;

 private:
  int fd_;
};

/// The build puts the shim one directory above the test programs.
inline std::string shim_path() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "understudy-shim")
      .string();
}

/// What there was until an error, as for a process that ends while its file in /proc is read.
inline std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// A zombie does not run; an init that never reaps may keep it for ever.
inline bool is_running(int pid) {
  const auto stat = slurp("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.substr(name_end + 2, 1) != "Z";
}

/// Runs the loop until the task is done; fails the test when it takes half a minute.
template <class T>
T run(asio::io_context& io, asio::awaitable<T> task) {
  std::optional<T> result;
  std::exception_ptr failed;
  asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T value) {
    failed = error;
    if (!error) result = std::move(value);
    io.stop();
  });
  io.restart();
  io.run_for(std::chrono::seconds(30));
  if (failed) std::rethrow_exception(failed);
  REQUIRE(result.has_value());
  return std::move(*result);
}

/// Looks again each millisecond until it is so; false after ten seconds.
inline asio::awaitable<bool> eventually(std::function<bool()> so) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (int looks = 0; looks < 10'000; ++looks) {
    if (so()) co_return true;
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return false;
}

inline bool eventually(asio::io_context& io, std::function<bool()> so) {
  return run(io, eventually(std::move(so)));
}

}  // namespace understudy::daemon::testing
