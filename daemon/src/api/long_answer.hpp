#pragma once
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "http/types.hpp"

namespace understudy::daemon::api {

/// Disk space for answers too long for memory: unnamed files in the state directory.
struct SpillSpace {
  std::string directory{"/tmp"};
  bool trusted{false};  ///< for a caller with a token; others may use only part of it
  std::shared_ptr<std::atomic<std::size_t>> used{
      std::make_shared<std::atomic<std::size_t>>(0)};  ///< by all answers
};

/// An answer that is built in pieces and may be long: a page of rollouts can have a hundred rows of a
/// megabyte. The store's reader does not wait for a slow client.
class LongAnswer {
 public:
  static constexpr std::size_t in_memory = 1 << 20;
  static constexpr std::size_t max_size = 256 << 20;
  static constexpr std::size_t max_untrusted = 512 << 20;
  static constexpr std::size_t max_total = 1024 << 20;

  explicit LongAnswer(SpillSpace spill);
  ~LongAnswer();
  LongAnswer(LongAnswer&&) noexcept;

  /// False: too long, or no space left; add no more.
  bool add(std::string_view piece);

  struct Trouble {
    bool too_long{false};  ///< else no space is left now
    std::string sentence{};
  };
  [[nodiscard]] std::expected<http::Body, Trouble> done();

 private:
  struct File;
  bool spill();
  static boost::asio::awaitable<void> send_file(std::shared_ptr<File> file, http::BodyWriter& writer);
  SpillSpace spill_;
  std::string text_{};  ///< not in the file yet
  std::shared_ptr<File> file_{};
  std::size_t size_{0};
  Trouble trouble_{};
  bool failed_{false};
};

[[nodiscard]] inline SpillSpace spill_space_for(SpillSpace spill, const http::Request& request) {
  spill.trusted = request.is_trusted();
  return spill;
}

/// The JSON response with this body, or the error response.
[[nodiscard]] http::Response json_answer(std::expected<http::Body, LongAnswer::Trouble> body);

}  // namespace understudy::daemon::api
