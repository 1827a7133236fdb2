#pragma once
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstddef>
#include <memory>
#include <utility>

#include "http/tls.hpp"

namespace understudy::daemon::http {

/// The bytes of one connection, in the clear or over TLS.
class Transport {
 public:
  using Error = boost::system::error_code;

  /// A null context means in the clear.
  Transport(boost::asio::ip::tcp::socket socket, TlsContext tls);
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  [[nodiscard]] bool is_encrypted() const { return tls_ != nullptr; }
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

  /// Must come first; does nothing in the clear.
  [[nodiscard]] boost::asio::awaitable<Error> handshake();
  [[nodiscard]] boost::asio::awaitable<std::pair<Error, std::size_t>> read_some(
      boost::asio::mutable_buffer into);
  /// Writes all of them.
  [[nodiscard]] boost::asio::awaitable<Error> write(std::array<boost::asio::const_buffer, 3> bytes);
  /// Sends the end of our half.
  [[nodiscard]] boost::asio::awaitable<void> shutdown_send();

  /// The peer closed the connection or its half. Over TLS, earlier bytes may still be unread.
  [[nodiscard]] bool peer_closed();
  void cancel();
  void close();

 private:
  boost::asio::ip::tcp::socket socket_;
  TlsContext context_;  // kept alive: a newer certificate does not end connections
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
};

}  // namespace understudy::daemon::http
