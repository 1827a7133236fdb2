#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <memory>
#include <utility>

namespace understudy::daemon::offload {

/// For what grows to many times its size while it is handled: so many at once, the others wait in a line and
/// are no larger meanwhile than what they sent. Belongs to the io thread.
class Seats {
  using Channel = boost::asio::experimental::channel<void(boost::system::error_code)>;

 public:
  explicit Seats(std::size_t seats) : seats_(seats) {}

  /// Given up when it goes.
  class Seat {
   public:
    Seat() = default;
    explicit Seat(std::shared_ptr<Channel> taken) : taken_(std::move(taken)) {}
    Seat(Seat&&) noexcept = default;
    Seat& operator=(Seat&& other) noexcept {
      std::swap(taken_, other.taken_);
      return *this;
    }
    ~Seat() {
      if (taken_) taken_->try_receive([](boost::system::error_code) {});
    }

   private:
    std::shared_ptr<Channel> taken_{};
  };

  /// Throws when the wait is cancelled.
  [[nodiscard]] boost::asio::awaitable<Seat> take() {
    if (!channel_)
      channel_ = std::make_shared<Channel>(
          boost::asio::any_io_executor(co_await boost::asio::this_coro::executor), seats_);
    const auto channel = channel_;
    co_await channel->async_send(boost::system::error_code{}, boost::asio::use_awaitable);
    co_return Seat(channel);
  }

 private:
  std::size_t seats_;
  std::shared_ptr<Channel> channel_{};  ///< full when all are taken
};

}  // namespace understudy::daemon::offload
