#include "http/concurrency_limiter.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "http/authority.hpp"
#include "http/eviction.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::http {

ConcurrencyLimiter::Permit ConcurrencyLimiter::acquire(Kind kind, const Request& request) {
  auto& counts = (*counts_)[index(kind)];
  auto address = peer_network(request.peer);
  const auto own = counts.by_address.find(address);
  const bool trusted = request.is_trusted();
  const auto max = limits_.per_kind + (trusted ? limits_.reserved : 0);
  if (counts.all >= max) return nullptr;
  if (!trusted && own != counts.by_address.end() && own->second >= limits_.per_address &&
      !is_loopback(request.peer))
    return nullptr;
  ++counts.all;
  ++counts.by_address[address];
  const auto give_back = [all = counts_, kind, address](const void*) {
    auto& of_kind = (*all)[index(kind)];
    --of_kind.all;
    const auto one = of_kind.by_address.find(address);
    if (one != of_kind.by_address.end() && --one->second == 0) of_kind.by_address.erase(one);
  };
  return {&counts, give_back};
}

Response limit_reached(std::string_view what) {
  return unavailable(fmt::format("There are as many {} as there may be; try again in a moment.", what));
}

std::size_t connection_limit() {
  constexpr std::size_t max = 4096;
  constexpr std::size_t min = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return max;
  return std::clamp<std::size_t>(static_cast<std::size_t>(limit.rlim_cur) / 2, min, max);
}

ConcurrencyLimiter::Limits concurrency_limits(std::size_t connections) {
  const auto per_kind = std::max<std::size_t>(connections / 4, 1);
  return {.per_kind = per_kind,
          .reserved = std::max<std::size_t>(per_kind / 16, 1),
          .per_address = (per_kind + 1) / 2};
}

}  // namespace understudy::daemon::http
