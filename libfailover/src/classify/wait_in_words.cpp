#include <algorithm>
#include <array>

#include "characters.hpp"
#include "classify/reset_time.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

using namespace std::chrono;

/// Reads what follows "resets", "try again" and the like, as PlainText spells it (no blanks, no hyphens).
class When {
 public:
  When(const PlainText& text, std::size_t at, Instant observed, const ZoneLookup* zones, bool local)
      : text_(text), all_(text.view()), at_(at), observed_(observed), zones_(zones), local_(local) {}

  [[nodiscard]] Wait read(bool bare_seconds) {
    for (int skipped = 0; skipped < 5; ++skipped) {
      if (const Wait wait = read_here(bare_seconds); wait.delay_s || wait.until || resolved_) return wait;
      if (!skip_a_word()) break;
    }
    return {};
  }

 private:
  struct Clock {
    int hour{0}, minute{0}, second{0};
  };

  [[nodiscard]] std::string_view rest() const { return all_.substr(std::min(at_, all_.size())); }

  bool skip(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void skip_letters() {
    while (!rest().empty() && is_lower(rest()[0])) ++at_;
  }

  bool skip_a_word() {
    constexpr std::array words{"again", "access", "time", "after", "about", "approximately",
                               "in",    "at",     "on",   "s",     "for",   ":",
                               "=",     "~",      "(",    "is",    "by",    ",",
                               "until", "will",   "be",   "today"};
    return std::ranges::any_of(words, [this](std::string_view word) { return skip(word); });
  }

  [[nodiscard]] int digits_here() const {
    int count = 0;
    while (count < 20 && static_cast<std::size_t>(count) < rest().size() &&
           is_digit(rest()[static_cast<std::size_t>(count)]))
      ++count;
    return count;
  }

  int take(int length) {
    int value = 0;
    for (int i = 0; i < length; ++i) value = value * 10 + (all_[at_++] - '0');
    return value;
  }

  Wait read_here(bool bare_seconds) {
    const int digits = digits_here();
    if (digits == 8 || (digits == 10 && rest().substr(10).starts_with(':'))) return dated();
    if (digits >= 10) return epoch(digits);
    if (digits > 0) {
      if (const auto duration = read_duration(rest())) return {duration->seconds, {}};
      if (const auto clock = read_clock()) return next(*clock);
      if (const auto month =
              digits <= 2 ? read_month(rest().substr(static_cast<std::size_t>(digits))) : std::nullopt) {
        const int d = take(digits);
        skip_letters();
        return on_day(*month, d);
      }
      if (bare_seconds && digits < 8 && ends_after(static_cast<std::size_t>(digits)))
        return {double(take(digits)), {}};
      return {};
    }
    if (skip("midnight")) return next({});
    if (skip("tomorrow")) {
      static_cast<void>(skip("at") || skip(","));
      if (const auto clock = read_clock()) return next(*clock, {}, days{1});
      return {};
    }
    if (const auto month = read_month(rest())) return month_day(*month);
    if (const auto day = read_weekday()) {
      if (const auto clock = read_clock()) return next(*clock, day);
    }
    return {};
  }

  [[nodiscard]] bool ends_after(std::size_t length) const {
    return length >= rest().size() || !is_lower(rest()[length]);
  }

  Wait epoch(int digits) {
    if (digits != 10 && digits != 13) return {};
    const auto value = read_number(rest().substr(0, static_cast<std::size_t>(digits)));
    return {{}, value ? read_epoch(*value) : std::nullopt};
  }

  Wait dated() {
    const std::string_view written = as_written();
    if (const auto at = read_rfc3339(written))
      return {{}, at};  // with an offset, whose sign is lost in plain text
    const int y = take(4), m = take(2), d = take(2);
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!skip("at")) skip("t");
    const auto clock = read_clock();
    resolved_ = true;
    if (!date.ok() || !clock) return {};
    const std::string_view zone = read_zone();
    if (zone.empty()) return {};  // a service's time: nobody knows whose clock it shows
    return resolve(zone,
                   local_days{date} + hours{clock->hour} + minutes{clock->minute} + seconds{clock->second});
  }

  Wait month_day(unsigned month_read) {
    skip_letters();
    const int digits = digits_here();
    if (digits < 1 || digits > 2) return {};
    return on_day(month_read, take(digits));
  }

