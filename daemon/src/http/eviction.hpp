#pragma once
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Who has to go when more want to be served than can be. Decides only.
namespace understudy::daemon::http {

/// What a connection waits for.
enum class Stage {
  idle,     ///< its next request, or its first
  reading,  ///< the rest of a request
  sending,  ///< that the answer is taken
  busy      ///< us: it is being handled, or is a stream, and has its place until that ends
};

struct EvictionCandidate {
  Stage stage{Stage::idle};
  bool trusted{false};                               ///< it brought the operator's or the store's token
  std::size_t network_connections{1};                ///< connections of its address, itself included
  std::size_t held{0};                               ///< bytes that we keep for it
  std::chrono::steady_clock::time_point progress{};  ///< when it last gave or took something
};

/// Whoever came with a token goes last; before those, whose address has more than its share goes first; then
/// who is idle before who is late, and who has been so for longest first. Whoever took some of his answer
/// within the last second stays. At most `wanted` places in `all`.
[[nodiscard]] std::vector<std::size_t> choose_evictions(std::span<const EvictionCandidate> all,
                                                        std::size_t addresses, std::size_t wanted,
                                                        std::chrono::steady_clock::time_point now);

/// The same, until so many bytes are free: only those that have some, and made no progress for a second.
[[nodiscard]] std::vector<std::size_t> choose_evictions_for_bytes(std::span<const EvictionCandidate> all,
                                                                  std::size_t addresses, std::size_t bytes,
                                                                  std::chrono::steady_clock::time_point now);

/// Connections of one address count together; of IPv6 those of one network (/64), which one machine may have
/// to itself.
[[nodiscard]] std::string peer_network(std::string_view address);

}  // namespace understudy::daemon::http
