#include "edge/task_runner.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/spool_place.hpp"
#include "runtime/spool_watch.hpp"
#include "understudy/failover/agent_reader.hpp"
#include "understudy/failover/run_watch.hpp"

namespace understudy::daemon::edge {

namespace asio = boost::asio;

failover::Duration uptime() {
  return std::chrono::duration_cast<failover::Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

namespace {

using namespace std::chrono_literals;

using Pause = std::chrono::milliseconds;

constexpr Pause first_pause{50ms};
constexpr Pause last_pause{5s};

Pause longer(Pause pause) {
  return std::min(pause * 2, last_pause);
}

asio::awaitable<void> wait_for(Pause pause) {
  asio::steady_timer timer(co_await asio::this_coro::executor, pause);
  co_await timer.async_wait(asio::use_awaitable);
}

/// Where an agent's files are changed.
std::string place_on_disk(const std::string& spool_dir) {
  return runtime::place_of(spool_dir).agent_dir;
}

/// Both streams of a spool, fed to the reader.
struct Following {
  runtime::Spool& spool;
  failover::AgentReader& reader;
  failover::RunWatch& run;
  std::uint64_t limit;  ///< bytes it may write; 0: none
  offload::Disk* disk;
  std::string place;
  bool over_limit{false};

  struct Piece {
    bool over_limit{false};
    files::FileResult<std::string> out{};
    files::FileResult<std::string> err{};
  };
  asio::awaitable<Piece> read_piece() {
    auto read = [this]() -> Piece {
      if (runtime::exceeds(spool.size(), limit)) return {.over_limit = true};
      return {.out = spool.read_more(runtime::Spool::output), .err = spool.read_more(runtime::Spool::errors)};
    };
    co_return co_await offload::at(disk, place, std::move(read));
  }

  /// A long backlog gives way to others between its pieces. False when it cannot be read at the moment.
  asio::awaitable<bool> read_on() {
    for (bool more = true; more && !over_limit;) {
      const auto piece = co_await read_piece();
      const auto& [over, out, err] = piece;
      over_limit = over;
      if (over) break;
      reader.set_now(
          std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(),
          uptime());
      if (out) reader.read_output(*out);
      if (err) reader.read_errors(*err);
      more = (out && !out->empty()) || (err && !err->empty());
      if (more) run.on_output(uptime());
      if (!out || !err) co_return false;
      if (more) co_await asio::post(asio::use_awaitable);
    }
    co_return true;
  }

  asio::awaitable<void> read_to_the_end() {
    for (auto pause = first_pause;; pause = longer(pause)) {
      const bool read = co_await read_on();
      if (read) co_return;
      co_await wait_for(pause);
    }
  }
};

asio::awaitable<bool> will_never_begin(std::string spool_dir, offload::Disk* disk) {
  for (auto pause = first_pause;; pause = longer(pause)) {
    auto prevent = [&spool_dir] { return runtime::prevent_start(spool_dir); };
    const auto known = co_await offload::at(disk, place_on_disk(spool_dir), std::move(prevent));
    if (known != runtime::StartPrevented::unknown) co_return known == runtime::StartPrevented::yes;
    co_await wait_for(pause);
  }
}

/// After its status the shim only releases its lock, which it does at once.
asio::awaitable<bool> has_left(runtime::SpoolWatch& watch) {
  for (auto pause = Pause{1}; pause <= 512ms; pause *= 2) {
    const auto state = co_await watch.look();
    if (state.phase != runtime::TaskPhase::unknown && !state.shim_lives)
      co_return state.phase == runtime::TaskPhase::finished && !state.end.tampered;
    co_await wait_for(pause);
  }
  co_return false;
}

/// KILL, until nothing of it runs.
asio::awaitable<void> kill_until_gone(ports::Runtime& runtime, const fleet::FollowTask& task,
                                      runtime::SpoolWatch& watch) {
  constexpr int patience = 6;  // then about five seconds have gone
  auto pause = first_pause;
  for (int rounds = 1;; ++rounds, pause = longer(pause)) {
    const auto asked =
        co_await runtime.signal_task(task.container_id, task.spool_dir, ports::TaskSignal::kill);
    const auto state = co_await watch.look();
    if (asked && state.phase != runtime::TaskPhase::unknown && !state.shim_lives) co_return;
    if (rounds > patience && !task.container_id.empty()) co_await runtime.kill(task.container_id);
    co_await wait_for(pause);
  }
}

/// A task can write its own spool. Unless the shim has left in good order, the runtime makes sure that
/// nothing of the task still runs, since another attempt may begin. What KILL does not reach is ended with
/// its container.
asio::awaitable<void> ensure_gone(ports::Runtime& runtime, const fleet::FollowTask& task,
                                  runtime::SpoolWatch& watch) {
  const bool left = co_await has_left(watch);
  if (left) co_return;
  co_await kill_until_gone(runtime, task, watch);
}

/// It has written more than it may: KILL, until it has ended, and what it writes meanwhile is cut off.
asio::awaitable<void> end_for_its_output(ports::Runtime& runtime, const fleet::FollowTask& task,
                                         offload::Disk* disk) {
  const auto asked = co_await runtime.signal_task(task.container_id, task.spool_dir, ports::TaskSignal::kill);
  auto cut = [&task] { runtime::cut_spool(task.spool_dir, task.max_output); };
  co_await offload::at(disk, place_on_disk(task.spool_dir), std::move(cut));
  if (!asked) co_await wait_for(1s);
}

}  // namespace

asio::awaitable<void> follow_task(ports::Runtime& runtime, fleet::FollowTask request, Post post,
                                  offload::Disk* disk, std::shared_ptr<const EndAsked> end_asked) {
  const auto reader = failover::make_agent_reader(request.adapter, request.provider);
  if (!reader) co_return;  // an external agent runs nothing here
  bool never_began = false;
  if (!request.began) never_began = co_await will_never_begin(request.spool_dir, disk);
  runtime::SpoolWatch watch(co_await asio::this_coro::executor, request.spool_dir, disk);
  failover::RunWatch run(request.silence, request.answered, uptime());
  Following following{watch.spool(),      *reader, run,
                      request.max_output, disk,    place_on_disk(request.spool_dir)};
  const auto tell_answer = [&] {
    if (run.tells_answer(reader->signs())) post(fleet::TaskAnswered{request.agent, request.attempt_id});
  };
  bool all_read = true;  // what cannot be read may not be silent
  const auto next = [&] {
    using Time = runtime::Spool::Time;
    if (!all_read) return watch.next(Time::clock::now() + last_pause);
    const auto due = run.silence_due(reader->signs());
    return watch.next(due ? Time{*due} : Time::max());
  };
  runtime::TaskState state = co_await next();
  while (state.phase == runtime::TaskPhase::running) {
    all_read = co_await following.read_on();
    tell_answer();
    if (all_read && run.tells_silence(reader->signs(), uptime()))
      post(fleet::TaskSilent{request.agent, request.attempt_id});
    if (following.over_limit) co_await end_for_its_output(runtime, request, disk);
    state = co_await next();
  }
  const auto ended = uptime();
  co_await following.read_to_the_end();
  if (!never_began) co_await ensure_gone(runtime, request, watch);
  auto put_away = [&request, cut = following.over_limit] {
    if (cut) runtime::cut_spool(request.spool_dir, request.max_output);
    runtime::retire_spool(request.spool_dir);
  };
  co_await offload::at(disk, place_on_disk(request.spool_dir), std::move(put_away));
  const bool lost = state.phase == runtime::TaskPhase::lost;
  auto result = reader->finish({.exit_code = state.end.exit_code, .signal = state.end.signal});
  const auto usage = result.outcome.usage;
  tell_answer();
  if (end_asked && end_asked->at) run.on_end_asked(*end_asked->at);
  post(fleet::TaskEnded{.agent = request.agent,
                        .rollout_id = request.rollout_id,
                        .attempt_id = request.attempt_id,
                        .lost = lost,
                        .never_began = never_began,
                        .spawn_error = state.end.error,
                        .tampered = state.end.tampered,
                        .over_limit = following.over_limit,
                        .exit_code = state.end.exit_code,
                        .signal = state.end.signal,
                        .memory_kills = state.end.memory_kills,
                        .answered = run.answered(),
                        .awaiting_provider = run.provider_hung(reader->signs(), ended),
                        .outcome = std::move(result.outcome),
                        .usage = usage,
                        .output = std::move(result.output),
                        .calls = std::move(result.calls)});
}

namespace {

/// Its spool is then as it was, and the attempt can be sent again.
bool never_arrived(const ports::EngineError& error) {
  return error.kind == ports::EngineErrorKind::unreachable || error.kind == ports::EngineErrorKind::conflict;
}

}  // namespace

asio::awaitable<void> run_task(ports::Runtime& runtime, fleet::RunTask request, Post post,
                               offload::Disk* disk, std::shared_ptr<const EndAsked> end_asked) {
  fleet::FollowTask follow{.agent = request.agent,
                           .rollout_id = request.rollout_id,
                           .attempt_id = request.task.attempt_id,
                           .runtime = request.runtime,
                           .container_id = request.container_id,
                           .adapter = request.adapter,
                           .provider = request.provider,
                           .spool_dir = request.task.spool_dir,
                           .max_output = request.max_output,
                           .silence = request.silence,
                           .began = true};
  const auto started = co_await runtime.start_task(request.container_id, std::move(request.task));
  // A call that timed out may have taken effect all the same, or may do so yet.
  if (!started) {
    bool never = never_arrived(started.error());
    if (!never) never = co_await will_never_begin(follow.spool_dir, disk);
    // It may have begun all the same and removed what shows it.
    runtime::SpoolWatch watch(co_await asio::this_coro::executor, follow.spool_dir, disk);
    if (never && started.error().kind == ports::EngineErrorKind::timeout)
      co_await kill_until_gone(runtime, follow, watch);
    if (never) {
      post(fleet::TaskNotStarted{follow.agent, follow.attempt_id, started.error()});
      co_return;
    }
  }
  post(fleet::TaskStarted{follow.agent, follow.attempt_id});
  co_await follow_task(runtime, std::move(follow), std::move(post), disk, std::move(end_asked));
}

}  // namespace understudy::daemon::edge
