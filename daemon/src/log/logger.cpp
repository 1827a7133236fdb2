#include "log/logger.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "wire/raw_json.hpp"

namespace understudy::daemon {

namespace {

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "?";
}

std::string timestamp(std::chrono::sys_time<std::chrono::milliseconds> at) {
  const auto ms = at.time_since_epoch().count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

}  // namespace

void Logger::write(LogLevel level, std::string_view text, Fields fields) {
  std::string line;
  if (format_ == LogFormat::json) {
    line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", timestamp(clock_.wall()), name(level),
                       wire::quoted(text));
    for (const auto& [key, value] : fields)
      line += fmt::format(",{}:{}", wire::quoted(key), wire::quoted(value));
    line += '}';
  } else {
    line = fmt::format("{} {:<7} {}", timestamp(clock_.wall()), name(level), text);
    for (const auto& [key, value] : fields)
      line += fmt::format(" {}={}", key,
                          value.find_first_of(" \"\n") == value.npos ? value : wire::quoted(value));
  }
  if (redact_) line = redact_(line);
  line += '\n';
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), stream_);
  std::fflush(stream_);
}

}  // namespace understudy::daemon
