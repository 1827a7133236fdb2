#pragma once
#include <initializer_list>
#include <string_view>
#include <utility>

namespace understudy::daemon::ports {

enum class LogLevel { debug, info, warning, error };

/// Where the daemon says what it does. Fields are for machines: `instance`, `rollout`, `error`.
class Log {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view text, Fields fields) = 0;

  void info(std::string_view text, Fields fields = {}) { write(LogLevel::info, text, fields); }
  void warning(std::string_view text, Fields fields = {}) { write(LogLevel::warning, text, fields); }
  void error(std::string_view text, Fields fields = {}) { write(LogLevel::error, text, fields); }
};

}  // namespace understudy::daemon::ports
