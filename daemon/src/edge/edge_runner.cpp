#include "edge/edge_runner.hpp"

#include "edge/container_ops.hpp"
#include "edge/env_file.hpp"
#include "edge/task_ending.hpp"

namespace understudy::daemon::edge {

namespace asio = boost::asio;

EdgeRunner::EdgeRunner(asio::io_context& io, Settings settings, ports::Log& log, Post post)
    : settings_(std::move(settings)),
      log_(log),
      post_(std::move(post)),
      starts_(static_cast<std::size_t>(settings_.parallel_starts)),
      group_(io, [this](std::string_view what) {
        log_.error("work at the edge failed", {{"error", what}});
      }) {}

void EdgeRunner::add(ports::Runtime& runtime) {
  runtimes_[runtime.name()] = &runtime;
}

void EdgeRunner::watch(const std::string& name) {
  if (!watched_.insert(name).second) return;
  group_.spawn("watch", watch_engine(runtime(name), settings_.owner, post_, settings_.reconcile_every));
}

namespace {

asio::awaitable<void> discard(ports::Runtime& runtime, fleet::Discard request, ports::Log& log) {
  using namespace std::chrono_literals;
  auto done = co_await runtime.stop(request.container_id, 10s);
  if (done && request.remove) done = co_await runtime.remove(request.container_id);
  if (!done)
    log.warning("an unwanted container could not be ended",
                {{"container", request.container_id}, {"error", done.error().message}});
}

}  // namespace

std::shared_ptr<const EndAsked> EdgeRunner::end_of(const std::string& attempt_id) {
  std::erase_if(ends_, [](const auto& end) { return end.second.expired(); });
  auto end = std::make_shared<EndAsked>();
  ends_[attempt_id] = end;
  return end;
}

void EdgeRunner::note_end(const std::string& attempt_id) {
  const auto known = ends_.find(attempt_id);
  const auto end = known == ends_.end() ? nullptr : known->second.lock();
  if (end && !end->at) end->at = uptime();
}

struct CarryOutEffect {
  EdgeRunner& edge;

  void operator()(fleet::CarryOut& request) const {
    auto tell = [post = edge.post_, agent = request.agent](container::Event event) {
      post(fleet::ContainerHappened{agent, std::move(event)});
    };
    auto& runtime = edge.runtime(request.runtime);
    edge.group_.spawn("container",
                      edge::carry_out(runtime, edge.starts_, std::move(request), std::move(tell)));
  }
  void operator()(fleet::RunTask& request) const {
    auto& runtime = edge.runtime(request.runtime);
    auto end = edge.end_of(request.task.attempt_id);
    edge.group_.spawn("task",
                      run_task(runtime, std::move(request), edge.post_, edge.settings_.disk, std::move(end)));
  }
  void operator()(fleet::FollowTask& request) const {
    auto& runtime = edge.runtime(request.runtime);
    auto end = edge.end_of(request.attempt_id);
    edge.group_.spawn(
        "task", follow_task(runtime, std::move(request), edge.post_, edge.settings_.disk, std::move(end)));
  }
  void operator()(fleet::EndTask& request) const {
    auto& runtime = edge.runtime(request.runtime);
    edge.note_end(request.attempt_id);
    edge.group_.spawn("task", end_task(runtime, std::move(request), edge.post_));
  }
  void operator()(fleet::Discard& request) const {
    auto& runtime = edge.runtime(request.runtime);
    edge.group_.spawn("discard", discard(runtime, std::move(request), edge.log_));
  }
  void operator()(fleet::WriteEnvFile& request) const { write_env_file(request, edge.log_); }
};

void EdgeRunner::carry_out(fleet::Effect effect) {
  std::visit(CarryOutEffect{*this}, effect);
}

}  // namespace understudy::daemon::edge
