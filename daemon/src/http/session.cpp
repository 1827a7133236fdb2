#include "http/session.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "http/compress.hpp"
#include "http/request_head.hpp"
#include "http/respond.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr std::size_t read_at_once = 4 * 1024;
/// Bytes on the wire for each byte of a chunked body: "1\r\nx\r\n" has six.
constexpr std::size_t max_chunk_overhead = 8;

}  // namespace

Session::Session(tcp::socket accepted, std::shared_ptr<Server::State> server, bool too_many)
    : transport_(std::move(accepted), server->tls), server_(std::move(server)), too_many_(too_many) {
  boost::system::error_code error;
  auto& socket = transport_.socket();
  if (const auto remote = socket.remote_endpoint(error); !error) {
    peer_ = remote.address().to_string();
    peer_is_local_ = remote.address().is_loopback();
  }
  peer_network_ = http::peer_network(peer_);
  if (const auto local = socket.local_endpoint(error); !error) local_address_ = local.address().to_string();
  socket.set_option(tcp::no_delay(true), error);
  server_->enter(this);
}

Session::~Session() {
  hold(0);
  if (aborted_) --server_->leaving;
  server_->leave(this);
}

void Session::start(const std::shared_ptr<Session>& self) {
  auto task = self->run();
  asio::co_spawn(self->transport_.socket().get_executor(), std::move(task),
                 asio::bind_cancellation_slot(self->cancel_run_.slot(), [self](std::exception_ptr failure) {
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (const boost::system::system_error& error) {
                     if (error.code() != asio::error::operation_aborted) self->server_->fail(error.what());
                   } catch (const std::exception& error) {
                     self->server_->fail(error.what());
                   }
                 }));
}

void Session::begin_shutdown() {
  if (doing_ == Doing::waiting || doing_ == Doing::reading) transport_.cancel();
  if (doing_ == Doing::streaming && !is_finite_) cancel_stream_.emit(asio::cancellation_type::terminal);
}

void Session::abort() {
  if (!std::exchange(aborted_, true)) ++server_->leaving;
  hold(0);
  if (doing_ == Doing::streaming) cancel_stream_.emit(asio::cancellation_type::terminal);
  cancel_run_.emit(asio::cancellation_type::terminal);
  transport_.close();
}

EvictionCandidate Session::eviction_candidate() const {
  const auto stage = [this] {
    switch (doing_) {
      case Doing::waiting: return Stage::idle;
      case Doing::reading: return Stage::reading;
      case Doing::ending: return Stage::sending;
      case Doing::handling: return Stage::busy;
      case Doing::streaming: return is_finite_ ? Stage::sending : Stage::busy;
    }
    return Stage::busy;
  };
  return {aborted_ ? Stage::busy : stage(), trusted_, 1, held_, progress_};
}

void Session::hold(std::size_t bytes) {
  server_->held += bytes;
  server_->held -= held_;
  held_ = bytes;
}

void Session::allow(std::chrono::milliseconds time) {
  timed_out_ = false;
  deadline_ = std::chrono::steady_clock::now() + time;
}

void Session::check_deadline(std::chrono::steady_clock::time_point now) {
  if (now < deadline_) return;
  timed_out_ = true;  // again at the next tick: an operation may begin just after this one was cancelled
  transport_.cancel();
}

asio::awaitable<void> Session::run() {
  const auto self = shared_from_this();
  doing_ = Doing::reading;
  allow(server_->options.first_timeout);
  const auto error = co_await transport_.handshake();
  broken_ = error.failed();
  bool more = !broken_;
  while (more) more = co_await exchange();
  doing_ = Doing::ending;
  if (!broken_) co_await linger();
}

