// How many instances are kept started, and when.
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/parse_agent_type.hpp"
#include "config/reader.hpp"
#include "http/text.hpp"
#include "text/number.hpp"

namespace understudy::daemon::config {

namespace {

constexpr std::int64_t max_instances = 100000;

std::optional<int> day_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<int>(found - names.begin()));
}

/// "mon-fri", "mon,wed", "sat-mon", "daily", in any case.
std::optional<std::uint8_t> days_of(std::string_view text) {
  const auto lower = http::to_lower(http::trim(text));
  if (lower == "daily") return 0x7f;
  std::uint8_t days = 0;
  for (std::string_view rest = lower;;) {
    const auto comma = rest.find(',');
    const auto range = rest.substr(0, comma);
    const auto dash = range.find('-');
    const auto first = day_of(http::trim(range.substr(0, dash)));
    const auto last = dash == range.npos ? first : day_of(http::trim(range.substr(dash + 1)));
    if (!first || !last) return std::nullopt;
    for (int day = *first;; day = (day + 1) % 7) {
      days = static_cast<std::uint8_t>(days | (1 << day));
      if (day == *last) break;
    }
    if (comma == rest.npos) return days;
    rest.remove_prefix(comma + 1);
  }
}

/// Minutes after midnight of "08:00" or "8:00"; "24:00" is the end of a day.
std::optional<int> minutes_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  const auto hours = text::parse_number<unsigned>(text.substr(0, colon));
  const auto minutes = text::parse_number<unsigned>(text.substr(colon + 1));
  if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > 24 * 60) return std::nullopt;
  return static_cast<int>(*hours * 60 + *minutes);
}

bool is_zone(const std::string& name) {
  if (name == "UTC") return true;
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::exception&) {
    return false;  // unknown, or there is no zone database on this machine
  }
}

void read_time(Reader& reader, std::string_view key, int& to) {
  std::string text;
  reader.text(key, text, false);
  if (text.empty()) return;
  const auto minutes = minutes_of(text);
  if (!minutes || (key == "from" && *minutes == 24 * 60))
    return reader.error(key, fmt::format("must be a time of day such as \"08:00\", got \"{}\"", text));
  to = *minutes;
}

container::WarmWindow read_window(Reader& reader) {
  container::WarmWindow window;
  std::string days;
  reader.text("days", days, false);
  if (const auto parsed = days_of(days.empty() ? "daily" : days))
    window.days = *parsed;
  else
    reader.error("days", "must be \"daily\", or days such as \"mon-fri\" or \"mon,wed,sat-sun\"");
  read_time(reader, "from", window.from);
  read_time(reader, "to", window.to);
  if (window.from == window.to) reader.error("to", "must differ from 'from'");
  reader.text("zone", window.zone, false);
  if (!is_zone(window.zone))
    reader.error("zone", fmt::format("'{}' is not a time zone that this machine knows", window.zone));
  if (!reader.has("min")) reader.error("min", "is required: how many instances");
  reader.whole("min", window.min, 0, max_instances);
  reader.finish();
  return window;
}

}  // namespace

void read_warm(Reader& container, Parsed& out, container::WarmPolicy& warm) {
  const auto* value = container.take("warm");
  if (!value || value->is_null()) return;
  Reader reader(*value, container.path("warm"), out);
  if (!reader.valid()) return;
  reader.whole("min", warm.min, 0, max_instances);
  if (const auto* schedule = reader.take("schedule")) {
    if (!schedule->is_array()) return reader.wrong("schedule", "must be a list", *schedule);
    if (schedule->get_array().size() > 100) return reader.error("schedule", "must have at most 100 entries");
    for (std::size_t i = 0; i < schedule->get_array().size(); ++i) {
      Reader entry(schedule->get_array()[i], fmt::format("{}/{}", reader.path("schedule"), i), out);
      if (entry.valid()) warm.schedule.push_back(read_window(entry));
    }
  }
  reader.finish();
}

}  // namespace understudy::daemon::config
