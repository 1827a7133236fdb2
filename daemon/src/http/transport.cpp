#include "http/transport.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// Asks the kernel, as unread bytes may come before the end: TLS's close_notify for one.
bool has_received_fin(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
  return info.tcpi_state != TCP_ESTABLISHED;
}

bool is_at_eof(int fd) {
  char byte = 0;
  const auto got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace

Transport::Transport(tcp::socket socket, TlsContext tls)
    : socket_(std::move(socket)), context_(std::move(tls)) {
  if (context_) tls_ = std::make_unique<asio::ssl::stream<tcp::socket&>>(socket_, *context_);
}

asio::awaitable<Transport::Error> Transport::handshake() {
  if (!tls_) co_return Error{};
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_values);
  co_return error;
}

asio::awaitable<std::pair<Transport::Error, std::size_t>> Transport::read_some(asio::mutable_buffer into) {
  auto reading = tls_ ? tls_->async_read_some(into, as_values) : socket_.async_read_some(into, as_values);
  const auto [error, count] = co_await std::move(reading);
  const bool cut = error == asio::ssl::error::stream_truncated;  // how most clients close
  co_return std::pair(cut ? Error(asio::error::eof) : error, count);
}

asio::awaitable<Transport::Error> Transport::write(std::array<asio::const_buffer, 3> bytes) {
  auto writing =
      tls_ ? asio::async_write(*tls_, bytes, as_values) : asio::async_write(socket_, bytes, as_values);
  const auto [error, count] = co_await std::move(writing);
  static_cast<void>(count);
  co_return error;
}

asio::awaitable<void> Transport::shutdown_send() {
  Error ignored;
  // The peer's close_notify is not waited for: one that never sends it delays nothing.
  if (tls_) {
    SSL_set_shutdown(tls_->native_handle(), SSL_RECEIVED_SHUTDOWN);
    const auto [error] = co_await tls_->async_shutdown(as_values);
    static_cast<void>(error);
  }
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

bool Transport::peer_closed() {
  return tls_ ? has_received_fin(socket_.native_handle()) : is_at_eof(socket_.native_handle());
}

void Transport::cancel() {
  Error ignored;
  socket_.cancel(ignored);
}

void Transport::close() {
  Error ignored;
  socket_.close(ignored);
}

}  // namespace understudy::daemon::http
