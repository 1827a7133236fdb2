#include "sse/event_stream.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>

#include "http/respond.hpp"
#include "text/number.hpp"

namespace understudy::daemon::sse {
namespace {

namespace asio = boost::asio;

/// One client's stream: catch up from the log, then follow the hub.
class EventStream {
 public:
  EventStream(Hub& hub, EventHistory& history, TypeFilter filter, const http::Request& request,
              EventStreamOptions options)
      : hub_(hub),
        history_(history),
        filter_(std::move(filter)),
        options_(std::move(options)),
        sees_agent_text_(request.may_read_agent_text()),
        trusted_(request.is_trusted()) {}

  asio::awaitable<void> run(http::BodyWriter& writer, std::optional<std::int64_t> after) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer wake_timer(executor);
    // Subscribed first, so that nothing is lost between the log's last row and the hub's next.
    auto subscription = hub_.subscribe(
        filter_, [&wake_timer] { wake_timer.cancel(); }, sees_agent_text_);
    last_sent_ = after.value_or(0);  // 0: whatever is published from here on

    const std::string greeting = ": hello\nretry: " + std::to_string(options_.retry.count()) + "\n\n";
    bool open = co_await writer.write(greeting);
    if (open && after) open = co_await replay(writer);
    while (open) {
      const auto cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
      if (options_.still_allowed && !options_.still_allowed()) co_return;
      if (subscription.take_lagged()) {
        open = co_await reset(writer);
      } else if (subscription.has_pending()) {
        open = co_await follow(writer, subscription);
      } else {
        open = co_await wait(writer, wake_timer);
      }
    }
  }

 private:
  [[nodiscard]] std::int64_t latest() const { return std::max(hub_.latest_id(), history_.latest_id()); }

  asio::awaitable<bool> reset(http::BodyWriter& writer) {
    last_sent_ = latest();
    const std::string frame = reset_frame(last_sent_);
    co_return co_await writer.write(frame);
  }

  asio::awaitable<bool> replay(http::BodyWriter& writer) {
    const bool gone = last_sent_ + 1 < history_.oldest_id();
    if (gone || last_sent_ > latest()) co_return co_await reset(writer);
    for (;;) {
      auto batch = co_await next_batch();
      if (!batch) co_return co_await reset(writer);  // the log cannot be read, but a snapshot can
      if (batch->empty()) co_return true;
      const bool written = co_await writer.write(*batch);
      if (!written) co_return false;
    }
  }

  /// Rendered as frames: the rows are not kept while a slow client reads.
  asio::awaitable<std::optional<std::string>> next_batch() {
    const auto page = co_await history_.events_after(
        last_sent_, filter_,
        {.rows = options_.replay_page, .bytes = options_.batch_bytes, .trusted = trusted_});
    if (!page) co_return std::nullopt;
    std::string batch;
    for (const auto& envelope : *page) {
      const auto hidden = sees_agent_text_ ? std::nullopt : without_agent_text(envelope);
      batch += to_frame(hidden ? *hidden : envelope);
      last_sent_ = envelope.id;
    }
    co_return batch;
  }

  asio::awaitable<bool> follow(http::BodyWriter& writer, Subscription& subscription) {
    std::string batch;
    for (const auto& frame : subscription.take(options_.batch_bytes)) {
      if (frame->id <= last_sent_) continue;  // the replay had it
      batch += frame->text;
      last_sent_ = frame->id;
    }
    co_return co_await writer.write(batch);
  }

  asio::awaitable<bool> wait(http::BodyWriter& writer, asio::steady_timer& wake_timer) {
    wake_timer.expires_after(options_.heartbeat);
    const auto [error] = co_await wake_timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return true;  // woken
    co_return co_await writer.write(": hb\n\n");
  }

  Hub& hub_;
  EventHistory& history_;
  TypeFilter filter_;
  EventStreamOptions options_;
  bool sees_agent_text_;
  bool trusted_;
  std::int64_t last_sent_{0};
};

}  // namespace

http::Response event_stream(Hub& hub, EventHistory& history, const http::Request& request,
                            EventStreamOptions options) {
  auto from = request.headers.get("Last-Event-ID");
  if (!from || from->empty()) from = request.query.get("after");
  std::optional<std::int64_t> after;
  if (from && !from->empty()) {
    after = text::parse_number<std::int64_t>(*from);
    if (!after || *after < 0)
      return http::problem(400, "The event id must be a number.", {{"after", "must be a number"}});
  }
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Accel-Buffering", "no");
  const auto stream = std::make_shared<EventStream>(
      hub, history, TypeFilter(request.query.get("types").value_or("")), request, std::move(options));
  response.body =
      http::StreamBody{[stream, after](http::BodyWriter& writer) { return stream->run(writer, after); }};
  return response;
}

}  // namespace understudy::daemon::sse
