#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "runtime/docker/bodies.hpp"

namespace understudy::daemon::runtime {

namespace {

/// Takes digits from the front of `text`; -1 when there are none.
std::int64_t take_digits(std::string_view& text, std::size_t max) {
  const auto end = std::min(text.find_first_not_of("0123456789"), std::min(text.size(), max));
  std::int64_t value = -1;
  std::from_chars(text.data(), text.data() + end, value);
  text.remove_prefix(end);
  return value;
}

bool take(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

std::int64_t take_fraction_ns(std::string_view& text) {
  if (!take(text, '.')) return 0;
  const auto before = text.size();
  auto value = take_digits(text, 9);
  for (auto digits = before - text.size(); digits < 9; ++digits) value *= 10;
  return value;
}

/// "Z", "+02:00"; nullopt for anything else.
std::optional<std::chrono::minutes> offset(std::string_view text) {
  if (text == "Z") return std::chrono::minutes{0};
  const bool east = text.starts_with('+');
  if (!east && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (hours < 0 || minutes < 0 || !text.empty()) return std::nullopt;
  return std::chrono::minutes{(east ? 1 : -1) * (hours * 60 + minutes)};
}

}  // namespace

std::optional<std::int64_t> parse_time_ns(std::string_view text) {
  using namespace std::chrono;
  const auto year = take_digits(text, 4);
  if (!take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!take(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  const auto fraction = take_fraction_ns(text);
  const auto east = offset(text);
  const year_month_day date{std::chrono::year(static_cast<int>(year)),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  // Beyond 1970 to 2200 the nanoseconds of an int64 end, or the engine means "never".
  if (!date.ok() || !east || year < 1970 || year > 2200 || hour < 0 || minute < 0 || second < 0 ||
      fraction < 0)
    return std::nullopt;
  const auto moment = sys_days{date} + hours{hour} + minutes{minute} + seconds{second} - *east;
  return duration_cast<nanoseconds>(moment.time_since_epoch()).count() + fraction;
}

std::string since_text(std::int64_t time_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  return fmt::format("{}.{:09}", time_ns / second, time_ns % second);
}

}  // namespace understudy::daemon::runtime
