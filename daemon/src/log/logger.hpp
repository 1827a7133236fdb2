#pragma once
#include <functional>
#include <mutex>

#include "log/line_writer.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::log {

enum class Format { text, json };

/// One line an entry; what would break the line is escaped, what is very long is cut. Message and values pass
/// `redact` first, so that no secret reaches the queue or the log. A json log has the keys time, level,
/// message and the fields. Logging never waits for the log's reader.
class Logger final : public ports::Log {
 public:
  using Redact = std::function<std::string(std::string_view)>;

  Logger(int descriptor, Format format, const ports::Clock& clock);
  void set_format(Format format) {
    const std::lock_guard lock(mutex_);
    format_ = format;
  }
  /// Lines below it are not written.
  void set_least(ports::LogLevel level) {
    const std::lock_guard lock(mutex_);
    least_ = level;
  }
  void set_redact(Redact redact) {
    const std::lock_guard lock(mutex_);
    redact_ = std::move(redact);
  }
  void write(ports::LogLevel level, std::string_view text, Fields fields) override;
  /// False: whoever reads the log did not take all of it in time.
  bool flush(std::chrono::milliseconds patience) { return writer_.flush(patience); }
  [[nodiscard]] std::uint64_t dropped() const { return writer_.dropped(); }

 private:
  [[nodiscard]] std::string line(ports::LogLevel level, std::string_view text, Fields fields) const;

  Format format_;
  const ports::Clock& clock_;
  Redact redact_;
  std::mutex mutex_;  // readers on the pool log too, also while a new configuration is taken over
  LineWriter writer_;
  ports::LogLevel least_{ports::LogLevel::debug};
};

}  // namespace understudy::daemon::log
