#pragma once
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agl/trouble.hpp"
#include "api/world.hpp"
#include "fleet/turn.hpp"

/// Writes of the store's clients: inside the fleet's turn, answered after its commit.
namespace understudy::daemon::agl {

using Work = std::function<fleet::Answer(fleet::Turn&)>;

/// What `work` answered, once it is on disk; or why nothing of it was done.
[[nodiscard]] boost::asio::awaitable<Result<std::string>> write(api::World& world, Work work);

/// A long list is written in several turns, so that others get theirs in between.
template <class Row>
class Steps {
 public:
  Steps(std::vector<Row> rows, std::size_t a_turn) : rows_(std::move(rows)), a_turn_(a_turn) {}

  /// The next rows; nothing when there are no more.
  [[nodiscard]] std::optional<std::vector<Row>> next() {
    if (at_ == rows_.size()) return std::nullopt;
    const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ = std::min(at_ + a_turn_, rows_.size());
    const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(at_);
    return std::vector<Row>(std::make_move_iterator(begin), std::make_move_iterator(end));
  }

 private:
  std::vector<Row> rows_;
  std::size_t a_turn_;
  std::size_t at_{0};
};

/// The same request may come again: under a key it is done once.
struct Once {
  std::string key{};
  std::string request{};  ///< its fingerprint
};
/// From the header Idempotency-Key; nothing without it. `what` keeps the keys of different calls apart.
[[nodiscard]] Result<std::optional<Once>> once(const http::Request& request, std::string_view what);
[[nodiscard]] Work only(std::optional<Once> once, Work work);

/// With --store-scan-debounce-s 0 the watchdog looks before every read.
[[nodiscard]] boost::asio::awaitable<void> look_first(api::World& world);
/// Judges attempts that are due, at most so many; the answer is how many they were.
[[nodiscard]] Work sweep(std::int64_t limit);
/// Marks workers that have been silent since then.
[[nodiscard]] Work mark_stale(double silent_for_s, std::int64_t limit);

}  // namespace understudy::daemon::agl
