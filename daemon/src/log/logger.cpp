#include "log/logger.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>

#include "text/ascii.hpp"
#include "wire/raw_json.hpp"

namespace understudy::daemon::log {

namespace {

std::string_view name(ports::LogLevel level) {
  constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
  return names[static_cast<std::size_t>(level)];
}

std::string timestamp(std::chrono::sys_time<std::chrono::milliseconds> at) {
  const auto ms = at.time_since_epoch().count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

std::string field_text(std::string text) {
  const bool plain = !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return c == ' ' || c == '"' || text::is_control(c);
  });
  return plain ? text : wire::quoted(text);
}

/// On one line and without control characters, which are shown escaped.
std::string message_text(std::string text) {
  if (std::none_of(text.begin(), text.end(), text::is_control)) return text;
  const auto escaped = field_text(std::move(text));
  return escaped.substr(1, escaped.size() - 2);
}

/// Cut after the secrets are out, so that no half of one stays.
std::string shortened(std::string text) {
  constexpr std::size_t longest_text = 8 * 1024;
  if (text.size() > longest_text) text.replace(longest_text, std::string::npos, "…");
  return text;
}

}  // namespace

Logger::Logger(int descriptor, Format format, const ports::Clock& clock)
    : format_(format), clock_(clock), writer_(descriptor, [this](std::string_view sentence) {
        const std::lock_guard lock(mutex_);
        return line(ports::LogLevel::warning, sentence, {});
      }) {}

void Logger::write(ports::LogLevel level, std::string_view text, Fields fields) {
  const std::lock_guard lock(mutex_);
  if (level < least_) return;
  writer_.post(line(level, text, fields));
}

std::string Logger::line(ports::LogLevel level, std::string_view text, Fields fields) const {
  // Only what callers give can hold a secret: a redacted line could lose a word of the format.
  const auto clean = [this](std::string_view given) {
    return shortened(redact_ ? redact_(given) : std::string(given));
  };
  std::string line;
  if (format_ == Format::json) {
    line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", timestamp(clock_.wall()), name(level),
                       wire::quoted(clean(text)));
    for (const auto& [key, value] : fields) {
      line += ',';
      wire::append_string(line, key);
      line += ':';
      wire::append_string(line, clean(value));
    }
    line += '}';
  } else {
    line = fmt::format("{} {:<7} {}", timestamp(clock_.wall()), name(level), message_text(clean(text)));
    for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, field_text(clean(value)));
  }
  line += '\n';
  return line;
}

}  // namespace understudy::daemon::log
