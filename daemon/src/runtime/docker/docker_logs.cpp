// Output of containers: its last lines for people, and the line that says a server is up.
#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/docker/docker_runtime.hpp"
#include "runtime/docker/frames.hpp"
#include "runtime/docker/log_search.hpp"
#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using Operation = EngineOperation;

EngineCall<std::string> DockerRuntime::log_tail(ContainerId id, int lines) {
  EngineRequest request{.target = fmt::format("/containers/{}/logs?stdout=1&stderr=1&tail={}", id, lines)};
  const auto answer = co_await send(Operation::logs, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  // The engine keeps no order between the two streams, and tails each by itself.
  co_return last_lines(demultiplexed(answer->body), lines);
}

/// When the newest output was written; unset when there is none since.
EngineCall<std::optional<std::int64_t>> DockerRuntime::newest_output(const Inspection& seen,
                                                                     std::string since) {
  EngineRequest request{.target =
                            fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&tail=1&since={}",
                                        seen.snapshot.incarnation.container_id, since)};
  const auto answer = co_await send(Operation::logs, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  co_return time_of_line(answer->body, !seen.tty);
}

EngineCall<LogSearch> DockerRuntime::search_output(const Inspection& seen, std::string since,
                                                   std::string pattern) {
  using namespace asio::experimental::awaitable_operators;
  const auto spoken = co_await engine();
  if (!spoken) co_return std::unexpected(spoken.error());
  EngineRequest request{.target = fmt::format("/v{}.{}/containers/{}/logs?stdout=1&stderr=1&since={}",
                                              spoken->version.major, spoken->version.minor,
                                              seen.snapshot.incarnation.container_id, since)};
  LogSearch search(std::move(pattern), !seen.tty);
  EngineHttp::OnOpen on_open = [] {};
  EngineHttp::OnBytes on_bytes = [&search](std::string bytes) -> asio::awaitable<void> {
    search.feed(bytes);
    co_return;
  };
  // An engine that stalls half-way must not hold up the next look.
  asio::steady_timer patience(executor_, std::chrono::seconds(10));
  auto ended = co_await (http_.stream(std::move(request), std::move(on_open), std::move(on_bytes)) ||
                         patience.async_wait(asio::use_awaitable));
  if (ended.index() == 1)
    co_return engine_error(EngineErrorKind::timeout,
                           "the engine does not show the container's output in time");
  const auto& answer = std::get<0>(ended);
  if (!answer) co_return std::unexpected(answer.error());
  const auto judged = judge(spoken->flavour, Operation::logs, answer->status, answer->body);
  if (!judged) co_return std::unexpected(judged.error());
  co_return std::move(search);
}

/// Reads what this life has written since the last look, whatever that is, so that neither a line of the life
/// before counts nor one is missed among many others. Output is not in the order of its times: two streams
/// are written side by side, and every piece of a long line has the time of its beginning. So a second is
/// read again, and while a line is not whole, all since the last one that was.
asio::awaitable<Probe> DockerRuntime::probe_log(Inspection seen, std::string pattern) {
  const auto life = seen.snapshot.incarnation;
  LogPlace place = log_places_[life.container_id];
  if (place.stamp != life.stamp || place.pattern != pattern)
    place = {.stamp = life.stamp, .pattern = pattern};
  if (!place.found) {
    const auto begins = output_begins(parse_time_ns(life.stamp), parse_time_ns(seen.finished_at));
    const auto since = since_text(std::max(place.since_ns, begins));
    // Asked for before the rest is read: what is written in between is read again next time.
    const auto newest = co_await newest_output(seen, since);
    if (!newest) co_return Probe{ProbeVerdict::not_yet, newest.error().message};
    if (*newest && (**newest != place.newest_ns || place.within_a_line)) {
      const auto search = co_await search_output(seen, since, pattern);
      if (!search) co_return Probe{ProbeVerdict::not_yet, search.error().message};
      constexpr std::int64_t again_ns = 1'000'000'000;
      place.found = search->found();
      place.newest_ns = **newest;
      place.within_a_line = search->ends_within_a_line();
      if (!place.within_a_line) place.since_ns = **newest - again_ns;
    }
    log_places_[life.container_id] = place;
  }
  if (place.found) co_return Probe{ProbeVerdict::ready, {}};
  co_return Probe{ProbeVerdict::not_yet, fmt::format("the output does not yet say \"{}\"", pattern)};
}

}  // namespace understudy::daemon::runtime
