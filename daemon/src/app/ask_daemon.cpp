#include "app/ask_daemon.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>
#include <chrono>
#include <optional>

#include "app/state_dir.hpp"
#include "config/document.hpp"
#include "http/authority.hpp"
#include "http/operator_token.hpp"

namespace understudy::daemon::app {

namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;

using Call = beast_http::request<beast_http::string_body>;

constexpr std::size_t max_bytes = 8 * 1024 * 1024;  // GET /providers names each agent
constexpr std::chrono::seconds patience{15};

struct Address {
  bool tls{false};
  http::HostPort at{};
};

std::expected<Address, std::string> address_of(const std::string& state_dir) {
  const auto no_daemon = [&] {
    return std::unexpected("no understudyd runs on the state directory " + state_dir + "; start it first");
  };
  if (::access(state_dir.c_str(), R_OK | X_OK) != 0 && errno == EACCES)
    return std::unexpected(state_dir + " cannot be read: run this as the daemon's user");
  // When the daemon is gone, do not send its token to another program on that address.
  if (!is_claimed(state_dir)) return no_daemon();
  auto text = config::read_text(state_dir + "/address");
  if (!text) return no_daemon();
  while (text->ends_with('\n')) text->pop_back();
  const auto origin = http::parse_origin(*text);
  if (!origin) return no_daemon();
  return Address{origin->scheme == "https", origin->at};
}

template <class Stream>
asio::awaitable<void> converse(Stream& stream, Call& call, std::optional<DaemonResponse>& response) {
  co_await beast_http::async_write(stream, call, asio::use_awaitable);
  boost::beast::flat_buffer buffer{max_bytes};
  beast_http::response_parser<beast_http::string_body> answer;
  answer.body_limit(max_bytes);
  co_await beast_http::async_read(stream, buffer, answer, asio::use_awaitable);
  response = {static_cast<int>(answer.get().result_int()), std::move(answer.get().body())};
}

asio::awaitable<void> ask(const Address& address, Call& call, std::optional<DaemonResponse>& response) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint at{asio::ip::make_address(address.at.host), address.at.port};
  co_await socket.async_connect(at, asio::use_awaitable);
  if (!address.tls) {
    co_await converse(socket, call, response);
    co_return;
  }
  // The address is from a private file of ours on this machine: the certificate's name need not match.
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_verify_mode(asio::ssl::verify_none);
  asio::ssl::stream<tcp::socket&> stream(socket, context);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_await converse(stream, call, response);
}

}  // namespace

std::expected<DaemonResponse, std::string> ask_daemon(const std::string& state_dir, std::string_view method,
                                                      const std::string& path, std::string body) {
  const auto address = address_of(state_dir);
  if (!address) return std::unexpected(address.error());
  const auto token = http::load_token(state_dir + "/operator-token");
  if (!token) return std::unexpected(token.error());
  Call call{beast_http::string_to_verb({method.data(), method.size()}), path, 11};
  call.set(beast_http::field::host, "localhost:" + std::to_string(address->at.port));
  call.set(beast_http::field::authorization, "Bearer " + *token);
  call.set(beast_http::field::content_type, "application/json");
  call.keep_alive(false);
  call.body() = std::move(body);
  call.prepare_payload();
  const auto silent =
      "understudyd does not answer at " + address->at.host + ":" + std::to_string(address->at.port);
  std::optional<DaemonResponse> response;
  std::string failure = fmt::format("no response in {} s", patience.count());
  const auto keep_reason = [&failure](const std::exception_ptr& thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      failure = error.code().message();
    }
  };
  asio::io_context io;
  auto asking = ask(*address, call, response);
  asio::co_spawn(io, std::move(asking), keep_reason);
  io.run_for(patience);
  if (!response) return std::unexpected(silent + ": " + failure);
  return std::move(*response);
}

}  // namespace understudy::daemon::app
