#include "runtime/docker/docker_runtime.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "offload/disk.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Operation = EngineOperation;

namespace {

/// An engine would create a missing source as an empty directory, or complain only at the start.
EngineResult<void> check_mounts(const InstanceSpec& spec) {
  for (const auto& mount : spec.mounts) {
    if (!mount.source.starts_with('/') || !mount.target.starts_with('/'))
      return engine_error(EngineErrorKind::invalid_spec,
                          fmt::format("the mount {}:{} needs absolute paths", mount.source, mount.target));
    if (::access(mount.source.c_str(), F_OK) != 0)
      return engine_error(EngineErrorKind::invalid_spec,
                          fmt::format("the mount's source {} does not exist", mount.source));
  }
  return {};
}

/// The agent's directory keeps the host's other users out; the spool in it must be open to a container's
/// user.
EngineResult<void> make_directories(const fs::path& agent_dir) {
  std::error_code failed;
  const fs::path spool = agent_dir / "spool";
  fs::create_directories(spool, failed);
  if (!failed) fs::permissions(agent_dir, fs::perms::owner_all, failed);
  constexpr auto everybody_enters = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                    fs::perms::others_read | fs::perms::others_exec;
  if (!failed) fs::permissions(spool, everybody_enters, failed);
  if (failed)
    return engine_error(EngineErrorKind::permission,
                        fmt::format("{} cannot be made: {}", spool.string(), failed.message()));
  return {};
}

bool lacks_init(const EngineError& failed) {
  return failed.message.find("catatonit") != std::string::npos ||
         failed.message.find("docker-init") != std::string::npos ||
         failed.message.find("init binary") != std::string::npos;
}

/// HAProxy answers with a page, not a sentence.
std::string forbidden(const EngineRequest& request, std::string_view body) {
  const auto path = std::string_view(request.target).substr(0, request.target.find('?'));
  const auto words = body.find('<') == body.npos ? ": " + words_of_error(body) : std::string{};
  return fmt::format(
      "the engine's socket forbids {} {}{}; a proxy before the engine, or a plugin of it, must allow it",
      request.method, path, words);
}

bool same_labels(const Snapshot& found, const InstanceSpec& spec) {
  return found.owner == spec.owner && found.instance == spec.instance &&
         found.generation == spec.generation && found.spec_hash == spec.spec_hash;
}

}  // namespace

DockerRuntime::DockerRuntime(asio::any_io_executor executor, Settings settings)
    : executor_(executor), settings_(std::move(settings)), http_(executor, settings_.socket_path) {}

EngineCall<DockerRuntime::Engine> DockerRuntime::engine() {
  if (engine_) co_return *engine_;
  EngineRequest ping{.target = "/_ping", .alone = true};
  const auto answer = co_await http_.call(std::move(ping));
  if (!answer) co_return std::unexpected(answer.error());
  Engine found{.flavour = answer->podman ? EngineFlavour::podman : EngineFlavour::docker};
  const auto judged = judge(found.flavour, Operation::ping, answer->status, answer->body);
  if (!judged) co_return std::unexpected(judged.error());
  const auto version = negotiate(answer->api_version);
  if (!version)
    co_return engine_error(
        EngineErrorKind::unreachable,
        fmt::format("the engine at {} offers API version {}; 1.40 (Docker 19.03) is the oldest that works",
                    settings_.socket_path, answer->api_version.empty() ? "none" : answer->api_version));
  found.version = *version;
  engine_ = found;
  co_return found;
}

/// An engine that does not tell is taken to have an init; a container that cannot be started with it is made
/// again without.
asio::awaitable<DockerRuntime::System> DockerRuntime::system() {
  if (!system_) {
    EngineRequest request{.target = "/info"};
    const auto info = co_await send(Operation::ping, std::move(request));
    system_ = System{};
    if (info) *system_ = {parse_has_init(info->body), parse_limits_pids(info->body)};
  }
  co_return *system_;
}

