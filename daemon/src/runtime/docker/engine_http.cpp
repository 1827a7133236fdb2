#include "runtime/docker/engine_http.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;

namespace {

constexpr std::size_t pool_size = 4;
constexpr std::uint64_t largest_body = 8U << 20U;

http::request<http::string_body> to_wire(const EngineRequest& request) {
  http::request<http::string_body> wire(http::string_to_verb(request.method), request.target, 11);
  wire.set(http::field::host, "engine");
  wire.set(http::field::user_agent, "understudy");
  if (!request.body.empty()) wire.set(http::field::content_type, "application/json");
  wire.body() = request.body;
  wire.keep_alive(!request.alone);
  if (wire.method() != http::verb::get) wire.prepare_payload();
  return wire;
}

template <class Fields>
EngineResponse from_header(const Fields& header) {
  EngineResponse response;
  response.status = header.result_int();
  response.api_version = header["Api-Version"];
  response.podman =
      header.count("Libpod-Api-Version") > 0 || header[http::field::server].starts_with("Libpod/");
  return response;
}

}  // namespace

struct EngineHttp::Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}
  beast::basic_stream<Local> stream;
  beast::flat_buffer buffer{64 * 1024};  // also what a chunk's line and trailers may have
};

/// One request on one connection; the connection comes back when it can be used again.
struct EngineHttp::Exchange {
  boost::system::error_code failed;
  bool answered{false};  ///< at least one byte came
  EngineResponse response;
  std::unique_ptr<Connection> connection;
};

std::expected<std::string, std::string> engine_socket(std::string_view host) {
  constexpr std::string_view scheme = "unix://";
  if (host.starts_with(scheme)) host.remove_prefix(scheme.size());
  if (host.starts_with('/')) return std::string(host);
  return std::unexpected(fmt::format(
      "\"{}\" is not a unix socket; only unix:///path/to.sock is supported, forward a remote engine's socket",
      host));
}

EngineHttp::EngineHttp(asio::any_io_executor executor, std::string socket_path)
    : executor_(std::move(executor)), socket_path_(std::move(socket_path)) {}

EngineHttp::~EngineHttp() = default;

EngineError EngineHttp::lost(const std::string& reason, bool late, bool may_have_acted) const {
  if (late)
    return {EngineErrorKind::timeout, fmt::format("the engine at {} did not answer in time", socket_path_)};
  return {may_have_acted ? EngineErrorKind::timeout : EngineErrorKind::transient,
          fmt::format("the engine at {} broke off the call: {}", socket_path_, reason)};
}

EngineCall<std::unique_ptr<EngineHttp::Connection>> EngineHttp::connect(std::chrono::seconds patience) {
  if (socket_path_.size() >= 108)
    co_return engine_error(EngineErrorKind::unreachable,
                           fmt::format("the socket path {} is too long", socket_path_));
  auto connection = std::make_unique<Connection>(executor_);
  connection->stream.expires_after(patience);
  const Local::endpoint endpoint(socket_path_);
  boost::system::error_code failed;
  co_await connection->stream.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failed));
  if (!failed) co_return connection;
  const auto kind = failed == boost::system::errc::permission_denied ? EngineErrorKind::permission
                                                                     : EngineErrorKind::unreachable;
  co_return engine_error(kind, fmt::format("no engine answers at {}: {}", socket_path_, failed.message()));
}

asio::awaitable<EngineHttp::Exchange> EngineHttp::attempt(std::unique_ptr<Connection> connection,
                                                          const EngineRequest& request) {
  Exchange exchange;
  const auto wire = to_wire(request);
  connection->stream.expires_after(request.patience);
  co_await http::async_write(connection->stream, wire,
                             asio::redirect_error(asio::use_awaitable, exchange.failed));
  if (exchange.failed) co_return exchange;
  http::response_parser<http::string_body> parser;
  parser.body_limit(largest_body);
  co_await http::async_read(connection->stream, connection->buffer, parser,
                            asio::redirect_error(asio::use_awaitable, exchange.failed));
  exchange.answered = parser.got_some();
  if (exchange.failed) co_return exchange;
  const bool keep = parser.keep_alive() && !request.alone;
  exchange.response = from_header(parser.get());
  exchange.response.body = std::move(parser.get().body());
  if (keep) exchange.connection = std::move(connection);
  co_return exchange;
}

EngineCall<EngineResponse> EngineHttp::call(EngineRequest request) {
  for (;;) {
    const bool reused = !request.alone && !idle_.empty();
    std::unique_ptr<Connection> connection;
    if (reused) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    } else {
      auto fresh = co_await connect(request.patience);
      if (!fresh) co_return std::unexpected(fresh.error());
      connection = std::move(*fresh);
    }
    auto exchange = co_await attempt(std::move(connection), request);
    if (!exchange.failed) {
      if (exchange.connection && idle_.size() < pool_size) idle_.push_back(std::move(exchange.connection));
      co_return std::move(exchange.response);
    }
    const bool late = exchange.failed == beast::error::timeout;
    if (!reused || exchange.answered || late)
      co_return std::unexpected(lost(exchange.failed.message(), late, request.alone));
    // The engine closes idle connections, all of them when it restarts.
    idle_.clear();
  }
}

EngineCall<EngineResponse> EngineHttp::stream(EngineRequest request, OnOpen on_open, OnBytes on_bytes) {
  auto fresh = co_await connect(request.patience);
  if (!fresh) co_return std::unexpected(fresh.error());
  Connection& connection = **fresh;
  boost::system::error_code failed;
  request.alone = false;
  const auto wire = to_wire(request);
  co_await http::async_write(connection.stream, wire, asio::redirect_error(asio::use_awaitable, failed));
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  if (!failed)
    co_await http::async_read_header(connection.stream, connection.buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return std::unexpected(lost(failed.message(), failed == beast::error::timeout));
  EngineResponse response = from_header(parser.get());
  const bool good = response.status / 100 == 2;
  if (good) {
    connection.stream.expires_never();
    on_open();
  }
  std::array<char, 16 * 1024> bytes;
  while (!parser.is_done() && !failed) {
    parser.get().body().data = bytes.data();
    parser.get().body().size = bytes.size();
    co_await http::async_read_some(connection.stream, connection.buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, failed));
    if (failed == http::error::need_buffer) failed = {};
    std::string portion(bytes.data(), bytes.size() - parser.get().body().size);
    if (portion.empty()) continue;
    if (good)
      co_await on_bytes(std::move(portion));
    else if (response.body.size() < largest_body)
      response.body += portion;
  }
  if (failed) co_return std::unexpected(lost(failed.message(), failed == beast::error::timeout));
  co_return response;
}

}  // namespace understudy::daemon::runtime
