#include "http/eviction.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <tuple>

namespace understudy::daemon::http {
namespace {

using namespace std::chrono_literals;
using TimePoint = std::chrono::steady_clock::time_point;

constexpr auto patience = 1s;

/// Those that may be evicted, in order.
template <class Evictable>
std::vector<std::size_t> in_order(std::span<const EvictionCandidate> all, std::size_t networks,
                                  const Evictable& evictable) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].stage != Stage::busy && evictable(all[i])) order.push_back(i);
  const auto key = [&](std::size_t i) {
    const bool within_share = all[i].network_connections * networks <= all.size();
    return std::tuple(all[i].trusted, within_share, all[i].stage, all[i].progress);
  };
  std::ranges::sort(order, {}, key);
  return order;
}

}  // namespace

std::vector<std::size_t> choose_evictions(std::span<const EvictionCandidate> all, std::size_t networks,
                                          std::size_t wanted, TimePoint now) {
  auto order = in_order(all, networks, [now](const EvictionCandidate& one) {
    return one.stage != Stage::sending || now - one.progress >= patience;
  });
  if (order.size() > wanted) order.resize(wanted);
  return order;
}

std::vector<std::size_t> choose_evictions_for_bytes(std::span<const EvictionCandidate> all,
                                                    std::size_t networks, std::size_t bytes, TimePoint now) {
  std::vector<std::size_t> chosen;
  std::size_t freed = 0;
  const auto evictable = [now](const EvictionCandidate& one) {
    return one.held > 0 && now - one.progress >= patience;
  };
  for (const auto i : in_order(all, networks, evictable)) {
    if (freed >= bytes) break;
    freed += all[i].held;
    chosen.push_back(i);
  }
  return chosen;
}

std::string peer_network(std::string_view text) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(text, error);
  if (error || address.is_v4() || address.is_loopback()) return std::string(text);
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace understudy::daemon::http