asio::awaitable<bool> Session::exchange() {
  if (buffer_.size() == 0) {
    const bool arrived = co_await await_bytes();
    if (!arrived) co_return false;
  }
  Request request;
  auto response = co_await respond(request);
  if (!response && !response.error()) co_return false;
  Response answer = response ? std::move(*response) : std::move(*response.error());
  request.body = {};  // neither body is kept longer than needed
  if (parser_) parser_->get().body() = {};
  hold(0);
  const auto* text = std::get_if<std::string>(&answer.body);
  if (text != nullptr && !server_->make_room_for(*this, text->size())) {
    if (answer.sent) answer.sent(false);
    answer = busy(request, "Too many answers wait to be read; try again in a moment.");
    text = nullptr;
  }
  hold(text != nullptr ? text->size() : 0);
  server_->site.finish(request, answer);
  if (should_compress(request, answer, peer_is_local_)) co_await compress(answer, server_->compressors);

  const int status = answer.status;
  const auto tell_sent = std::move(answer.sent);
  bool sent = false;
  // A half-closed client can still read: once its request will be undone, nothing is sent.
  if (!tell_sent || !transport_.peer_closed()) sent = co_await send(request, std::move(answer));
  if (tell_sent) tell_sent(sent);
  if (server_->on_exchange) {
    const auto route = request.route.empty() ? std::string_view("(none)") : request.route;
    server_->on_exchange({request.method, route, request.path, request.peer, status,
                          std::chrono::steady_clock::now() - request.received_at});
  }
  co_return sent&& keep_alive_;
}

asio::awaitable<bool> Session::await_bytes() {
  if (server_->stopping) co_return false;
  doing_ = Doing::waiting;
  allow(had_request_ ? server_->options.idle_timeout : server_->options.first_timeout);
  if (buffer_.capacity() > read_at_once) buffer_.shrink_to_fit();  // most connections are idle
  const auto error = co_await read_more(read_at_once);
  if (error) keep_alive_ = false;
  co_return !error;
}

asio::awaitable<std::expected<Response, Session::Unread>> Session::respond(Request& request) {
  doing_ = Doing::reading;
  auto head = co_await read_head(request);
  request.received_at = std::chrono::steady_clock::now();
  if (!head) {
    keep_alive_ = false;
    co_return std::unexpected(std::move(head.error()));
  }
  had_request_ = true;
  auto admission = server_->site.admit(request);
  trusted_ = trusted_ || request.is_trusted();
  const bool is_open = admission.route != nullptr && admission.route->access == Access::open;
  if (too_many_ && !trusted_ && !is_open) {
    keep_alive_ = false;
    co_return busy(request, "Too many connections; try again in a moment.");
  }
  if (admission.answer) {
    if (!parser_->is_done()) keep_alive_ = false;  // its body will not be read
    co_return std::move(*admission.answer);
  }
  auto body = co_await read_body(request, admission.route->max_body);
  if (!body) {
    keep_alive_ = false;
    co_return std::unexpected(std::move(body.error()));
  }
  doing_ = Doing::handling;
  deadline_ = std::chrono::steady_clock::time_point::max();
  request.abandoned = [this] { return server_->stopping || transport_.peer_closed(); };
  co_return co_await server_->site.serve(request, *admission.route);
}

asio::awaitable<boost::system::error_code> Session::read_more(std::size_t max) {
  const auto [error, count] = co_await transport_.read_some(buffer_.prepare(max));
  buffer_.commit(count);
  if (!error) progress_ = std::chrono::steady_clock::now();
  co_return error;
}

std::string_view Session::unread() const {
  return {static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
}

asio::awaitable<std::expected<void, Session::Unread>> Session::read_head(Request& request) {
  request.method = Method::other;  // until the head says which
  request.peer = peer_;
  request.local_address = local_address_;
  request.is_encrypted = transport_.is_encrypted();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(buffer_.max_size()));  // ours applies first
  parser_->body_limit(boost::none);                                       // each route has its own
  allow(server_->options.header_timeout);
  const auto max = server_->options.max_header;
  HeadScanner scanner;
  for (;;) {
    const auto end = scanner.scan(unread().substr(0, max));
    if (!end) co_return std::unexpected(refuse(request, 400, "This is not HTTP/1.1: " + end.error() + "."));
    if (*end) co_return take_head(request, **end);
    if (buffer_.size() >= max)
      co_return std::unexpected(
          refuse(request, 431, "The header may have " + std::to_string(max) + " bytes."));
    const auto error = co_await read_more(read_at_once);
    if (error) co_return std::unexpected(read_failure(request, error));
  }
}

