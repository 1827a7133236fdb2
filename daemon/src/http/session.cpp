#include "http/session.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/read.hpp>
#include <exception>

#include "http/compress.hpp"
#include "http/respond.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kept_buffer = 64 * 1024;

}  // namespace

Session::Session(tcp::socket socket, std::shared_ptr<Server::State> server, bool too_many)
    : socket_(std::move(socket)), server_(std::move(server)), too_many_(too_many) {
  boost::system::error_code error;
  if (const auto remote = socket_.remote_endpoint(error); !error) {
    peer_ = remote.address().to_string();
    from_here_ = remote.address().is_loopback();
  }
  if (const auto local = socket_.local_endpoint(error); !error) local_address_ = local.address().to_string();
  socket_.set_option(tcp::no_delay(true), error);
  server_->enter(this);
}

Session::~Session() {
  server_->leave(this);
}

void Session::start(const std::shared_ptr<Session>& self) {
  auto task = self->run();
  asio::co_spawn(self->socket_.get_executor(), std::move(task),
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

void Session::begin_stop() {
  switch (doing_) {
    case Doing::waiting:
    case Doing::reading: {
      boost::system::error_code ignored;
      socket_.cancel(ignored);
      return;
    }
    case Doing::streaming: cancel_stream_.emit(asio::cancellation_type::terminal); return;
    case Doing::handling:
    case Doing::ending: return;
  }
}

void Session::abort() {
  if (doing_ == Doing::streaming) cancel_stream_.emit(asio::cancellation_type::terminal);
  cancel_run_.emit(asio::cancellation_type::terminal);
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Session::allow(std::chrono::milliseconds time) {
  timed_out_ = false;
  deadline_ = std::chrono::steady_clock::now() + time;
}

void Session::look_at_deadline(std::chrono::steady_clock::time_point now) {
  if (now < deadline_) return;
  timed_out_ = true;  // again at the next tick: an operation may begin just after this one was cancelled
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

bool Session::is_hung_up() {
  char byte = 0;
  const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

asio::awaitable<void> Session::run() {
  const auto self = shared_from_this();
  bool more = true;
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
  server_->site.finish(request, answer);
  if (should_compress(request, answer, from_here_)) co_await compress(answer, server_->packers);

  const int status = answer.status;
  const auto tell_sent = std::move(answer.sent);
  bool sent = false;
  // What is undone because nobody seems to be there must not be read by who only ended his own half.
  if (!tell_sent || !is_hung_up()) sent = co_await send(request, std::move(answer));
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
  allow(server_->options.idle_timeout);
  if (buffer_.capacity() > kept_buffer) buffer_.shrink_to_fit();
  const auto [error, count] = co_await socket_.async_read_some(buffer_.prepare(4096), as_values);
  buffer_.commit(count);
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
  if (too_many_) {
    keep_alive_ = false;
    auto busy = server_->site.refuse(request, 503, "Too many connections; try again in a moment.");
    busy.headers.set("Retry-After", "1");
    co_return busy;
  }
  auto admission = server_->site.admit(request);
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
  request.abandoned = [this] { return server_->stopping || is_hung_up(); };
  co_return co_await server_->site.serve(request, *admission.route);
}

asio::awaitable<std::expected<void, Session::Unread>> Session::read_head(Request& request) {
  request.method = Method::other;  // until the head says which
  request.peer = peer_;
  request.local_address = local_address_;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(server_->options.max_header));
  parser_->body_limit(boost::none);  // each route has its own
  allow(server_->options.header_timeout);
  const auto [error, count] = co_await beast_http::async_read_header(socket_, buffer_, *parser_, as_values);
  static_cast<void>(count);
  if (error) co_return std::unexpected(read_failure(request, error));
  keep_alive_ = parser_->keep_alive();
  co_return take_head(request);
}

std::expected<void, Session::Unread> Session::take_head(Request& request) {
  const auto& message = parser_->get();
  request.method = parse_method({message.method_string().data(), message.method_string().size()});
  request.target = message.target();
  request.is_http_1_0 = message.version() < 11;
  request.path = request.target.substr(0, request.target.find('?'));
  Pairs fields;
  int hosts = 0;
  for (const auto& field : message) {
    hosts += field.name() == beast_http::field::host ? 1 : 0;
    fields.emplace_back(field.name_string(), field.value());
  }
  request.headers = Headers(std::move(fields));
  const bool absent = hosts == 0 && message.version() >= 11;
  if (absent || hosts > 1)
    return std::unexpected(server_->site.refuse(request, 400, "One Host field is required."));
  return {};
}

asio::awaitable<std::expected<void, Session::Unread>> Session::read_body(Request& request, std::size_t most) {
  if (parser_->is_done()) co_return std::expected<void, Unread>{};
  const auto too_large = [&] {
    return server_->site.refuse(request, 413, "The body may have " + std::to_string(most) + " bytes.");
  };
  if (const auto length = parser_->content_length(); length && *length > most)
    co_return std::unexpected(too_large());
  if (const auto expected = request.headers.get("Expect")) {
    if (!same_ignoring_case(*expected, "100-continue"))
      co_return std::unexpected(server_->site.refuse(request, 417, "Only 100-continue can be expected."));
    const bool written = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n");
    if (!written) co_return std::unexpected(Unread{});
  }
  parser_->body_limit(most);
  allow(server_->options.body_timeout);
  const auto [error, count] = co_await beast_http::async_read(socket_, buffer_, *parser_, as_values);
  static_cast<void>(count);
  if (error == beast_http::error::body_limit) co_return std::unexpected(too_large());
  if (error) co_return std::unexpected(read_failure(request, error));
  request.body = std::move(parser_->get().body());
  co_return std::expected<void, Unread>{};
}

Session::Unread Session::read_failure(const Request& request, boost::system::error_code error) const {
  const Site& site = server_->site;
  if (error == beast_http::error::end_of_stream) return std::nullopt;
  if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow)
    return site.refuse(request, 431,
                       "The header may have " + std::to_string(server_->options.max_header) + " bytes.");
  if (error == beast_http::error::partial_message)
    return site.refuse(request, 400, "The request ended early.");
  if (error.category() == beast_http::make_error_code(beast_http::error::bad_method).category())
    return site.refuse(request, 400, "This is not HTTP/1.1: " + error.message() + ".");
  if (timed_out_) return site.refuse(request, 408, "The request did not arrive in time.");
  return std::nullopt;
}

}  // namespace understudy::daemon::http
