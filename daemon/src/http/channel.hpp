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
class Channel {
 public:
  using Error = boost::system::error_code;

  /// Null: in the clear.
  Channel(boost::asio::ip::tcp::socket socket, TlsContext tls);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  [[nodiscard]] bool is_encrypted() const { return tls_ != nullptr; }
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

  /// Before anything else; nothing to do in the clear.
  [[nodiscard]] boost::asio::awaitable<Error> shake_hands();
  [[nodiscard]] boost::asio::awaitable<std::pair<Error, std::size_t>> read_some(
      boost::asio::mutable_buffer into);
  /// All of them.
  [[nodiscard]] boost::asio::awaitable<Error> write(std::array<boost::asio::const_buffer, 3> bytes);
  /// Nothing more will be written.
  [[nodiscard]] boost::asio::awaitable<void> end_writing();

  /// The other side closed, or its half. Over TLS what it said before may still be unread.
  [[nodiscard]] bool is_hung_up();
  void cancel();
  void close();

 private:
  boost::asio::ip::tcp::socket socket_;
  TlsContext context_;  // a newer certificate does not end the connections of the old one
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
};

}  // namespace understudy::daemon::http
