#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "agl/trouble.hpp"
#include "api/world.hpp"
#include "fleet/turn.hpp"

/// Writes of the store's clients: inside the fleet's turn, answered after its commit.
namespace understudy::daemon::agl {

using Work = std::function<fleet::Answer(fleet::Turn&)>;

/// What `work` answered, once it is on disk; or why nothing of it was done.
[[nodiscard]] boost::asio::awaitable<Or<std::string>> write(api::World& world, Work work);

/// The same request may come again: under a key it is done once.
struct Once {
  std::string key{};
  std::string request{};  ///< its fingerprint
};
/// From the header Idempotency-Key; nothing without it. `what` keeps the keys of different calls apart.
[[nodiscard]] Or<std::optional<Once>> once(const http::Request& request, std::string_view what);
[[nodiscard]] Work only(std::optional<Once> once, Work work);

/// With --store-scan-debounce-s 0 the watchdog looks before every read.
[[nodiscard]] boost::asio::awaitable<void> look_first(api::World& world);
/// Judges attempts that are due, at most so many; the answer is how many they were.
[[nodiscard]] Work sweep(std::int64_t limit);
/// Marks workers that have been silent since then.
[[nodiscard]] Work mark_stale(double silent_for_s, std::int64_t limit);

}  // namespace understudy::daemon::agl
