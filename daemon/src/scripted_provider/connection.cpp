#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/text.hpp"
#include "scripted_provider/provider_state.hpp"

namespace understudy::daemon::scripted {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
constexpr std::size_t max_body = 32 * 1024 * 1024;  // as the real API
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// One client. Holds the shared state, and is in its list of sockets while it lives.
class Connection {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Provider::State> state)
      : socket_(std::move(socket)),
        state_(std::move(state)),
        place_(state_->open.insert(state_->open.end(), &socket_)) {}
  ~Connection() { state_->open.erase(place_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> run() {
    boost::system::error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    bool open = true;
    while (open) open = co_await exchange();
  }

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;

  /// One request and its answer; false: the connection ends.
  asio::awaitable<bool> exchange() {
    Parser parser;
    parser.body_limit(max_body);
    auto head = beast::http::async_read_header(socket_, buffer_, parser, as_values);
    auto [error, count] = co_await std::move(head);
    if (!error && http::has_token(parser.get()[beast::http::field::expect], "100-continue"))
      co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!error) {
      auto rest = beast::http::async_read(socket_, buffer_, parser, as_values);
      std::tie(error, count) = co_await std::move(rest);
    }
    if (error) {
      const auto plan = error_plan(error);
      co_await play(plan);
      co_return false;
    }
    const bool keep_alive = parser.get().keep_alive();
    const auto plan = state_->react(received(parser.release()));
    const bool whole = co_await play(plan);
    co_return whole&& keep_alive && state_->acceptor.is_open();
  }

  static ReceivedRequest received(Parser::value_type request) {
    ReceivedRequest result;
    result.method = http::parse_method(request.method_string());
    const std::string_view target = request.target();
    const auto question = std::min(target.find('?'), target.size());
    result.path = target.substr(0, question);
    result.query = target.substr(std::min(question + 1, target.size()));
    for (const auto& field : request) result.headers.add(field.name_string(), field.value());
    result.body = std::move(request.body());
    return result;
  }

  /// What to tell a client that sent no request; nothing when it is gone.
  static Plan error_plan(boost::system::error_code what) {
    using beast::http::error;
    const bool is_about_http = what.category() == make_error_code(error::body_limit).category();
    if (!is_about_http || what == error::end_of_stream || what == error::partial_message) return {};
    const int status = what == error::body_limit || what == error::header_limit ? 413 : 400;
    return plain_plan(status, error_body(status, "this is not a request that a provider reads"), true);
  }

  /// False: the client is gone, or the plan ended the connection.
  asio::awaitable<bool> play(const Plan& plan) {
    for (const auto& part : plan) {
      bool goes_on = true;
      if (const auto* send = std::get_if<Send>(&part))
        goes_on = co_await write(send->bytes);
      else if (const auto* wait = std::get_if<Wait>(&part))
        goes_on = co_await silence(wait->time);
      else
        goes_on = reset();
      if (!goes_on) co_return false;
    }
    co_return true;
  }

  asio::awaitable<bool> write(std::string_view bytes) {
    auto written = asio::async_write(socket_, asio::buffer(bytes), as_values);
    const auto [error, count] = co_await std::move(written);
    static_cast<void>(count);
    co_return !error;
  }

  /// Sends nothing for that time, unless the client hangs up first.
  asio::awaitable<bool> silence(Milliseconds time) {
    using asio::experimental::awaitable_operators::operator||;
    asio::steady_timer timer(socket_.get_executor(), time);
    auto elapsed = timer.async_wait(asio::use_awaitable);
    auto readable = socket_.async_wait(tcp::socket::wait_read, as_values);
    const auto which = co_await (std::move(elapsed) || std::move(readable));
    if (which.index() == 0) co_return true;
    boost::system::error_code error;
    if (socket_.available(error) == 0 || error) co_return false;
    auto rest = timer.async_wait(as_values);  // a pipelined request: it can wait
    co_await std::move(rest);
    co_return true;
  }

  bool reset() {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
    return false;
  }

  tcp::socket socket_;
  std::shared_ptr<Provider::State> state_;
  std::list<tcp::socket*>::iterator place_;
  beast::flat_buffer buffer_{64 * 1024};
};

asio::awaitable<void> run(std::unique_ptr<Connection> connection) {
  co_await connection->run();
}

}  // namespace

void serve_connection(tcp::socket socket, std::shared_ptr<Provider::State> state) {
  const auto executor = socket.get_executor();
  asio::co_spawn(executor, run(std::make_unique<Connection>(std::move(socket), std::move(state))),
                 asio::detached);
}

}  // namespace understudy::daemon::scripted