std::expected<void, Session::Unread> Session::take_head(Request& request, std::size_t size) {
  const auto fault = head_fault(unread().substr(0, size));
  boost::system::error_code error;
  const auto used = parser_->put(asio::buffer(buffer_.cdata(), size), error);
  buffer_.consume(used);
  if (error) return std::unexpected(refuse(request, 400, "This is not HTTP/1.1: " + error.message() + "."));
  keep_alive_ = parser_->keep_alive();
  const auto& message = parser_->get();
  request.method = parse_method({message.method_string().data(), message.method_string().size()});
  request.target = message.target();
  request.is_http_1_0 = message.version() < 11;
  request.path = request.target.substr(0, request.target.find('?'));
  Pairs fields;
  for (const auto& field : message) fields.emplace_back(field.name_string(), field.value());
  request.headers = Headers(std::move(fields));
  if (fault) return std::unexpected(refuse(request, fault->status, fault->sentence));
  return {};
}

asio::awaitable<std::expected<void, Session::Unread>> Session::read_body(Request& request, std::size_t max) {
  if (parser_->is_done()) co_return std::expected<void, Unread>{};
  const auto too_large = [&] {
    return refuse(request, 413, "The body may have " + std::to_string(max) + " bytes.");
  };
  if (const auto length = parser_->content_length(); length && *length > max)
    co_return std::unexpected(too_large());
  if (const auto expected = request.headers.get("Expect"); expected && parser_->get().version() >= 11) {
    if (!iequals(*expected, "100-continue"))
      co_return std::unexpected(refuse(request, 417, "Only 100-continue can be expected."));
    const bool written = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n");
    if (!written) co_return std::unexpected(Unread{});
  }
  parser_->body_limit(max);
  parser_->eager(true);
  allow(server_->options.body_timeout);
  // Chunks may be small and have extensions, but their overhead is limited too.
  for (std::size_t overhead = max * max_chunk_overhead + buffer_.max_size();;) {
    if (buffer_.size() > 0) {
      boost::system::error_code error;
      const auto used = parser_->put(buffer_.cdata(), error);
      buffer_.consume(used);
      if (error == beast_http::error::body_limit) co_return std::unexpected(too_large());
      if (error && error != beast_http::error::need_more)
        co_return std::unexpected(refuse(request, 400, "This is not HTTP/1.1: " + error.message() + "."));
      if (parser_->is_done()) break;
      overhead -= std::min(overhead, used);
      const auto size = parser_->get().body().size();
      if (!server_->make_room_for(*this, size - std::min(size, held_)))
        co_return std::unexpected(
            busy(request, "Too much is being sent to this daemon; try again in a moment."));
      hold(size);
      if (buffer_.size() == buffer_.max_size() || overhead == 0)
        co_return std::unexpected(
            refuse(request, 431, "A chunk's line, or the trailers, are longer than anybody needs."));
    }
    const auto error = co_await read_more(std::min(buffer_.max_size() - buffer_.size(), read_at_once * 16));
    if (error) co_return std::unexpected(read_failure(request, error));
  }
  request.body = std::move(parser_->get().body());
  co_return std::expected<void, Unread>{};
}

Response Session::busy(const Request& request, std::string_view sentence) const {
  auto response = refuse(request, 503, sentence);
  response.headers.set("Retry-After", "1");
  return response;
}

Response Session::refuse(const Request& request, int status, std::string_view detail) const {
  return server_->site.refuse(request, status, detail);
}

Session::Unread Session::read_failure(const Request& request, boost::system::error_code error) const {
  if (error == asio::error::eof) return refuse(request, 400, "The request ended early.");
  if (timed_out_) return refuse(request, 408, "The request did not arrive in time.");
  return std::nullopt;
}

}  // namespace understudy::daemon::http
