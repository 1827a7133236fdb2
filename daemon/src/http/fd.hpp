#pragma once
#include <unistd.h>

namespace understudy::daemon::http {

/// Closes a descriptor when it goes out of scope.
struct Fd {
  int value{-1};
  explicit Fd(int fd) : value(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace understudy::daemon::http
