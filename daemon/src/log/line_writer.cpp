#include "log/line_writer.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/async.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy::daemon::log {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// Some seconds of a busy fleet; about 2 MB when nobody reads.
constexpr std::size_t longest_queue = 4096;

/// This thread takes no signals: SIGTTOU would stop the daemon for the sake of a terminal.
void take_no_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// Where the pool's thread writes. Waits as long as the descriptor wants it to.
class DescriptorSink final : public spdlog::sinks::sink {
 public:
  DescriptorSink(int descriptor, LineWriter::Notice notice, std::chrono::milliseconds between_notices)
      : descriptor_(descriptor), notice_(std::move(notice)), between_notices_(between_notices) {}

  void read_losses_of(spdlog::details::thread_pool& pool) { pool_ = &pool; }
  /// From now on nothing is written, and what the notice refers to may go.
  void give_up() {
    const std::lock_guard lock(notice_mutex_);
    given_up_ = true;
  }
  [[nodiscard]] std::uint64_t handled() const { return handled_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

  void log(const spdlog::details::log_msg& message) override {
    if (!given_up_) {
      tell_losses();
      if (!write({message.payload.data(), message.payload.size()})) ++refused_;
    }
    ++handled_;
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  /// Before the first line that came through again, which is where the others are missing.
  void tell_losses() {
    const auto overrun = pool_->overrun_counter();
    const auto now = steady_clock::now();
    if (overrun > overrun_told_ && now >= next_notice_ &&
        tell(fmt::format("{} lines were dropped because nobody read them", overrun - overrun_told_))) {
      overrun_told_ = overrun;
      next_notice_ = now + between_notices_;
    }
    const auto refused = refused_.load();
    if (refused > refused_told_ && tell(fmt::format("{} lines could not be written: {}",
                                                    refused - refused_told_, std::strerror(last_error_))))
      refused_told_ = refused;
  }

  bool tell(std::string_view sentence) {
    std::string line;
    {
      const std::lock_guard lock(notice_mutex_);
      if (notice_ && !given_up_) line = notice_(sentence);
    }
    return line.empty() || write(line);
  }

  bool write(std::string_view line) {
    if (torn_ && !write_all("\n")) return false;
    return write_all(line);
  }
  bool write_all(std::string_view text) {
    while (!text.empty() && !given_up_) {
      const auto written = ::write(descriptor_, text.data(), text.size());
      if (written >= 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
        torn_ = !text.empty();
      } else if (errno == EAGAIN) {  // whoever shares this terminal or pipe made it so
        pollfd room{descriptor_, POLLOUT, 0};
        ::poll(&room, 1, -1);
      } else if (errno != EINTR) {
        last_error_ = errno;
        return false;
      }
    }
    return text.empty();
  }

  const int descriptor_;
  const LineWriter::Notice notice_;
  const std::chrono::milliseconds between_notices_;
  spdlog::details::thread_pool* pool_{nullptr};
  std::mutex notice_mutex_;
  std::atomic<bool> given_up_{false};
  std::atomic<std::uint64_t> handled_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::uint64_t overrun_told_{0};
  std::uint64_t refused_told_{0};
  steady_clock::time_point next_notice_{};
  int last_error_{0};
  bool torn_{false};
};

}  // namespace

struct LineWriter::Core {
  Core(int descriptor, Notice notice, std::chrono::milliseconds between_notices)
      : sink(std::make_shared<DescriptorSink>(descriptor, std::move(notice), between_notices)),
        pool(std::make_shared<spdlog::details::thread_pool>(longest_queue, 1, take_no_signals)),
        logger(std::make_shared<spdlog::async_logger>("", sink, pool,
                                                      spdlog::async_overflow_policy::overrun_oldest)) {
    sink->read_losses_of(*pool);
  }
  [[nodiscard]] bool is_idle() const { return sink->handled() + pool->overrun_counter() >= posted; }

  std::shared_ptr<DescriptorSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::uint64_t> posted{0};
};

LineWriter::LineWriter(int descriptor, Notice notice, std::chrono::milliseconds between_notices)
    : core_(std::make_unique<Core>(descriptor, std::move(notice), between_notices)) {}

LineWriter::~LineWriter() {
  if (flush(1s)) return;
  core_->sink->give_up();
  // Its thread sits in write(): joining it would be waiting for the reader after all. So it keeps what it
  // uses, for as long as the process lives.
  static std::mutex guard;
  static auto& left_behind = *new std::vector<std::unique_ptr<Core>>;
  const std::lock_guard held(guard);
  left_behind.push_back(std::move(core_));
}

void LineWriter::post(std::string_view line) {
  ++core_->posted;
  core_->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

bool LineWriter::flush(std::chrono::milliseconds patience) {
  const auto limit = steady_clock::now() + patience;
  while (!core_->is_idle()) {
    if (steady_clock::now() >= limit) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

std::uint64_t LineWriter::dropped() const {
  return core_->pool->overrun_counter() + core_->sink->refused();
}

}  // namespace understudy::daemon::log
