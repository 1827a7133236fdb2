#include "http/places.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "http/authority.hpp"
#include "http/eviction.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::http {

Places::Place Places::take(Kind kind, const Request& request) {
  auto& counts = (*counts_)[index(kind)];
  auto address = peer_network(request.peer);
  const auto own = counts.by_address.find(address);
  const bool trusted = request.is_trusted();
  const auto most = limits_.each + (trusted ? limits_.reserved : 0);
  if (counts.all >= most) return nullptr;
  if (!trusted && own != counts.by_address.end() && own->second >= limits_.of_an_address &&
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

Response no_place(std::string_view what) {
  std::string sentence("There are as many ");
  auto response = problem(503, sentence.append(what).append(" as there may be; try again in a moment."));
  response.headers.set("Retry-After", "5");
  return response;
}

std::size_t connection_limit() {
  constexpr std::size_t most = 4096;
  constexpr std::size_t least = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return most;
  return std::clamp<std::size_t>(static_cast<std::size_t>(limit.rlim_cur) / 2, least, most);
}

Places::Limits place_limits(std::size_t connections) {
  const auto each = std::max<std::size_t>(connections / 4, 1);
  return {.each = each, .reserved = std::max<std::size_t>(each / 16, 1), .of_an_address = (each + 1) / 2};
}

}  // namespace understudy::daemon::http
