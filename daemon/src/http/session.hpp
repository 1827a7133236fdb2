#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "http/response_head.hpp"
#include "http/server_state.hpp"
#include "http/transport.hpp"
#include "http/types.hpp"

namespace understudy::daemon::http {

/// One connection. The only header that includes Beast; only session*.cpp and server.cpp include it.
class Session : public std::enable_shared_from_this<Session>, private BodyWriter {
 public:
  Session(boost::asio::ip::tcp::socket socket, std::shared_ptr<Server::State> server, bool too_many);
  ~Session() override;

  /// Serves requests until the connection ends.
  static void start(const std::shared_ptr<Session>& self);
  /// Ends what has not begun or never ends: an idle connection, half a request, a stream. A running request
  /// finishes first.
  void begin_shutdown();
  /// Ends everything.
  void abort();
  /// Cancels a read or write that is late.
  void check_deadline(std::chrono::steady_clock::time_point now);

  [[nodiscard]] EvictionCandidate eviction_candidate() const;
  [[nodiscard]] const std::string& peer_network() const { return peer_network_; }

 private:
  enum class Doing { waiting, reading, handling, streaming, ending };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  /// The answer to a request that did not arrive; nothing when the client is gone.
  using Unread = std::optional<Response>;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<bool> exchange();  // false: the connection ends
  boost::asio::awaitable<bool> await_bytes();
  boost::asio::awaitable<std::expected<void, Unread>> read_head(Request& request);
  boost::asio::awaitable<std::expected<void, Unread>> read_body(Request& request, std::size_t max);
  boost::asio::awaitable<std::expected<Response, Unread>> respond(Request& request);
  std::expected<void, Unread> take_head(Request& request, std::size_t size);
  boost::asio::awaitable<boost::system::error_code> read_more(std::size_t max);
  [[nodiscard]] std::string_view unread() const;
  [[nodiscard]] Response busy(const Request& request, std::string_view sentence) const;
  [[nodiscard]] Response refuse(const Request& request, int status, std::string_view detail) const;
  Unread read_failure(const Request& request, boost::system::error_code error) const;
  void allow(std::chrono::milliseconds time);  // a deadline for the reads or writes that follow
  void hold(std::size_t bytes);                // sets how many are buffered for it

  boost::asio::awaitable<bool> send(const Request& request, Response response);
  boost::asio::awaitable<bool> send_file(const FileRange& range, bool with_body);
  boost::asio::awaitable<bool> send_stream(const StreamBody& body);
  boost::asio::awaitable<bool> write(std::string_view bytes) override;
  boost::asio::awaitable<bool> write_all(std::string_view first, std::string_view second = {},
                                         std::string_view last = {});
  boost::asio::awaitable<void> linger();
  void watch_for_hang_up();

  Transport transport_;
  std::shared_ptr<Server::State> server_;
  boost::beast::flat_buffer buffer_{64 * 1024};  // also what a chunk's line and trailers may have
  std::optional<Parser> parser_;
  std::string head_;
  std::string peer_;
  std::string peer_network_;
  std::string local_address_;
  boost::asio::cancellation_signal cancel_run_;
  boost::asio::cancellation_signal cancel_stream_;
  std::chrono::steady_clock::time_point deadline_{std::chrono::steady_clock::time_point::max()};
  std::chrono::steady_clock::time_point progress_{std::chrono::steady_clock::now()};
  std::size_t held_{0};
  Doing doing_{Doing::waiting};
  Framing framing_{Framing::length};
  bool peer_is_local_{false};  // the client or its proxy is on this machine
  bool too_many_;
  bool trusted_{false};  // a request of it had a token
  bool had_request_{false};
  bool aborted_{false};
  bool is_finite_{false};  // what is streamed
  bool timed_out_{false};
  bool keep_alive_{true};
  bool broken_{false};  // the handshake or a write failed: nothing more can be sent
};

}  // namespace understudy::daemon::http
