#include "edge/task_runner.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agents/adapter.hpp"
#include "runtime/spool.hpp"

namespace understudy::daemon::edge {

namespace asio = boost::asio;

namespace {

/// Both streams of a spool, fed to the adapter.
struct Following {
  SpoolReader output;
  SpoolReader errors;
  agents::Adapter& adapter;

  /// A long backlog gives way to others between its pieces.
  asio::awaitable<void> read_all() {
    for (bool more = true; more;) {
      const auto out = output.read_more();
      const auto err = errors.read_more();
      adapter.set_now(
          std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
      adapter.read_output(out);
      adapter.read_errors(err);
      more = !out.empty() || !err.empty();
      if (more) co_await asio::post(asio::use_awaitable);
    }
  }
};

}  // namespace

asio::awaitable<void> follow_task(fleet::FollowTask request, Post post) {
  const auto adapter = agents::make_adapter(request.adapter, request.provider);
  if (!adapter) co_return;  // an external agent runs nothing here
  SpoolWatch watch(co_await asio::this_coro::executor, request.spool_dir);
  Following following{SpoolReader(request.spool_dir + "/output"), SpoolReader(request.spool_dir + "/stderr"),
                      *adapter};
  const bool never_began = forestall(request.spool_dir);
  TaskState state = look_at_spool(request.spool_dir);
  while (state.phase == TaskPhase::running) {
    co_await following.read_all();
    state = co_await watch.next();
  }
  co_await following.read_all();
  const bool lost = state.phase == TaskPhase::lost;
  auto reading =
      adapter->finish({.lost = lost, .exit_code = state.end.exit_code, .signal = state.end.signal});
  reading.outcome.provider = request.provider;
  post(fleet::TaskEnded{.agent = request.agent,
                        .rollout_id = request.rollout_id,
                        .attempt_id = request.attempt_id,
                        .lost = lost,
                        .never_began = never_began,
                        .spawn_error = state.end.error,
                        .awaiting_provider = reading.awaiting_provider,
                        .outcome = std::move(reading.outcome),
                        .usage = reading.usage,
                        .output = std::move(reading.output),
                        .trace = std::move(reading.trace)});
}

asio::awaitable<void> run_task(Runtime& runtime, fleet::RunTask request, Post post) {
  const fleet::FollowTask follow{.agent = request.agent,
                                 .rollout_id = request.rollout_id,
                                 .attempt_id = request.task.attempt_id,
                                 .adapter = request.adapter,
                                 .provider = request.provider,
                                 .spool_dir = request.task.spool_dir};
  const auto started = co_await runtime.start_task(request.container_id, std::move(request.task));
  // A call that timed out may have taken effect all the same.
  if (!started && !is_taken_over(follow.spool_dir)) {
    post(fleet::TaskNotStarted{follow.agent, follow.attempt_id, started.error()});
    co_return;
  }
  post(fleet::TaskStarted{follow.agent, follow.attempt_id});
  co_await follow_task(follow, std::move(post));
}

asio::awaitable<void> end_task(Runtime& runtime, fleet::EndTask request) {
  using namespace asio::experimental::awaitable_operators;
  SpoolWatch watch(co_await asio::this_coro::executor, request.spool_dir);
  const auto asked =
      co_await runtime.signal_task(request.container_id, request.spool_dir, TaskSignal::terminate);
  if (asked) {
    asio::steady_timer patience(co_await asio::this_coro::executor, request.grace);
    const auto first = co_await (watch.ended() || patience.async_wait(asio::use_awaitable));
    if (first.index() == 0) co_return;
  }
  co_await runtime.signal_task(request.container_id, request.spool_dir, TaskSignal::kill);
}

}  // namespace understudy::daemon::edge
