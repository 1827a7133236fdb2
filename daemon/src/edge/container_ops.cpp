#include "edge/container_ops.hpp"

#include <boost/asio/this_coro.hpp>

namespace understudy::daemon::edge {

namespace asio = boost::asio;

namespace {

container::Answer answer_for(ports::EngineErrorKind kind, container::OpKind op) {
  const bool ending =
      op == container::OpKind::stop || op == container::OpKind::kill || op == container::OpKind::remove;
  switch (kind) {
    case ports::EngineErrorKind::not_found: return container::Answer::not_found;
    case ports::EngineErrorKind::conflict: return container::Answer::conflict;
    case ports::EngineErrorKind::invalid_spec:
    case ports::EngineErrorKind::image_missing:
    case ports::EngineErrorKind::permission: return container::Answer::refused;
    case ports::EngineErrorKind::transient:
      return ending ? container::Answer::unresolved : container::Answer::refused;
    case ports::EngineErrorKind::unreachable: return container::Answer::unreachable;
    case ports::EngineErrorKind::timeout: return container::Answer::unresolved;
  }
  return container::Answer::unresolved;
}

container::FailureKind failure_for(ports::EngineErrorKind kind) {
  switch (kind) {
    case ports::EngineErrorKind::invalid_spec: return container::FailureKind::spec;
    case ports::EngineErrorKind::image_missing: return container::FailureKind::image;
    case ports::EngineErrorKind::permission: return container::FailureKind::permission;
    case ports::EngineErrorKind::timeout: return container::FailureKind::timeout;
    case ports::EngineErrorKind::not_found:
    case ports::EngineErrorKind::conflict:
    case ports::EngineErrorKind::transient:
    case ports::EngineErrorKind::unreachable: return container::FailureKind::engine;
  }
  return container::FailureKind::engine;
}

template <class T>
container::OpResult result_of(const ports::EngineResult<T>& result, container::OpKind op,
                              std::uint64_t epoch) {
  container::OpResult told{.epoch = epoch, .kind = op};
  if (!result) {
    told.answer = answer_for(result.error().kind, op);
    told.error = result.error().message;
    told.failure = failure_for(result.error().kind);
  }
  return told;
}

struct Sender {
  ports::Runtime& runtime;
  offload::Semaphore& starts;
  const fleet::CarryOut& request;
  const Tell& tell;

  asio::awaitable<void> operator()(const container::Create& create) const {
    const auto permit = co_await starts.take();
    tell(container::Admitted{create.epoch});
    const auto made = co_await runtime.create(request.spec);
    auto told = result_of(made, container::OpKind::create, create.epoch);
    if (made) told.container_id = *made;
    tell(std::move(told));
  }
  asio::awaitable<void> operator()(const container::Start& start) const {
    const auto permit = co_await starts.take();
    tell(container::Admitted{start.epoch});
    const auto answered = co_await runtime.start(start.container_id);
    tell(result_of(answered, container::OpKind::start, start.epoch));
  }
  asio::awaitable<void> operator()(const container::Stop& stop) const {
    const auto grace = std::chrono::ceil<std::chrono::seconds>(stop.grace);
    const auto answered = co_await runtime.stop(stop.container_id, grace);
    tell(result_of(answered, container::OpKind::stop, stop.epoch));
  }
  asio::awaitable<void> operator()(const container::Kill& kill) const {
    const auto answered = co_await runtime.kill(kill.container_id);
    tell(result_of(answered, container::OpKind::kill, kill.epoch));
  }
  asio::awaitable<void> operator()(const container::Remove& remove) const {
    const auto answered = co_await runtime.remove(remove.container_id);
    tell(result_of(answered, container::OpKind::remove, remove.epoch));
  }
  asio::awaitable<void> operator()(const container::Inspect& inspect) const {
    auto seen = co_await look(inspect.container_id);
    if (!seen) {
      tell(result_of(seen, container::OpKind::inspect, inspect.epoch));
      co_return;
    }
    // GCC 12 builds an aggregate wrongly around an await, so the sighting has a name.
    auto sighted = co_await sighting(runtime, std::move(*seen), true);
    tell(container::Inspected{inspect.epoch, std::move(sighted)});
  }
  asio::awaitable<void> operator()(const container::Probe& probe) const {
    const auto probed = co_await runtime.probe(probe.container_id, request.spec.readiness);
    tell(container::Probed{probe.epoch, probed.verdict == ports::ProbeVerdict::ready, probed.detail});
  }
  // The rest is between the machine and the fleet.
  asio::awaitable<void> operator()(const container::Grant&) const { co_return; }
  asio::awaitable<void> operator()(const container::Refuse&) const { co_return; }
  asio::awaitable<void> operator()(const container::Revoke&) const { co_return; }
  asio::awaitable<void> operator()(const container::Interrupt&) const { co_return; }

  /// By id; with an empty id the container that carries this instance's labels.
  asio::awaitable<ports::EngineResult<ports::Snapshot>> look(const std::string& id) const {
    if (!id.empty()) co_return co_await runtime.inspect(id);
    auto all = co_await runtime.list(request.spec.owner);
    if (!all) co_return std::unexpected(all.error());
    for (auto& one : *all) {
      if (one.instance != request.agent) continue;
      if (one.status == ports::ContainerStatus::unclear)
        co_return ports::engine_error(ports::EngineErrorKind::timeout,
                                      "the engine does not show the instance's container");
      co_return std::move(one);
    }
    co_return ports::Snapshot{};
  }
};

}  // namespace

asio::awaitable<container::Sighting> sighting(ports::Runtime& runtime, ports::Snapshot snapshot,
                                              bool with_log) {
  container::Sighting seen;
  seen.found = snapshot.status != ports::ContainerStatus::absent;
  seen.container_id = snapshot.incarnation.container_id;
  seen.spec = {snapshot.generation, snapshot.spec_hash};
  seen.paused = snapshot.status == ports::ContainerStatus::paused;
  seen.running = snapshot.status == ports::ContainerStatus::running || seen.paused;
  seen.stopping = snapshot.status == ports::ContainerStatus::stopping ||
                  snapshot.status == ports::ContainerStatus::restarting;
  seen.restart_policy = snapshot.restart_policy;
  seen.stamp = snapshot.incarnation.stamp;
  seen.exit_code = snapshot.exit_code;
  seen.oom = snapshot.oom;
  seen.log_tail = snapshot.error;
  const bool has_run = !snapshot.incarnation.stamp.empty();
  if (with_log && has_run && snapshot.status == ports::ContainerStatus::stopped) {
    const auto tail = co_await runtime.log_tail(seen.container_id, 20);
    if (tail && !tail->empty()) seen.log_tail = *tail;
  }
  co_return seen;
}

asio::awaitable<void> carry_out(ports::Runtime& runtime, offload::Semaphore& starts, fleet::CarryOut request,
                                Tell tell) {
  const Sender sender{runtime, starts, request, tell};
  co_await std::visit([&](const auto& effect) { return sender(effect); }, request.effect);
}

}  // namespace understudy::daemon::edge
