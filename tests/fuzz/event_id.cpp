// Where a stream begins, as its reader says: from the log, from now on, or by a reset; never twice the same.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "fuzz/input.hpp"
#include "http/text.hpp"
#include "sse/event_stream.hpp"

using namespace understudy::daemon;
namespace asio = boost::asio;

namespace {

constexpr std::int64_t oldest = 10;
constexpr std::int64_t latest = 40;

struct History final : sse::EventHistory {
  asio::awaitable<std::expected<std::vector<wire::Envelope>, std::string>> events_after(
      std::int64_t id, const sse::TypeFilter&, sse::PageLimits most) override {
    std::vector<wire::Envelope> rows;
    for (auto at = std::max(id + 1, oldest); at <= latest && rows.size() < most.rows; ++at)
      rows.push_back({.id = at, .type = "rollout.finished", .ts = at, .summary = "s", .detail = "{}"});
    co_return rows;
  }
  std::int64_t oldest_id() override { return oldest; }
  std::int64_t latest_id() override { return latest; }
};

/// Leaves after a few writes.
struct Reader final : http::BodyWriter {
  std::string text{};
  int patience{3};
  asio::awaitable<bool> write(std::string_view bytes) override {
    text += bytes;
    co_return --patience > 0;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool as_header = input.flag();
  const auto id = std::string(input.line());
  http::Request request{.path = "/events"};
  http::Pairs query{{"types", std::string(input.rest())}};
  if (as_header)
    request.headers.set("Last-Event-ID", id);
  else
    query.emplace_back("after", id);
  request.query = http::Query(std::move(query));
  sse::Hub hub;
  History history;
  const auto response = sse::event_stream(hub, history, request, {.heartbeat = std::chrono::milliseconds{1}});
  const auto* stream = std::get_if<http::StreamBody>(&response.body);
  fuzz::require((stream != nullptr) == (response.status == 200), "a stream or a refusal");
  if (stream == nullptr) return 0;
  asio::io_context io{1};
  Reader reader;
  asio::co_spawn(io, stream->produce(reader),
                 [](std::exception_ptr failed) { fuzz::require(!failed, "the stream ends by itself"); });
  io.run();
  std::int64_t last = 0;
  for (auto at = reader.text.find("\nid: "); at != std::string::npos;
       at = reader.text.find("\nid: ", at + 1)) {
    const auto here = std::stoll(reader.text.substr(at + 5, 20));
    fuzz::require(here > last && here <= latest, "ids ascend");
    last = here;
  }
  return 0;
}
