#include "wire/ids.hpp"

#include <sys/random.h>

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

}  // namespace understudy::daemon::wire
