#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::sse {

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
/// The same event for somebody who may not read what agents wrote; nothing when it is the same for all.
[[nodiscard]] std::optional<Envelope> without_words(const Envelope& envelope);
/// "id: …\nevent: …\ndata: …\n\n"
[[nodiscard]] std::string to_frame(const Envelope& envelope);
/// Says "take a new snapshot": data {"latest": id}, and the same id for Last-Event-ID.
[[nodiscard]] std::string reset_frame(std::int64_t latest);

/// Which types a reader wants: exact names and "container.*"; none means all.
class TypeFilter {
 public:
  TypeFilter() = default;
  /// Comma-separated, spaces ignored.
  explicit TypeFilter(std::string_view list);
  [[nodiscard]] bool matches(std::string_view type) const;
  /// As given, for building a query.
  [[nodiscard]] const std::vector<std::string>& patterns() const { return patterns_; }

 private:
  std::vector<std::string> patterns_;
};

}  // namespace understudy::daemon::sse
