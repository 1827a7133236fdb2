#include "wire/ids.hpp"

#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

namespace understudy::daemon::wire {

namespace {

constexpr char hex[] = "0123456789abcdef";

}  // namespace

std::string random_id(std::string_view prefix, int hex_digits) {
  unsigned char bytes[32];
  if (hex_digits > 64 || getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
    throw std::runtime_error("the kernel gave no random bytes");
  std::string id(prefix);
  for (int i = 0; i < hex_digits; ++i) id += hex[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
  return id;
}

namespace {

/// The number after the last one, or `floor` if that is more.
std::string ascending_id(std::string_view prefix, int digits, std::atomic<std::uint64_t>& last,
                         std::uint64_t floor) {
  auto before = last.load();
  std::uint64_t number = 0;
  do number = std::max(before + 1, floor);
  while (!last.compare_exchange_weak(before, number));
  std::string id(prefix);
  for (int shift = digits * 4 - 4; shift >= 0; shift -= 4) id += hex[number >> shift & 15];
  return id;
}

std::uint64_t milliseconds() {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now() - std::chrono::sys_days(std::chrono::year{2024} / 1 / 1));
  return static_cast<std::uint64_t>(now.count());
}

}  // namespace

std::string rollout_id() {
  static std::atomic<std::uint64_t> last{0};
  return ascending_id("ro-", 12, last, milliseconds() << 7);
}

std::string attempt_id() {
  static std::atomic<std::uint64_t> last{0};
  return ascending_id("at-", 8, last, milliseconds() >> 6);
}

}  // namespace understudy::daemon::wire
