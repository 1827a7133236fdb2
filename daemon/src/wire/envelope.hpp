#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace understudy::daemon::wire {

/// One row of the event log as clients see it.
struct Envelope {
  std::int64_t id{0};  // event_log row, greater than 0
  std::string type{};  // "provider.failover"
  std::optional<std::string> instance{};
  std::int64_t ts{0};  // Unix milliseconds
  std::string summary{};
  std::string detail{"{}"};  // JSON text, taken as it is
  bool operator==(const Envelope&) const = default;
};

/// {"id","type","instance"?,"ts","summary","detail"} on one line; GET /event-log uses the same.
[[nodiscard]] std::string to_json(const Envelope& envelope);
/// The event for readers who may not see agents' text; nothing when it has none.
[[nodiscard]] std::optional<Envelope> without_agent_text(const Envelope& envelope);

}  // namespace understudy::daemon::wire
