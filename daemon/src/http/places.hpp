#pragma once
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// Requests that stay: each kind has places of its own, so that a crowd of them takes none from the others.
class Places {
 public:
  enum class Kind { stream, wait };

  struct Limits {
    std::size_t each{1024};          ///< of a kind
    std::size_t reserved{64};        ///< beyond that, for who brought a token
    std::size_t of_an_address{512};  ///< of a kind; on this machine, where a proxy may be, all of them
  };

  explicit Places(Limits limits) : limits_(limits), counts_(std::make_shared<std::array<Counts, 2>>()) {}
  Places() : Places(Limits{}) {}
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  /// Given back when it goes, which may be after the Places.
  using Place = std::shared_ptr<const void>;

  /// Null when all are taken.
  [[nodiscard]] Place take(Kind kind, const Request& request);
  [[nodiscard]] std::size_t taken(Kind kind) const { return (*counts_)[index(kind)].all; }

 private:
  struct Counts {
    std::size_t all{0};
    std::map<std::string, std::size_t, std::less<>> by_address{};
  };
  static std::size_t index(Kind kind) { return static_cast<std::size_t>(kind); }

  Limits limits_;
  std::shared_ptr<std::array<Counts, 2>> counts_;
};

/// The 503 for who found no place; `what` are "streams" or "waits".
[[nodiscard]] Response no_place(std::string_view what);

/// How many connections may be open, by how many descriptors the process may have: half of them, as tasks and
/// files want some too.
[[nodiscard]] std::size_t connection_limit();
/// What of them may be streams, and waits: a quarter each.
[[nodiscard]] Places::Limits place_limits(std::size_t connections);

}  // namespace understudy::daemon::http
