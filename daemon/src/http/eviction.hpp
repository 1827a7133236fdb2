#pragma once
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which connections to close when there are too many. Decides only.
namespace understudy::daemon::http {

/// What a connection waits for.
enum class Stage {
  idle,     ///< its next request, or its first
  reading,  ///< the rest of a request
  sending,  ///< the client to take the response
  busy      ///< us: its request is handled or streamed, and it is never evicted
};

struct EvictionCandidate {
  Stage stage{Stage::idle};
  bool trusted{false};                               ///< it presented the operator's or the store's token
  std::size_t network_connections{1};                ///< including this one
  std::size_t held{0};                               ///< bytes buffered for it
  std::chrono::steady_clock::time_point progress{};  ///< when it last sent or took something
};

/// Trusted connections last; networks with more than their share first; then by stage, and those longest
/// without progress first. A connection that took some of its response within the last second stays. At most
/// `wanted` indices into `all`.
[[nodiscard]] std::vector<std::size_t> choose_evictions(std::span<const EvictionCandidate> all,
                                                        std::size_t networks, std::size_t wanted,
                                                        std::chrono::steady_clock::time_point now);

/// The same until so many bytes are free, out of those that hold some and made no progress for a second.
[[nodiscard]] std::vector<std::size_t> choose_evictions_for_bytes(std::span<const EvictionCandidate> all,
                                                                  std::size_t networks, std::size_t bytes,
                                                                  std::chrono::steady_clock::time_point now);

/// What connections are counted by: an IPv4 address, or the /64 of an IPv6 address, which one machine may
/// own.
[[nodiscard]] std::string peer_network(std::string_view address);

}  // namespace understudy::daemon::http
