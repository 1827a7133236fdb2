#pragma once
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace understudy::daemon {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// nullopt when it cannot be read; at most `limit` bytes, from `offset`.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path, std::size_t limit = 1 << 20,
                                                   std::uint64_t offset = 0);

/// Write and rename: a reader sees the old or the new file, after power loss perhaps none. Mode 0600. The
/// error is a sentence.
[[nodiscard]] std::expected<void, std::string> replace_file(const std::string& path, const std::string& text);

/// The last `lines` lines of a file, of its last 64 KiB.
[[nodiscard]] std::string tail_of_file(const std::string& path, int lines);
[[nodiscard]] std::string last_lines(std::string text, int lines);

[[nodiscard]] std::string describe_errno(int error);

/// What makes a pid unique on this machine for ever: with the boot, and its start in clock ticks since then.
struct ProcessKey {
  pid_t pid{0};
  std::uint64_t start{0};
  std::string boot_id{};
  bool operator==(const ProcessKey&) const = default;
};

/// The key of a living process; nullopt when there is none (a zombie counts as living).
[[nodiscard]] std::optional<ProcessKey> key_of(pid_t pid);
[[nodiscard]] bool is_alive(const ProcessKey& key);

/// Empty when the process is gone.
[[nodiscard]] Descriptor open_pidfd(pid_t pid);

}  // namespace understudy::daemon
