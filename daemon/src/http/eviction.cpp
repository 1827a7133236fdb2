#include "http/eviction.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <tuple>

namespace understudy::daemon::http {
namespace {

using namespace std::chrono_literals;
using TimePoint = std::chrono::steady_clock::time_point;

constexpr auto patience = 1s;

/// Those that may go, in their order.
template <class MayGo>
std::vector<std::size_t> in_order(std::span<const EvictionCandidate> all, std::size_t addresses,
                                  const MayGo& may_go) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].stage != Stage::busy && may_go(all[i])) order.push_back(i);
  const auto key = [&](std::size_t i) {
    const bool modest = all[i].network_connections * addresses <= all.size();
    return std::tuple(all[i].trusted, modest, all[i].stage, all[i].progress);
  };
  std::ranges::sort(order, {}, key);
  return order;
}

}  // namespace

std::vector<std::size_t> choose_evictions(std::span<const EvictionCandidate> all, std::size_t addresses,
                                          std::size_t wanted, TimePoint now) {
  auto order = in_order(all, addresses, [now](const EvictionCandidate& one) {
    return one.stage != Stage::sending || now - one.progress >= patience;
  });
  if (order.size() > wanted) order.resize(wanted);
  return order;
}

std::vector<std::size_t> choose_evictions_for_bytes(std::span<const EvictionCandidate> all,
                                                    std::size_t addresses, std::size_t bytes, TimePoint now) {
  std::vector<std::size_t> chosen;
  std::size_t freed = 0;
  const auto may_go = [now](const EvictionCandidate& one) {
    return one.held > 0 && now - one.progress >= patience;
  };
  for (const auto i : in_order(all, addresses, may_go)) {
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
