#include <charconv>
#include <cmath>

#include "characters.hpp"
#include "classify/reset_time.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

using namespace std::chrono;

std::optional<int> number(std::string_view text, std::size_t at, std::size_t length) {
  if (at + length > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + length; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Instant> moment(int y, unsigned m, unsigned d, int hour, int minute, int second) {
  const year_month_day date{year{y}, month{m}, day{d}};
  if (!date.ok() || y < 1970 || y > 9000 || hour > 24 || minute > 59 || second > 60) return std::nullopt;
  return Instant{sys_days{date}.time_since_epoch() + hours{hour} + minutes{minute} + seconds{second}};
}

struct Unit {
  std::string_view name;
  double seconds;
};
// longest first
constexpr Unit units[] = {{"milliseconds", 0.001},
                          {"millisecond", 0.001},
                          {"minutes", 60},
                          {"minute", 60},
                          {"seconds", 1},
                          {"second", 1},
                          {"weeks", 604800},
                          {"hours", 3600},
                          {"week", 604800},
                          {"hour", 3600},
                          {"days", 86400},
                          {"mins", 60},
                          {"secs", 1},
                          {"day", 86400},
                          {"hrs", 3600},
                          {"min", 60},
                          {"sec", 1},
                          {"hr", 3600},
                          {"ms", 0.001},
                          {"h", 3600},
                          {"m", 60},
                          {"s", 1},
                          {"d", 86400}};

const Unit* unit_at(std::string_view text) {
  for (const Unit& unit : units) {
    if (text.size() < unit.name.size() || !same_word(text.substr(0, unit.name.size()), unit.name)) continue;
    if (unit.name.size() > 2 || text.size() == unit.name.size() || !is_letter(text[unit.name.size()]))
      return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<double> read_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<DurationRead> read_duration(std::string_view text) {
  double total = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.') && end - at < 16) ++end;
    if (end == at) break;
    const auto value = read_number(text.substr(at, end - at));
    std::size_t name = end;
    while (name < text.size() && text[name] == ' ') ++name;
    const Unit* unit = unit_at(text.substr(name));
    if (!value || unit == nullptr) break;
    total += *value * unit->seconds;
    at = name + unit->name.size();
    const std::string_view rest = text.substr(at);  // "2 hours and 30 minutes", "2h, 30m"
    const std::size_t joined = rest.starts_with("and")     ? 3
                               : rest.starts_with(" and ") ? 5
                               : rest.starts_with(',')     ? 1
                                                           : 0;
    if (joined > 0 && rest.size() > joined && is_digit(rest[joined])) at += joined;
  }
  if (at == 0 || total > 1e9) return std::nullopt;
  return DurationRead{total, at};
}

std::optional<Instant> read_epoch(double value) {
  if (value >= 1e12 && value < 1e14) value /= 1000;
  if (!(value >= 1e9 && value < 1e11)) return std::nullopt;
  return Instant{milliseconds{static_cast<std::int64_t>(value * 1000)}};
}

std::optional<Instant> read_rfc3339(std::string_view text) {
  if (text.size() < 16 || text[4] != '-' || text[7] != '-' || text[13] != ':') return std::nullopt;
  const auto y = number(text, 0, 4), m = number(text, 5, 2), d = number(text, 8, 2), h = number(text, 11, 2),
             min = number(text, 14, 2);
  if (!y || !m || !d || !h || !min) return std::nullopt;
  int second = 0;
  std::size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    const auto s = number(text, 17, 2);
    if (!s) return std::nullopt;
    second = *s;
    at = 19;
  }
  if (at < text.size() && text[at] == '.')
    for (++at; at < text.size() && is_digit(text[at]);) ++at;
  if (at + 2 < text.size() && text[at] == ' ' && is_digit(text[at + 2])) ++at;  // " +0800"
  auto made = moment(*y, static_cast<unsigned>(*m), static_cast<unsigned>(*d), *h, *min, second);
  if (!made || at >= text.size()) return std::nullopt;  // ambiguous without a zone
  if (to_lower(text[at]) == 'z') return made;
  if (text[at] != '+' && text[at] != '-') return std::nullopt;
  const auto zone_hours = number(text, at + 1, 2);
  if (!zone_hours) return std::nullopt;
  const std::size_t colon = at + 3 < text.size() && text[at + 3] == ':' ? 1 : 0;
  const minutes offset = hours{*zone_hours} + minutes{number(text, at + 3 + colon, 2).value_or(0)};
  return text[at] == '+' ? *made - offset : *made + offset;
}

std::optional<unsigned> read_month(std::string_view text) {
  constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (text.size() < 3) return std::nullopt;
  for (unsigned i = 0; i < 12; ++i)
    if (same_word(text.substr(0, 3), names.substr(i * 3, 3))) return i + 1;
  return std::nullopt;
}

std::optional<Instant> read_http_date(std::string_view text) {
  const std::size_t comma = text.find(", ");
  if (comma == std::string_view::npos || text.size() < comma + 26) return std::nullopt;
  text.remove_prefix(comma + 2);  // "21 Oct 2026 07:28:00 GMT"
  const auto d = number(text, 0, 2), y = number(text, 7, 4), h = number(text, 12, 2), m = number(text, 15, 2),
             s = number(text, 18, 2);
  const auto named = read_month(text.substr(3));
  if (!d || !y || !h || !m || !s || !named) return std::nullopt;
  return moment(*y, *named, static_cast<unsigned>(*d), *h, *m, *s);
}

bool read_wait_field(std::string_view key, std::string_view value, Wait& wait) {
  const auto is = [&](auto... names) { return (same_word(key, names) || ...); };
  const auto count = read_number(value);
  const auto delay = [&](double seconds) {
    if (!wait.delay_s && seconds >= 0 && seconds < 1e9) wait.delay_s = seconds;
    if (!wait.until && seconds >= 1e9) wait.until = read_epoch(seconds);
    return true;
  };
  const auto until = [&](std::optional<Instant> moment_read) {
    if (moment_read && (!wait.until || *moment_read > *wait.until)) wait.until = moment_read;
    return true;
  };
  if (is("retryDelay", "retry_delay", "quotaResetDelay", "reset_time", "retryAfter", "retry_after",
         "retry-after", "retry_after_seconds", "reset_seconds", "resets_in_seconds", "retryAfterSeconds",
         "reset_after_seconds", "reset_after", "resets_in", "reset_in", "wait_seconds", "cooldown_seconds")) {
    if (const auto read = read_duration(value); read && read->length == value.size())
      return delay(read->seconds);
    if (count) return delay(*count);
    return until(read_rfc3339(value));
  }
  if (is("retry_after_ms", "retryAfterMs", "retry-after-ms")) return count ? delay(*count / 1000) : true;
  if (is("resets_at", "resetsAt", "reset_at", "resetAt", "x-ratelimit-reset", "quotaResetTimeStamp",
         "resetTime", "quotaResetTime", "retry_at", "next_reset", "available_at"))
    return until(count ? read_epoch(*count) : read_rfc3339(value));
  return false;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