EngineCall<EngineResponse> DockerRuntime::send(Operation operation, EngineRequest request) {
  const auto spoken = co_await engine();
  if (!spoken) co_return std::unexpected(spoken.error());
  request.target = fmt::format("/v{}.{}{}", spoken->version.major, spoken->version.minor, request.target);
  const EngineRequest asked{.method = request.method, .target = request.target};
  auto answer = co_await http_.call(std::move(request));
  if (!answer) {
    // Another engine may answer at the same socket next time.
    if (answer.error().kind == EngineErrorKind::unreachable) engine_.reset();
    co_return std::unexpected(answer.error());
  }
  if (answer->status == 403)
    co_return engine_error(EngineErrorKind::permission, forbidden(asked, answer->body));
  const auto judged = judge(spoken->flavour, operation, answer->status, answer->body);
  if (!judged && judged.error().kind == EngineErrorKind::unreachable) engine_.reset();
  if (!judged) co_return std::unexpected(judged.error());
  co_return std::move(*answer);
}

EngineCall<CreateOptions> DockerRuntime::options_for(InstanceSpec spec) {
  EngineRequest request{.target = fmt::format("/images/{}/json", percent_encoded(spec.image))};
  const auto image = co_await send(Operation::image, std::move(request));
  if (!image && image.error().kind == EngineErrorKind::image_missing)
    co_return engine_error(
        EngineErrorKind::image_missing,
        fmt::format("the image {} is not on this engine; pull or build it there, nothing is pulled "
                    "while a task waits",
                    spec.image));
  if (!image) co_return std::unexpected(image.error());
  const auto machine = co_await system();
  co_return CreateOptions{.shim_path = settings_.shim_path,
                          .init = machine.has_init,
                          .hold = parse_image(image->body).holds_nothing_open()};
}

EngineCall<ContainerId> DockerRuntime::create(InstanceSpec spec) {
  auto prepare = [&spec]() -> EngineResult<void> {
    if (auto mounts = check_mounts(spec); !mounts) return mounts;
    return make_directories(spec.agent_dir);
  };
  const auto prepared = co_await offload::at(settings_.disk, spec.agent_dir, std::move(prepare));
  if (!prepared) co_return std::unexpected(prepared.error());
  auto options = co_await options_for(spec);
  if (!options) co_return std::unexpected(options.error());
  if (spec.containment.pids_limit > 0 && system_ && !system_->limits_pids)
    co_return engine_error(
        EngineErrorKind::invalid_spec,
        "this engine cannot limit processes (no pids cgroup); container.pids_limit 0 goes without");
  for (;;) {
    EngineRequest request{.method = "POST",
                          .target = fmt::format("/containers/create?name={}", container_name(spec)),
                          .body = create_body(spec, *options),
                          .patience = std::chrono::seconds(60),
                          .alone = true};
    const auto made = co_await send(Operation::create, std::move(request));
    if (made) co_return parse_text(made->body, "Id");
    if (options->init && lacks_init(made.error())) {
      options->init = false;
      if (system_) system_->has_init = false;
      continue;
    }
    if (made.error().kind != EngineErrorKind::conflict) co_return std::unexpected(made.error());
    EngineError conflict = made.error();
    co_return co_await adopt_unstarted(std::move(spec), std::move(conflict));
  }
}

EngineCall<ContainerId> DockerRuntime::adopt_unstarted(InstanceSpec spec, EngineError conflict) {
  const auto found = co_await look(container_name(spec));
  if (!found || !found->never_started || !same_labels(found->snapshot, spec))
    co_return std::unexpected(conflict);
  co_return found->snapshot.incarnation.container_id;
}

