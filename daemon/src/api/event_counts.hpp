#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "wire/envelope.hpp"

namespace understudy::daemon::api {

/// Committed events since the process started, for /metrics.
class EventCounts {
 public:
  void count(const wire::Envelope& event);

  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  [[nodiscard]] const Counts& by_type() const { return by_type_; }
  [[nodiscard]] const Counts& failovers_by_kind() const { return failovers_by_kind_; }
  /// Times that something of a provider's was found to be out, and that an attempt went first.
  [[nodiscard]] const Counts& openings() const { return openings_; }
  [[nodiscard]] const Counts& trials() const { return trials_; }
  /// For how long tasks were held, by account, what is held now included.
  [[nodiscard]] std::map<std::string, double> held_seconds(std::int64_t now_ms) const;

 private:
  void count_health(std::string_view detail);
  void count_held(std::string_view detail, std::int64_t now_ms, bool is_held);

  struct Hold {
    std::int64_t ended_ms{0};  ///< of all that are over
    std::int64_t since_ms{0};  ///< 0: nothing is held
  };
  Counts by_type_;
  Counts failovers_by_kind_;
  Counts openings_;
  Counts trials_;
  std::map<std::string, std::string> health_;  ///< the last state of each entry
  std::map<std::string, Hold> held_;           ///< by account
};

}  // namespace understudy::daemon::api
