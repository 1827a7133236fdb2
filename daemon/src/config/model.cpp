#include "config/model.hpp"

#include <array>

namespace understudy::daemon::config {

namespace {

using namespace std::chrono_literals;

struct Window {
  UsageWindow window;
  std::string_view name;
  std::optional<Milliseconds> length;
};
const std::array<Window, 6> windows{{{UsageWindow::one_hour, "1h", 1h},
                                     {UsageWindow::five_hours, "5h", 5h},
                                     {UsageWindow::day, "24h", 24h},
                                     {UsageWindow::week, "7d", 168h},
                                     {UsageWindow::month, "30d", 720h},
                                     {UsageWindow::all, "all", std::nullopt}}};

}  // namespace

std::string_view to_string(UsageWindow window) {
  return windows[static_cast<std::size_t>(window)].name;
}
std::optional<Milliseconds> to_duration(UsageWindow window) {
  return windows[static_cast<std::size_t>(window)].length;
}
std::optional<UsageWindow> parse_usage_window(std::string_view text) {
  for (const auto& window : windows)
    if (window.name == text) return window.window;
  return std::nullopt;
}

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::host: return "host";
    case Mode::process: return "process";
    case Mode::docker: return "docker";
  }
  return "?";  // unreachable for a value made by the language
}

}  // namespace understudy::daemon::config
