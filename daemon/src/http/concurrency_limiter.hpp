#pragma once
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// Limits how many requests of each long-lived kind are open, so that many of one kind leave room for the
/// others.
class ConcurrencyLimiter {
 public:
  enum class Kind { stream, long_poll };

  struct Limits {
    std::size_t per_kind{1024};
    std::size_t reserved{64};      ///< beyond that, for requests with a token
    std::size_t per_address{512};  ///< of a kind; loopback, where a proxy may be, may have all of them
  };

  explicit ConcurrencyLimiter(Limits limits)
      : limits_(limits), counts_(std::make_shared<std::array<Counts, 2>>()) {}
  ConcurrencyLimiter() : ConcurrencyLimiter(Limits{}) {}
  ConcurrencyLimiter(const ConcurrencyLimiter&) = delete;
  ConcurrencyLimiter& operator=(const ConcurrencyLimiter&) = delete;

  /// Given back when destroyed, which may be after the limiter.
  using Permit = std::shared_ptr<const void>;

  /// Null when all are in use.
  [[nodiscard]] Permit acquire(Kind kind, const Request& request);

 private:
  struct Counts {
    std::size_t all{0};
    std::map<std::string, std::size_t, std::less<>> by_address{};
  };
  static std::size_t index(Kind kind) { return static_cast<std::size_t>(kind); }

  Limits limits_;
  std::shared_ptr<std::array<Counts, 2>> counts_;
};

/// The 503 for a request without a permit; `what` is "streams" or "waits".
[[nodiscard]] Response limit_reached(std::string_view what);

/// How many connections may be open: half of the descriptors that the process may have, as tasks and files
/// need some too.
[[nodiscard]] std::size_t connection_limit();
/// How many of them may be streams, and long polls: a quarter each.
[[nodiscard]] ConcurrencyLimiter::Limits concurrency_limits(std::size_t connections);

}  // namespace understudy::daemon::http
