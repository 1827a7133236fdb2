#include "wire/ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "text/hex.hpp"

namespace understudy::daemon::wire {

std::string random_id(std::string_view prefix, std::size_t hex_digits) {
  return std::string(prefix).append(text::random_hex((hex_digits + 1) / 2), 0, hex_digits);
}

std::string rollout_id() {
  static std::atomic<std::uint64_t> last{0};
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now() - std::chrono::sys_days(std::chrono::year{2024} / 1 / 1));
  const auto floor = static_cast<std::uint64_t>(now.count()) >> 2;
  auto before = last.load();
  std::uint64_t id = 0;
  do id = std::max(before + 1, floor);
  while (!last.compare_exchange_weak(before, id));
  return fmt::format("ro-{:012x}", id & 0xffff'ffff'ffffu);
}

}  // namespace understudy::daemon::wire
