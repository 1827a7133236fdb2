#include "app/ask_daemon.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>

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

constexpr std::size_t max_bytes = 64 * 1024;

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
DaemonResponse converse(Stream& stream, Call& call) {
  beast_http::write(stream, call);
  boost::beast::flat_buffer buffer{max_bytes};
  beast_http::response_parser<beast_http::string_body> answer;
  answer.body_limit(max_bytes);
  beast_http::read(stream, buffer, answer);
  return {static_cast<int>(answer.get().result_int()), std::move(answer.get().body())};
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
  try {
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect({asio::ip::make_address(address->at.host), address->at.port});
    if (!address->tls) return converse(socket, call);
    // The address is from a private file of ours on this machine: the certificate's name need not match.
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_verify_mode(asio::ssl::verify_none);
    asio::ssl::stream<tcp::socket&> stream(socket, context);
    stream.handshake(asio::ssl::stream_base::client);
    return converse(stream, call);
  } catch (const boost::system::system_error& error) {
    return std::unexpected("understudyd does not answer at " + address->at.host + ":" +
                           std::to_string(address->at.port) + ": " + error.code().message());
  }
}

}  // namespace understudy::daemon::app
