#include "http/compress.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/gzip.hpp"
#include "http/text.hpp"

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t worth_packing = 4 * 1024;
constexpr std::size_t worth_packing_here = 64 * 1024;

asio::awaitable<std::string> packed(std::string text) {
  co_return gzip(text);
}

}  // namespace

bool should_compress(const Request& request, const Response& response, bool from_here) {
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || text->size() <= (from_here ? worth_packing_here : worth_packing)) return false;
  if (!is_json(response.headers.get("Content-Type").value_or(""))) return false;
  // A strong ETag names these very bytes, and comes back in an If-Match.
  if (response.headers.get("Content-Encoding") || response.headers.get("ETag")) return false;
  return accepts(request.headers.get("Accept-Encoding").value_or(""), "gzip");
}

asio::awaitable<void> compress(Response& response, asio::thread_pool& pool) {
  auto work = packed(std::move(std::get<std::string>(response.body)));
  response.body = co_await asio::co_spawn(pool, std::move(work), asio::use_awaitable);
  response.headers.set("Content-Encoding", "gzip");
}

}  // namespace understudy::daemon::http