  /// The rest of a date: its year, if there is one, and the time of day.
  Wait on_day(unsigned month_read, int d) {
    for (const std::string_view word : {"st", "nd", "rd", "th", ","}) skip(word);
    std::optional<int> y;
    if (digits_here() >= 4) y = take(4);
    for (const std::string_view word : {",", "at"}) skip(word);
    const auto clock = read_clock();
    resolved_ = true;
    if (!clock) return {};
    const auto zone = read_zone();
    const auto now = local_now(zone);
    if (!now) return {};
    const auto today = year_month_day{floor<days>(*now)};
    for (int years = 0; years < 2; ++years) {  // without a year the next such day is meant
      const auto the_year = y ? year{*y} : today.year() + std::chrono::years{years};
      const year_month_day date{the_year, month{month_read}, day{static_cast<unsigned>(d)}};
      if (!date.ok()) return {};
      const auto local = local_days{date} + hours{clock->hour} + minutes{clock->minute};
      if (y || local > *now) return resolve(zone, local);
    }
    return {};
  }

  std::optional<weekday> read_weekday() {
    constexpr std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    for (unsigned i = 0; i < names.size(); ++i) {
      if (!rest().starts_with(names[i])) continue;
      const std::size_t before = at_;
      at_ += 3;
      while (!rest().empty() && is_lower(rest()[0]) && !rest().starts_with("at")) ++at_;
      skip("at");
      if (digits_here() > 0) return weekday{i};
      at_ = before;
    }
    return std::nullopt;
  }

  std::optional<Clock> read_clock() {
    const std::size_t before = at_;
    const auto clock = take_clock();
    if (!clock) at_ = before;
    return clock;
  }

  std::optional<Clock> take_clock() {
    const int digits = digits_here();
    if (digits < 1 || digits > 2) return std::nullopt;
    Clock clock{.hour = take(digits)};
    bool named = false;
    if (rest().starts_with(':') && rest().size() > 2 && is_digit(rest()[1]) && is_digit(rest()[2])) {
      ++at_;
      clock.minute = take(2);
      named = true;
      if (rest().starts_with(':') && rest().size() > 2 && is_digit(rest()[1]) && is_digit(rest()[2])) {
        ++at_;
        clock.second = take(2);
      }
    }
    if (rest().starts_with("am") || rest().starts_with("pm")) {
      if (clock.hour < 1 || clock.hour > 12) return std::nullopt;
      clock.hour = clock.hour % 12 + (rest()[0] == 'p' ? 12 : 0);
      at_ += 2;
      named = true;
    }
    if (!named || clock.hour > 23 || clock.minute > 59 || clock.second > 59) return std::nullopt;
    return clock;
  }

  /// What is left of the field, with its case, blanks and hyphens.
  [[nodiscard]] std::string_view as_written() const {
    if (at_ >= all_.size()) return {};
    const std::string_view field = text_.field_at(at_);
    return field.substr(std::min(text_.offset_at(at_), field.size()));
  }

  /// The zone after a time: "UTC", "UTC+8", "Pacific Time", or what is in brackets, as written. Empty when
  /// there is none.
  [[nodiscard]] std::string_view read_zone() const {
    const std::string_view here = rest();
    const std::string_view written = as_written();
    for (const std::string_view utc : {"utc", "gmt"}) {
      if (!here.starts_with(utc)) continue;
      std::size_t end = 4;
      while (end < written.size() && end < 9 && (is_digit(written[end]) || written[end] == ':')) ++end;
      const bool offset = written.size() > 4 && (written[3] == '+' || written[3] == '-') && end > 4;
      return offset ? written.substr(0, end) : "UTC";
    }
    if (here.starts_with('z') && (here.size() == 1 || !is_lower(here[1]))) return "UTC";
    struct Named {
      std::string_view words, zone;
    };
    for (const auto& [words, zone] :
         {Named{"pacifictime", "America/Los_Angeles"}, Named{"pt\x01", "America/Los_Angeles"},
          Named{"pst", "America/Los_Angeles"}, Named{"pdt", "America/Los_Angeles"},
          Named{"easterntime", "America/New_York"}, Named{"est", "America/New_York"},
          Named{"edt", "America/New_York"}, Named{"beijingtime", "+08:00"}})
      if (here.starts_with(words)) return zone;
    if (!here.starts_with('(')) return {};
    const std::size_t close = written.find(')');
    return close == std::string_view::npos || close > 48 ? std::string_view{} : written.substr(1, close - 1);
  }

