#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "http/types.hpp"
#include "sse/frames.hpp"
#include "sse/hub.hpp"

namespace understudy::daemon::sse {

/// How much of the log one page may have.
struct PageLimits {
  std::size_t rows{0};
  std::size_t bytes{0};  // of details; the row that exceeds it is the last
  bool trusted{false};   // a token was presented: does not wait behind callers without one
};

/// The event log as the stream needs it.
struct EventHistory {
  /// Matching rows with a greater id, ascending; none means there are no more. Or a sentence.
  [[nodiscard]] virtual boost::asio::awaitable<std::expected<std::vector<Envelope>, std::string>>
  events_after(std::int64_t id, const TypeFilter& filter, PageLimits limits) = 0;
  /// The oldest row still kept, of any type; latest_id() + 1 when there is none.
  [[nodiscard]] virtual std::int64_t oldest_id() = 0;
  /// The highest id ever committed, also when retention took its row; 0 before the first.
  [[nodiscard]] virtual std::int64_t latest_id() = 0;

 protected:
  ~EventHistory() = default;
};

struct EventStreamOptions {
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds retry{2'000};  // sent to the client
  std::size_t replay_page{250};            // events read from the log at a time
  std::size_t batch_bytes{32 * 1024};      // frames joined into one write: kept while it is not read
  std::function<bool()> still_allowed{};   // asked before each write; empty: always
};

/// The answer to GET /events?types=&after=. Last-Event-ID wins over ?after=; without either the stream begins
/// now. Callers who may not see agents' text get events without it. When the id is gone or from the future,
/// and when the reader lags, `event: reset` is sent and the stream goes on from there: snapshot taken after
/// the reset + what follows = state. 400 for an id that is not a number. Hub and history must outlive the
/// stream.
[[nodiscard]] http::Response event_stream(Hub& hub, EventHistory& history, const http::Request& request,
                                          EventStreamOptions options = {});

}  // namespace understudy::daemon::sse