EngineCall<void> DockerRuntime::start(ContainerId id) {
  asked_to_stop_.erase(id);
  signalled_.erase(id);
  // Somebody may have removed what we made; the engine would not start it without.
  const auto found = co_await look(id);
  if (found && !found->spool_source.empty()) {
    const auto agent_dir = fs::path(found->spool_source).parent_path();
    auto make_again = [&agent_dir] { return make_directories(agent_dir); };
    const auto made = co_await offload::at(settings_.disk, agent_dir.string(), std::move(make_again));
    if (!made) co_return std::unexpected(made.error());
  }
  EngineRequest request{.method = "POST",
                        .target = fmt::format("/containers/{}/start", id),
                        .patience = std::chrono::seconds(60),
                        .alone = true};
  const auto answer = co_await send(Operation::start, std::move(request));
  if (answer) co_return EngineResult<void>{};
  if (lacks_init(answer.error())) {
    (void)co_await system();
    if (system_) system_->has_init = false;
    co_return co_await remove_unstartable(std::move(id), answer.error());
  }
  // Left over from a removal that failed: it never starts again.
  if (answer.error().message.find("marked for removal") != std::string::npos)
    co_return co_await remove_unstartable(std::move(id), answer.error());
  co_return std::unexpected(answer.error());
}

/// A container that can never start is removed, so that another one is made.
EngineCall<void> DockerRuntime::remove_unstartable(ContainerId id, EngineError why) {
  const auto removed = co_await remove(std::move(id));
  if (removed) why.kind = EngineErrorKind::not_found;
  co_return std::unexpected(why);
}

/// Docker unpauses a container that is to end; podman refuses to end it. Whether this worked shows in the end
/// that follows.
asio::awaitable<void> DockerRuntime::unpause(ContainerId id) {
  if (!engine_ || engine_->flavour != EngineFlavour::podman) co_return;
  const auto found = co_await look(id);
  if (!found || !found->paused) co_return;
  EngineRequest request{.method = "POST", .target = fmt::format("/containers/{}/unpause", id), .alone = true};
  (void)co_await send(Operation::kill, std::move(request));
}

EngineCall<void> DockerRuntime::stop(ContainerId id, std::chrono::seconds grace) {
  asked_to_stop_.insert(id);
  stopping_->insert(id);
  const std::shared_ptr<void> done(nullptr, [in_flight = stopping_, id](void*) { in_flight->erase(id); });
  co_await unpause(id);
  EngineRequest request{.method = "POST",
                        .target = fmt::format("/containers/{}/stop?t={}", id, grace.count()),
                        .patience = grace + std::chrono::seconds(10),
                        .alone = true};
  const auto answer = co_await send(Operation::stop, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  co_return EngineResult<void>{};
}

EngineCall<void> DockerRuntime::kill(ContainerId id) {
  asked_to_stop_.insert(id);
  co_await unpause(id);
  EngineRequest request{.method = "POST",
                        .target = fmt::format("/containers/{}/kill?signal=KILL", id),
                        .patience = std::chrono::seconds(20),
                        .alone = true};
  const auto answer = co_await send(Operation::kill, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  co_return EngineResult<void>{};
}

EngineCall<void> DockerRuntime::remove(ContainerId id) {
  asio::steady_timer timer(executor_);
  for (int looks = 0;; ++looks) {
    EngineRequest request{.method = "DELETE",
                          .target = fmt::format("/containers/{}?v=1", id),
                          .patience = std::chrono::seconds(60),
                          .alone = true};
    const auto answer = co_await send(Operation::remove, std::move(request));
    if (answer) break;
    // Somebody else's removal is under way: gone is what counts.
    const bool in_progress = answer.error().message.find("already in progress") != std::string::npos;
    if (!in_progress || looks == 50) co_return std::unexpected(answer.error());
    timer.expires_after(std::chrono::milliseconds(100));
    co_await timer.async_wait(asio::use_awaitable);
  }
  asked_to_stop_.erase(id);
  signalled_.erase(id);
  log_places_.erase(id);
  co_return EngineResult<void>{};
}

EngineCall<void> DockerRuntime::ping() {
  EngineRequest request{.target = "/_ping", .patience = std::chrono::seconds(3)};
  const auto answer = co_await send(Operation::ping, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  co_return EngineResult<void>{};
}

}  // namespace understudy::daemon::runtime
