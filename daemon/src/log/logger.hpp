#pragma once
#include <cstdio>
#include <functional>
#include <mutex>

#include "ports/clock.hpp"
#include "ports/log.hpp"

namespace understudy::daemon {

enum class LogFormat { text, json };

/// Writes one line an entry to a stream; what would break the line is escaped. Message and values pass
/// `redact` first, so that no secret reaches a log. A json log has the keys time, level, message and the
/// fields.
class Logger final : public Log {
 public:
  using Redact = std::function<std::string(std::string_view)>;

  Logger(std::FILE* stream, LogFormat format, const Clock& clock)
      : stream_(stream), format_(format), clock_(clock) {}
  void set_format(LogFormat format) {
    const std::lock_guard lock(mutex_);
    format_ = format;
  }
  void set_redact(Redact redact) {
    const std::lock_guard lock(mutex_);
    redact_ = std::move(redact);
  }
  void write(LogLevel level, std::string_view text, Fields fields) override;

 private:
  std::FILE* stream_;
  LogFormat format_;
  const Clock& clock_;
  Redact redact_;
  std::mutex mutex_;  // readers on the pool log too, also while a new configuration is taken over
};

}  // namespace understudy::daemon
