#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>
#include <exception>

#include "http/respond.hpp"
#include "http/session.hpp"

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;

/// Smaller bodies are copied behind their head: one buffer, one write.
constexpr std::size_t joined_body = 16 * 1024;
/// Each has the full write timeout.
constexpr std::size_t slice = 64 * 1024;
constexpr std::size_t lingering_bytes = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds lingering_time{1'000};

}  // namespace

asio::awaitable<bool> Session::send(const Request& request, Response response) {
  const auto* range = std::get_if<FileRange>(&response.body);
  const bool with_body = request.method != Method::head && may_have_body(response.status);
  keep_alive_ = keep_alive_ && !server_->stopping;
  HeadOptions options;
  options.http_1_0 = parser_->get().version() < 11;
  if (const auto* text = std::get_if<std::string>(&response.body)) options.length = text->size();
  if (range != nullptr) options.length = range->length;
  const auto* stream = std::get_if<StreamBody>(&response.body);
  if (stream != nullptr) {
    options.framing = options.http_1_0 ? Framing::close : Framing::chunked;
    if (options.http_1_0) keep_alive_ = false;
  }
  framing_ = options.framing;
  options.keep_alive = keep_alive_;
  head_.clear();
  append_head(head_, response, options, std::time(nullptr));

  doing_ = Doing::ending;
  if (range != nullptr) co_return co_await send_file(*range, with_body);
  if (stream != nullptr && with_body) co_return co_await send_stream(*stream);
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || !with_body) co_return co_await write_all(head_);
  if (text->size() > joined_body) co_return co_await write_all(head_, *text);
  head_.append(*text);
  co_return co_await write_all(head_);
}

asio::awaitable<bool> Session::write_all(std::string_view first, std::string_view second,
                                         std::string_view last) {
  do {
    hold(first.size() + second.size() + last.size());
    const auto part = second.substr(0, slice);
    const auto end = part.size() == second.size() ? last : std::string_view{};
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(first), asio::buffer(part),
                                                    asio::buffer(end)};
    allow(server_->options.write_timeout);
    const auto error = co_await transport_.write(buffers);
    if (error) {
      broken_ = true;
      co_return false;
    }
    progress_ = std::chrono::steady_clock::now();
    first = {};
    second.remove_prefix(part.size());
  } while (!second.empty());
  hold(0);
  co_return true;
}

asio::awaitable<bool> Session::send_file(const FileRange& range, bool with_body) {
  if (!with_body || range.length == 0) co_return co_await write_all(head_);
  std::string piece(std::min<std::uint64_t>(range.length, slice), '\0');
  std::string_view head = head_;
  for (std::uint64_t done = 0; done < range.length;) {
    const auto wanted = std::min<std::uint64_t>(range.length - done, piece.size());
    const auto got =
        ::pread(range.file->get(), piece.data(), wanted, static_cast<off_t>(range.offset + done));
    if (got <= 0) {  // truncated meanwhile: the length is already sent, so only closing is honest
      broken_ = true;
      co_return false;
    }
    const bool written =
        co_await write_all(head, std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    if (!written) co_return false;
    head = {};
    done += static_cast<std::uint64_t>(got);
  }
  co_return true;
}

asio::awaitable<bool> Session::send_stream(const StreamBody& body) {
  const bool begun = co_await write_all(head_);
  if (!begun) co_return false;
  bool whole = true;
  is_finite_ = body.is_finite;
  if (!server_->stopping || is_finite_) {
    doing_ = Doing::streaming;
    watch_for_hang_up();
    try {
      auto produce = body.produce(*this);
      co_await asio::co_spawn(transport_.socket().get_executor(), std::move(produce),
                              asio::bind_cancellation_slot(cancel_stream_.slot(), asio::use_awaitable));
    } catch (const boost::system::system_error& error) {
      const bool cancelled = error.code() == asio::error::operation_aborted;
      whole = cancelled && !is_finite_;
      if (!cancelled) server_->fail(std::string("a stream failed: ") + error.what());
    } catch (const std::exception& error) {
      whole = false;
      server_->fail(std::string("a stream failed: ") + error.what());
    }
    doing_ = Doing::ending;
    transport_.cancel();  // the watch
  }
  if (!whole) broken_ = true;  // closing without the last chunk tells the client
  if (broken_ || transport_.peer_closed()) co_return false;
  if (framing_ == Framing::chunked) co_return co_await write_all("0\r\n\r\n");
  co_return true;
}

asio::awaitable<bool> Session::write(std::string_view bytes) {
  if (broken_) co_return false;
  if (bytes.empty()) co_return true;
  bool written = false;
  if (framing_ == Framing::chunked) {
    const auto prefix = chunk_prefix(bytes.size());
    written = co_await write_all(prefix, bytes, "\r\n");
  } else {
    written = co_await write_all(bytes);
  }
  deadline_ = std::chrono::steady_clock::time_point::max();  // a stream may be quiet for long
  co_return written;
}

void Session::watch_for_hang_up() {
  transport_.socket().async_wait(boost::asio::ip::tcp::socket::wait_read,
                                 [self = weak_from_this()](const boost::system::error_code& error) {
                                   const auto session = self.lock();
                                   if (error || !session || session->doing_ != Doing::streaming) return;
                                   // Bytes instead of an end: a pipelined request. It waits; so does
                                   // noticing the end. Neither: a spurious wake-up.
                                   boost::system::error_code ignored;
                                   if (session->transport_.peer_closed())
                                     session->cancel_stream_.emit(asio::cancellation_type::terminal);
                                   else if (session->transport_.socket().available(ignored) == 0)
                                     session->watch_for_hang_up();
                                 });
}

asio::awaitable<void> Session::linger() {
  // Closing with unread input would reset the connection, and our last answer could be lost.
  const bool reads_on = parser_ && !timed_out_ && !keep_alive_ && !server_->stopping;
  allow(lingering_time);
  co_await transport_.shutdown_send();
  if (!reads_on) co_return;
  const auto until = deadline_;
  buffer_.clear();
  for (std::size_t discarded = 0; discarded < lingering_bytes && std::chrono::steady_clock::now() < until;) {
    const auto [error, count] = co_await transport_.read_some(buffer_.prepare(16 * 1024));
    if (error) co_return;
    discarded += count;
  }
}

}  // namespace understudy::daemon::http
