#include "providers/http_get.hpp"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace understudy::daemon::providers {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

struct Address {
  bool secure{false};
  std::string host;
  std::string port;
  std::string target;
};

std::expected<Address, std::string> parse_address(std::string_view url) {
  Address address;
  const std::string_view whole = url;
  if (url.starts_with("https://")) {
    address.secure = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return std::unexpected(fmt::format("'{}' is not an http:// or https:// address", whole));
  }
  const auto slash = url.find('/');
  address.target = slash == url.npos ? "/" : std::string(url.substr(slash));
  auto authority = url.substr(0, slash);
  const auto bracket = authority.find(']');
  const auto colon = authority.rfind(':');
  if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
    address.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  } else {
    address.port = address.secure ? "443" : "80";
  }
  if (authority.starts_with('[') && authority.ends_with(']'))
    authority = authority.substr(1, authority.size() - 2);
  address.host = authority;
  if (address.host.empty()) return std::unexpected(fmt::format("'{}' names no host", whole));
  return address;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

template <class Stream>
asio::awaitable<Fetched> exchange(Stream& stream, const Address& address, const Headers& headers) {
  beast::http::request<beast::http::empty_body> request{beast::http::verb::get, address.target, 11};
  request.set(beast::http::field::host, address.host);
  request.set(beast::http::field::user_agent, "understudy");
  request.set(beast::http::field::accept, "application/json");
  for (const auto& [name, value] : headers) request.set(name, value);
  co_await beast::http::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer{64 * 1024};  // also what a chunk's line and trailers may have
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(4 * 1024 * 1024);
  co_await beast::http::async_read(stream, buffer, parser, asio::use_awaitable);
  co_return Fetched{static_cast<int>(parser.get().result_int()), std::move(parser.get().body()),
                    std::string(parser.get()[beast::http::field::date])};
}

asio::awaitable<Fetched> fetch(const Address& address, const Headers& headers,
                               std::chrono::milliseconds limit) {
  const auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  const auto endpoints = co_await resolver.async_resolve(address.host, address.port, asio::use_awaitable);
  if (!address.secure) {
    beast::tcp_stream stream(executor);
    stream.expires_after(limit);
    co_await stream.async_connect(endpoints, asio::use_awaitable);
    co_return co_await exchange(stream, address, headers);
  }
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  beast::ssl_stream<beast::tcp_stream> stream(executor, tls);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
  SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
  auto& lowest = beast::get_lowest_layer(stream);
  lowest.expires_after(limit);
  co_await lowest.async_connect(endpoints, asio::use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await exchange(stream, address, headers);
}

}  // namespace

asio::awaitable<std::expected<Fetched, std::string>> http_get(std::string url, Headers headers,
                                                              std::chrono::milliseconds limit) {
  const auto address = parse_address(url);
  if (!address) co_return std::unexpected(address.error());
  try {
    co_return co_await fetch(*address, headers, limit);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return std::unexpected(
        fmt::format("{}:{} does not answer: {}", address->host, address->port, error.code().message()));
  }
}

}  // namespace understudy::daemon::providers
