#include "edge/task_ending.hpp"

namespace understudy::daemon::edge {

namespace asio = boost::asio;

namespace {

/// A call without an answer is the engine's fault when it does not answer a ping either.
asio::awaitable<ports::EngineError> looked_into(ports::Runtime& runtime, ports::EngineError error) {
  if (error.kind == ports::EngineErrorKind::timeout)
    if (const auto answers = co_await runtime.ping(); !answers)
      error.kind = ports::EngineErrorKind::unreachable;
  co_return error;
}

}  // namespace

asio::awaitable<void> end_task(ports::Runtime& runtime, fleet::EndTask request, Post post) {
  fleet::TaskSignalled asked{
      .agent = request.agent, .attempt_id = request.attempt_id, .signal_id = request.signal_id};
  const auto heard = co_await runtime.signal_task(request.container_id, request.spool_dir, request.signal);
  if (!heard) asked.error = co_await looked_into(runtime, heard.error());
  post(std::move(asked));
}

}  // namespace understudy::daemon::edge
