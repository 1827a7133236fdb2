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

/// Where answers go that are too long for memory: files without a name in the state directory.
struct SpillSpace {
  std::string directory{"/tmp"};
  bool trusted{false};  ///< for who brought a token; others leave some room for them
  std::shared_ptr<std::atomic<std::size_t>> used{
      std::make_shared<std::atomic<std::size_t>>(0)};  ///< by all of them
};

/// An answer that is made piece by piece and may have any length: a hundred rows of a megabyte each are what
/// a page of rollouts can be. Its reader may take its time; the store's reader does not wait for it.
class LongAnswer {
 public:
  static constexpr std::size_t in_memory = 1 << 20;
  static constexpr std::size_t longest = 256 << 20;
  static constexpr std::size_t max_of_strangers = 512 << 20;
  static constexpr std::size_t max_of_all = 1024 << 20;

  explicit LongAnswer(SpillSpace spill);
  ~LongAnswer();
  LongAnswer(LongAnswer&&) noexcept;

  /// False: it is too long, or there is no room for it; what follows is for nothing.
  bool add(std::string_view piece);

  struct Trouble {
    bool too_long{false};  ///< else there is no room at the moment
    std::string sentence{};
  };
  [[nodiscard]] std::expected<http::Body, Trouble> done();

 private:
  struct File;
  bool put_away();
  static boost::asio::awaitable<void> send_file(std::shared_ptr<File> file, http::BodyWriter& writer);
  SpillSpace spill_;
  std::string text_{};  ///< what is not in the file
  std::shared_ptr<File> file_{};
  std::size_t size_{0};
  Trouble trouble_{};
  bool failed_{false};
};

[[nodiscard]] inline SpillSpace spill_space_for(SpillSpace spill, const http::Request& request) {
  spill.trusted = request.is_trusted();
  return spill;
}

/// With that body as its JSON.
[[nodiscard]] http::Response json_answer(std::expected<http::Body, LongAnswer::Trouble> body);

}  // namespace understudy::daemon::api
