#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "demo/message_reply.hpp"
#include "http/authority.hpp"
#include "text/number.hpp"

namespace understudy::daemon::demo {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;
using asio::ip::tcp;
using HttpRequest = beast::http::request<beast::http::string_body>;
using ResponseParser = beast::http::response_parser<beast::http::string_body>;
using Result = std::expected<Reply, Failure>;
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

struct Endpoint {
  std::string authority{};
  std::string host{};
  std::string port{"80"};
  std::string prefix{};  ///< of the path
};

std::optional<Endpoint> parse_endpoint(std::string_view url) {
  static constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  while (url.ends_with('/')) url.remove_suffix(1);
  const auto slash = std::min(url.find('/'), url.size());
  const auto at = http::parse_authority(url.substr(0, slash));
  if (!at) return std::nullopt;
  Endpoint endpoint{std::string(url.substr(0, slash)), at->host, "80", std::string(url.substr(slash))};
  if (at->port != 0) endpoint.port = std::to_string(at->port);
  return endpoint;
}

HttpRequest request_for(const AgentOptions& options, const Endpoint& endpoint, std::string_view prompt) {
  HttpRequest request{beast::http::verb::post, endpoint.prefix + "/v1/messages", 11};
  request.set(beast::http::field::host, endpoint.authority);
  request.set(beast::http::field::content_type, "application/json");
  request.set(beast::http::field::user_agent, "understudy-demo-agent");
  request.set("anthropic-version", "2023-06-01");
  if (!options.api_key.empty()) request.set("x-api-key", options.api_key);
  if (!options.auth_token.empty())
    request.set(beast::http::field::authorization, "Bearer " + options.auth_token);
  json::array messages{json::object{{"role", "user"}, {"content", prompt}}};
  request.body() = json::serialize(json::object{
      {"model", options.model}, {"max_tokens", 1024}, {"stream", true}, {"messages", std::move(messages)}});
  request.prepare_payload();
  return request;
}

Failure no_answer(boost::system::error_code error) {
  if (error == beast::error::timeout) return {FailureKind::timed_out, {}, {}, {}, {}, {}};
  std::string cause = "ECONNRESET";
  if (error == asio::error::connection_refused)
    cause = "ECONNREFUSED";
  else if (error == asio::error::host_not_found || error == asio::error::host_not_found_try_again)
    cause = "ENOTFOUND";
  else if (error == asio::error::network_unreachable)
    cause = "ENETUNREACH";
  else if (error == asio::error::host_unreachable)
    cause = "EHOSTUNREACH";
  return {FailureKind::unreachable, {}, {}, std::move(cause), {}, {}};
}

Result read_answer(const ResponseParser& parser, boost::system::error_code error) {
  if (!parser.is_header_done()) return std::unexpected(no_answer(error));
  const auto& answer = parser.get();
  const int status = answer.result_int();
  if (status != 200) {
    auto failure = read_refusal(status, answer.body());
    failure.retry_after_s =
        text::parse_number<double>(std::string_view(answer[beast::http::field::retry_after]));
    return std::unexpected(std::move(failure));
  }
  const std::string_view type = answer[beast::http::field::content_type];
  if (type.starts_with("text/event-stream")) return read_stream(answer.body(), !error);
  if (error) return std::unexpected(Failure{FailureKind::stream_cut, {}, {}, {}, {}, {}});
  return read_message(answer.body());
}

asio::awaitable<Result> exchange(const AgentOptions& options, Endpoint endpoint, HttpRequest request) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  auto resolving = resolver.async_resolve(endpoint.host, endpoint.port, as_values);
  auto [error, endpoints] = co_await std::move(resolving);
  if (error) co_return std::unexpected(no_answer(error));
  beast::tcp_stream stream(executor);
  stream.expires_after(options.limit);
  auto connecting = stream.async_connect(endpoints, as_values);
  auto [refused, peer] = co_await std::move(connecting);
  if (refused) co_return std::unexpected(no_answer(refused));
  auto sending = beast::http::async_write(stream, request, as_values);
  auto [unsent, sent] = co_await std::move(sending);
  if (unsent) co_return std::unexpected(no_answer(unsent));
  beast::flat_buffer buffer{64 * 1024};  // also what a chunk's line and trailers may have
  ResponseParser parser;
  auto reading = beast::http::async_read(stream, buffer, parser, as_values);
  auto [cut, count] = co_await std::move(reading);
  if (cut == beast::error::timeout) co_return std::unexpected(no_answer(cut));
  co_return read_answer(parser, cut);
}

}  // namespace

Result call_messages(const AgentOptions& options, std::string_view prompt) {
  auto endpoint = parse_endpoint(options.base_url);
  if (!endpoint) return std::unexpected(no_answer(asio::error::host_not_found));
  asio::io_context io(1);
  Result result = std::unexpected(Failure{});
  auto request = request_for(options, *endpoint, prompt);
  asio::co_spawn(io, exchange(options, std::move(*endpoint), std::move(request)),
                 [&](std::exception_ptr thrown, Result got) {
                   if (thrown) std::rethrow_exception(thrown);
                   result = std::move(got);
                 });
  io.run();
  return result;
}

}  // namespace understudy::daemon::demo
