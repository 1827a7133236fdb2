#include <fmt/format.h>

#include "config/parse_agent_type.hpp"
#include "config/reader.hpp"

namespace understudy::daemon::config {

namespace {

using namespace std::chrono_literals;

void read_readiness(Reader& container, Parsed& out, ports::Readiness& readiness) {
  const auto* value = container.take("readiness");
  if (!value || value->is_null()) return;
  Reader reader(*value, container.path("readiness"), out);
  if (!reader.valid()) return;
  if (!reader.has("kind")) reader.error("kind", "is required: http, tcp, exec, log or none");
  reader.one_of("kind", readiness.kind,
                {{"http", ports::ReadinessKind::http},
                 {"tcp", ports::ReadinessKind::tcp},
                 {"exec", ports::ReadinessKind::exec},
                 {"log", ports::ReadinessKind::log},
                 {"none", ports::ReadinessKind::none}});
  reader.whole("port", readiness.port, 1, 65535);
  reader.text("path", readiness.path, false);
  if (!readiness.path.starts_with('/')) reader.error("path", "must begin with /");
  reader.text("pattern", readiness.pattern, false);
  reader.texts("command", readiness.command);
  const bool needs_port =
      readiness.kind == ports::ReadinessKind::http || readiness.kind == ports::ReadinessKind::tcp;
  if (needs_port && !reader.has("port")) reader.error("port", "is required for http and tcp");
  if (readiness.kind == ports::ReadinessKind::log && !reader.has("pattern"))
    reader.error("pattern", "is required for log");
  const auto* command = reader.take("command");
  const bool no_command = !command || (command->is_array() && command->get_array().empty());
  if (readiness.kind == ports::ReadinessKind::exec && no_command)
    reader.error("command", "is required for exec");
  reader.finish();
}

void read_absolute(Reader& reader, std::string_view key, std::string& to) {
  reader.text(key, to, false);
  if (!to.empty() && !to.starts_with('/')) reader.error(key, "must be an absolute path");
}

void read_mounts(Reader& container, Parsed& out, std::vector<ports::Mount>& mounts) {
  const auto* value = container.take("mounts");
  if (!value) return;
  if (!value->is_array()) return container.wrong("mounts", "must be a list", *value);
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    Reader reader(value->get_array()[i], fmt::format("{}/{}", container.path("mounts"), i), out);
    if (!reader.valid()) continue;
    ports::Mount mount;
    read_absolute(reader, "source", mount.source);
    read_absolute(reader, "target", mount.target);
    for (const std::string_view key : {"source", "target"})
      if (!reader.has(key)) reader.error(key, "is required: an absolute path");
    reader.flag("read_only", mount.read_only);
    reader.finish();
    mounts.push_back(std::move(mount));
  }
}

void read_mode(Reader& reader, Container& container) {
  const auto* mode = reader.has("mode") ? reader.take("mode") : nullptr;
  if (mode && mode->is_string() && mode->get_string() == "swarm")
    return reader.error("mode", "swarm is not built yet; use docker on this machine");
  reader.one_of("mode", container.mode,
                {{"host", Mode::host}, {"process", Mode::process}, {"docker", Mode::docker}});
}

}  // namespace

void read_container(Reader& type, Parsed& out, Container& container) {
  const auto* value = type.take("container");
  if (!value) return;
  Reader reader(*value, type.path("container"), out);
  if (!reader.valid()) return;
  read_mode(reader, container);
  reader.text("image", container.image, false);
  reader.flag("lazy", container.lazy);
  reader.duration("idle_stop_min", container.idle_stop, 1min, true);
  reader.duration("start_timeout_s", container.start_timeout, 1s, false);
  reader.duration("min_up_s", container.min_up, 1s, true);
  reader.duration("stop_grace_s", container.stop_grace, 1s, true);
  reader.duration("drain_deadline_min", container.drain_deadline, 1min, true);
  reader.one_of("drain_policy", container.drain_policy,
                {{"wait", container::DrainPolicy::wait}, {"force", container::DrainPolicy::force}});
  reader.texts("command", container.command);
  read_mounts(reader, out, container.mounts);
  reader.text("network", container.network, false);
  reader.integer("memory_mb", container.memory_mb, 0, 1 << 30);
  read_absolute(reader, "workdir", container.workdir);
  read_readiness(reader, out, container.readiness);
  read_containment(reader, out, container);
  read_warm(reader, out, container.warm);
  if (container.mode == Mode::docker && !reader.has("image"))
    reader.error("image", "is required in docker mode");
  reader.finish();
}

}  // namespace understudy::daemon::config
