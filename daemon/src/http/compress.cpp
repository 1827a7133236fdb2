#include "http/compress.hpp"

#include "http/gzip.hpp"
#include "http/text.hpp"
#include "offload/run_on.hpp"

namespace understudy::daemon::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t min_compressed = 4 * 1024;
constexpr std::size_t min_compressed_locally = 64 * 1024;

}  // namespace

bool should_compress(const Request& request, const Response& response, bool peer_is_local) {
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || text->size() <= (peer_is_local ? min_compressed_locally : min_compressed))
    return false;
  if (!is_json(response.headers.get("Content-Type").value_or(""))) return false;
  // A strong ETag names these very bytes, and comes back in an If-Match.
  if (response.headers.get("Content-Encoding") || response.headers.get("ETag")) return false;
  return accepts(request.headers.get("Accept-Encoding").value_or(""), "gzip");
}

asio::awaitable<void> compress(Response& response, asio::thread_pool& pool) {
  auto pack = [text = std::move(std::get<std::string>(response.body))] { return gzip(text); };
  auto packed = offload::run_on(pool.get_executor(), std::move(pack));
  response.body = co_await std::move(packed);
  response.headers.set("Content-Encoding", "gzip");
}

}  // namespace understudy::daemon::http
