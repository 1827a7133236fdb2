#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstddef>
#include <memory>
#include <utility>

namespace understudy::daemon::offload {

/// For what slows or grows when there is much of it at once: so many at a time, the others wait in order.
/// Belongs to the io thread.
class Semaphore {
  using Channel = boost::asio::experimental::channel<void(boost::system::error_code)>;

 public:
  explicit Semaphore(std::size_t permits) : permits_(permits) {}

  /// Given back when it goes.
  class Permit {
   public:
    Permit() = default;
    explicit Permit(std::shared_ptr<Channel> taken) : taken_(std::move(taken)) {}
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&& other) noexcept {
      std::swap(taken_, other.taken_);
      return *this;
    }
    ~Permit() {
      if (taken_) taken_->try_receive([](boost::system::error_code) {});
    }

   private:
    std::shared_ptr<Channel> taken_{};
  };

  /// Throws operation_aborted when the wait is cancelled.
  [[nodiscard]] boost::asio::awaitable<Permit> take() {
    namespace asio = boost::asio;
    if (!channel_)
      channel_ =
          std::make_shared<Channel>(asio::any_io_executor(co_await asio::this_coro::executor), permits_);
    const auto channel = channel_;
    boost::system::error_code cancelled;
    co_await channel->async_send(boost::system::error_code{},
                                 asio::redirect_error(asio::use_awaitable, cancelled));
    if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
    co_return Permit(channel);
  }

 private:
  std::size_t permits_;
  std::shared_ptr<Channel> channel_{};  ///< full when all are taken
};

}  // namespace understudy::daemon::offload
