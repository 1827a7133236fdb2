#pragma once
#include <optional>
#include <string_view>

#include "classify/evidence.hpp"
#include "understudy/failover/classify.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// From response headers: retry-after-ms, retry-after (seconds or date), the rate limit families.
[[nodiscard]] Wait wait_in_headers(const Outcome& outcome, Instant observed);

/// From words: "try again in 9m38s", "resets 3pm (Europe/Zagreb)", "limit reached|1749924000". `local`: a
/// time of day without a zone is the host's.
[[nodiscard]] Wait wait_in_words(const PlainText& text, Instant observed, const ZoneLookup* zones,
                                 bool local);

/// The value of a JSON field that says when to come back (retryDelay, resets_at, reset_seconds …); false for
/// other fields.
[[nodiscard]] bool read_wait_field(std::string_view key, std::string_view value, Wait& wait);

/// "1h43m56.5s", "120ms", "14m30s", "90 minutes": seconds, and how much was read.
struct DurationRead {
  double seconds;
  std::size_t length;
};
[[nodiscard]] std::optional<DurationRead> read_duration(std::string_view text);
[[nodiscard]] std::optional<double> read_number(std::string_view text);
/// Epoch seconds or milliseconds, told apart by size.
[[nodiscard]] std::optional<Instant> read_epoch(double value);
[[nodiscard]] std::optional<Instant> read_rfc3339(std::string_view text);
[[nodiscard]] std::optional<Instant> read_http_date(std::string_view text);
/// 1 to 12, from the first three letters of the month's English name in any case.
[[nodiscard]] std::optional<unsigned> read_month(std::string_view text);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
