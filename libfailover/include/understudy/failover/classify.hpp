#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "understudy/failover/outcome.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// An operator's own rule. It is tried before everything else, on all of an outcome's body: also of a process
/// that ended well and of a 2xx.
struct OperatorRule {
  std::string name{};
  std::string contains{};  ///< case-insensitive substring
  Kind kind{Kind::task_error};
};

/// Resolves a local time in an IANA zone ("Europe/Zagreb") to an instant; nullopt when the zone is unknown.
/// An empty name is the host's own zone, which agent CLIs print without naming it. Zone data takes I/O, so
/// the embedder provides it.
class ZoneLookup {
 public:
  virtual std::optional<Instant> to_instant(std::string_view zone,
                                            std::chrono::local_seconds local) const = 0;
  /// Wall time in the zone at an instant, to find "the next 3pm".
  virtual std::optional<std::chrono::local_seconds> to_local(std::string_view zone, Instant at) const = 0;

 protected:
  ~ZoneLookup() = default;
};

/// What an outcome means. Total and deterministic. Without `zones` only UTC and offsets are resolved.
[[nodiscard]] Verdict classify(const Outcome& outcome, Instant now,
                               std::span<const OperatorRule> operator_rules = {},
                               const ZoneLookup* zones = nullptr);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
