#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/envelope.hpp"

namespace understudy::daemon::sse {

using wire::Envelope;

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
