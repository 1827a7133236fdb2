#include "main_log.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.hpp"

namespace understudy::shim {

void MainLog::write(const char* text, size_t size) {
  keep(text, size);
  if (pattern_) look_for_pattern(text, size);
}

/// What cannot be written is lost: a full disk must not stop the process that logs.
void MainLog::keep(const char* text, size_t size) {
  if (half_ > 0 && size_ + static_cast<long long>(size) > half_) rotate();
  size_ += static_cast<long long>(size);
  write_all(1, text, size);
}

void MainLog::rotate() {
  size_ = 0;
  if (renameat(directory_, "log", directory_, "log.1") == 0) {
    const int fresh = openat(directory_, "log", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (fresh >= 0 && dup2(fresh, 1) >= 0 && dup2(fresh, 2) >= 0) {
      close(fresh);
      return;
    }
  }
  if (ftruncate(1, 0) != 0) errno = 0;  // somebody took the directory away
}

void MainLog::look_for_pattern(const char* text, size_t size) {
  const size_t wanted = strlen(pattern_);
  if (wanted == 0 || wanted > sizeof carry_ / 2) return;
  const auto seen = [&](const char* in, size_t length) {
    return memmem(in, length, pattern_, wanted) != nullptr;
  };
  // Across the seam, then inside.
  const size_t head = size < wanted ? size : wanted - 1;
  memcpy(carry_ + carried_, text, head);
  const bool found = seen(carry_, carried_ + head) || seen(text, size);
  if (found) {
    if (write_whole(directory_, "ready", pattern_, false)) pattern_ = nullptr;
    return;
  }
  if (size >= wanted) {
    carried_ = wanted - 1;
    memcpy(carry_, text + size - carried_, carried_);
    return;
  }
  carried_ += size;
  if (carried_ < wanted) return;
  memmove(carry_, carry_ + carried_ - (wanted - 1), wanted - 1);
  carried_ = wanted - 1;
}

}  // namespace understudy::shim
