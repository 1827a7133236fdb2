#pragma once
#include <stddef.h>
#include <sys/types.h>

namespace understudy::shim {

/// What a main process says, on its way to descriptor 1: the file `log` of the directory, of which a second
/// half is kept as `log.1`. On the way it looks for the words that mean "ready" and leaves them in `ready`.
class MainLog {
 public:
  /// 0 bytes: no limit. `pattern` may be nullptr.
  MainLog(int directory, long long limit, const char* pattern)
      : directory_(directory), half_(limit / 2), pattern_(pattern) {}

  void write(const char* text, size_t size);

 private:
  void keep(const char* text, size_t size);
  void rotate();
  void look_for_pattern(const char* text, size_t size);

  int directory_;
  long long half_;
  long long size_{0};
  const char* pattern_;  ///< nullptr when found, too
  char carry_[4096];     ///< the last bytes: the pattern may have begun in them
  size_t carried_{0};
};

}  // namespace understudy::shim
