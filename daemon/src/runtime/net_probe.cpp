#include "runtime/net_probe.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience{1};

/// A connection that closes itself when the look has taken too long.
struct Look {
  explicit Look(const asio::any_io_executor& executor) : socket(executor), alarm(executor) {}

  static std::shared_ptr<Look> begin(const asio::any_io_executor& executor) {
    auto look = std::make_shared<Look>(executor);
    look->alarm.expires_after(patience);
    look->alarm.async_wait([weak = std::weak_ptr(look)](boost::system::error_code cancelled) {
      const auto self = weak.lock();
      if (cancelled || !self) return;
      self->late = true;
      boost::system::error_code ignored;
      self->socket.close(ignored);
    });
    return look;
  }

  [[nodiscard]] Probe not_yet(const std::string& where, const boost::system::error_code& failed) const {
    return {ProbeVerdict::not_yet,
            late ? fmt::format("{} does not answer within {} s", where, patience.count())
                 : fmt::format("{}: {}", where, failed.message())};
  }

  tcp::socket socket;
  asio::steady_timer alarm;
  bool late{false};
};

asio::awaitable<boost::system::error_code> connect(std::shared_ptr<Look> look, std::string host, int port) {
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(host, failed);
  if (failed) co_return failed;
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(port));
  co_await look->socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failed));
  co_return failed;
}

Probe judge(const std::string& where, std::string_view status_line) {
  const auto space = status_line.find(' ');
  const char first =
      space != status_line.npos && space + 1 < status_line.size() ? status_line[space + 1] : '?';
  if (status_line.starts_with("HTTP/") && (first == '2' || first == '3')) return {ProbeVerdict::ready, {}};
  return {ProbeVerdict::not_yet, fmt::format("{} answers {:.80}", where, status_line)};
}

}  // namespace

asio::awaitable<Probe> probe_tcp(std::string host, int port) {
  const auto look = Look::begin(co_await asio::this_coro::executor);
  const auto failed = co_await connect(look, host, port);
  if (failed) co_return look->not_yet(fmt::format("{}:{}", host, port), failed);
  co_return Probe{ProbeVerdict::ready, {}};
}

asio::awaitable<Probe> probe_http(std::string host, int port, std::string path) {
  const auto look = Look::begin(co_await asio::this_coro::executor);
  const auto where = fmt::format("http://{}:{}{}", host, port, path);
  auto failed = co_await connect(look, host, port);
  if (failed) co_return look->not_yet(where, failed);
  const auto request =
      fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", path, host, port);
  co_await asio::async_write(look->socket, asio::buffer(request),
                             asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return look->not_yet(where, failed);
  std::string answer;
  const auto size = co_await asio::async_read_until(look->socket, asio::dynamic_buffer(answer, 16 * 1024),
                                                    std::string_view("\r\n"),
                                                    asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return look->not_yet(where, failed);
  co_return judge(where, std::string_view(answer).substr(0, size - 2));
}

}  // namespace understudy::daemon::runtime
