#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "wire/envelope.hpp"
#include "wire/raw_json.hpp"

namespace understudy::daemon::api {

/// Committed events since the process started, for /metrics.
class EventCounts {
 public:
  void count(const wire::Envelope& event) {
    ++by_type_[event.type];
    if (event.type != "provider.failover") return;
    for (const auto& [key, value] : wire::raw_members(event.detail))
      if (key == "kind" && value.size() > 2)
        ++failovers_by_kind_[std::string(value.substr(1, value.size() - 2))];
  }

  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  [[nodiscard]] const Counts& by_type() const { return by_type_; }
  [[nodiscard]] const Counts& failovers_by_kind() const { return failovers_by_kind_; }

 private:
  Counts by_type_;
  Counts failovers_by_kind_;
};

}  // namespace understudy::daemon::api
