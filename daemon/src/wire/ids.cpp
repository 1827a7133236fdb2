#include "wire/ids.hpp"

#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

namespace understudy::daemon::wire {

std::string random_id(std::string_view prefix, int hex_digits) {
  static constexpr char hex[] = "0123456789abcdef";
  unsigned char bytes[32];
  if (hex_digits > 64 || getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
    throw std::runtime_error("the kernel gave no random bytes");
  std::string id(prefix);
  for (int i = 0; i < hex_digits; ++i) id += hex[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
  return id;
}

std::string rollout_id() {
  static constexpr char hex[] = "0123456789abcdef";
  static std::atomic<std::uint64_t> last{0};
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now() - std::chrono::sys_days(std::chrono::year{2024} / 1 / 1));
  const auto floor = static_cast<std::uint64_t>(now.count()) >> 2;
  auto before = last.load();
  std::uint64_t id = 0;
  do id = std::max(before + 1, floor);
  while (!last.compare_exchange_weak(before, id));
  std::string text = "ro-";
  for (int shift = 44; shift >= 0; shift -= 4) text += hex[id >> shift & 15];
  return text;
}

}  // namespace understudy::daemon::wire