  [[nodiscard]] static std::optional<minutes> fixed_offset(std::string_view zone) {
    if (same_word(zone, "utc") || same_word(zone, "gmt") || same_word(zone, "z")) return minutes{0};
    if (zone.size() > 3 && (same_word(zone.substr(0, 3), "utc") || same_word(zone.substr(0, 3), "gmt")))
      zone.remove_prefix(3);
    if (zone.size() < 2 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
    const std::size_t colon = zone.find(':');
    const auto h = read_number(zone.substr(1, colon == std::string_view::npos ? 2 : colon - 1));
    const auto m = colon == std::string_view::npos ? std::optional{0.0} : read_number(zone.substr(colon + 1));
    if (!h || !m || *h > 14 || *m > 59 || *h < 0 || *m < 0) return std::nullopt;
    const minutes offset{static_cast<int>(*h) * 60 + static_cast<int>(*m)};
    return zone[0] == '-' ? -offset : offset;
  }

  [[nodiscard]] std::optional<local_seconds> local_now(std::string_view zone) const {
    if (zone.empty() && !local_) return std::nullopt;
    if (const auto offset = fixed_offset(zone))
      return local_seconds{floor<seconds>(observed_.time_since_epoch()) + *offset};
    return zones_ != nullptr ? zones_->to_local(zone, observed_) : std::nullopt;
  }

  [[nodiscard]] Wait resolve(std::string_view zone, local_seconds local) const {
    if (zone.empty() && !local_) return {};
    if (const auto offset = fixed_offset(zone)) return {{}, Instant{local.time_since_epoch() - *offset}};
    return {{}, zones_ != nullptr ? zones_->to_instant(zone, local) : std::nullopt};
  }

  /// The next time that a clock shows this, on the weekday when one is named, or so many days from now.
  Wait next(Clock clock, std::optional<weekday> on = {}, days ahead = days{0}) {
    resolved_ = true;
    const auto zone = read_zone();
    const auto now = local_now(zone);
    if (!now) return {};
    auto date = floor<days>(*now) + ahead;
    if (on) date += *on - weekday{date};
    auto local = local_seconds{date} + hours{clock.hour} + minutes{clock.minute} + seconds{clock.second};
    if (local <= *now) local += on ? days{7} : days{1};
    return resolve(zone, local);
  }

  const PlainText& text_;
  std::string_view all_;
  std::size_t at_;
  Instant observed_;
  const ZoneLookup* zones_;
  bool local_;
  bool resolved_{false};  ///< a time was read, though its zone may be unknown
};

struct Marker {
  std::string_view word;
  bool bare_seconds;  ///< a number without a unit is seconds
};
constexpr std::array markers{
    Marker{"limitreached|", false}, Marker{"regainaccess", false},   Marker{"retryafter", true},
    Marker{"retryin", false},       Marker{"tryagain", false},       Marker{"resets", false},
    Marker{"resetat", false},       Marker{"resetin", false},        Marker{"resetafter", false},
    Marker{"reseton", false},       Marker{"availableagain", false}, Marker{"waitfor", false},
    Marker{"pleasewait", false},    Marker{"resettime", false},      Marker{"nextreset", false},
    Marker{"availableat", false},   Marker{"availablein", false},    Marker{"retryat", false},
    Marker{"refreshes", false},     Marker{"refreshin", false},      Marker{"refreshat", false},
    Marker{"renews", false},        Marker{"tryafter", false}};

constexpr auto begins_marker = [] {
  std::array<bool, 256> table{};
  for (const Marker& marker : markers) table[static_cast<unsigned char>(marker.word[0])] = true;
  return table;
}();

}  // namespace

Wait wait_in_words(const PlainText& text, Instant observed, const ZoneLookup* zones, bool local) {
  const std::string_view all = text.view();
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (!begins_marker[static_cast<unsigned char>(all[at])] || !text.starts_word(at)) continue;
    for (const Marker& marker : markers) {
      if (all[at + 1] != marker.word[1] || !all.substr(at).starts_with(marker.word)) continue;
      const Wait wait = When{text, at + marker.word.size(), observed, zones, local}.read(marker.bare_seconds);
      if (wait.delay_s || wait.until) return wait;
    }
  }
  return {};
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
