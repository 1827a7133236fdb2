#include "fleet/specs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/reserved_variables.hpp"
#include "environment/render.hpp"
#include "fleet/handle.hpp"
#include "text/hex.hpp"

namespace understudy::daemon::fleet {

std::string runtime_of(const Turn& turn, const Agent& agent) {
  const auto mode = type_of(turn, agent).container.mode;
  return mode == config::Mode::host ? "" : std::string(config::to_string(mode));
}

std::string agent_dir(const Place& place, const std::string& agent) {
  return place.state_dir + "/agents/" + agent;
}

container::Policy container_policy(const config::AgentType& type, const Agent& agent) {
  using namespace std::chrono_literals;
  const auto& from = type.container;
  container::Policy policy;
  policy.pinned = !from.lazy;
  policy.warm = agent.warm;
  policy.ephemeral = from.ephemeral;
  policy.idle_window = from.idle_stop;
  policy.min_up = from.min_up.value_or(std::min<container::Duration>(60s, from.idle_stop));
  policy.start_timeout = from.start_timeout;
  policy.create_timeout = from.start_timeout;
  policy.stop_grace = from.stop_grace;
  policy.drain_deadline = from.drain_deadline;
  policy.drain_policy = from.drain_policy;
  if (type.agent.timeout.count() > 0)
    policy.lease_cap = std::max(policy.lease_cap, type.agent.timeout + 10min);
  else
    policy.lease_cap = container::Duration{365 * 24h};
  return policy;
}

namespace {

/// Only root can write to /root, and only while that is not read-only.
std::string home_inside(const config::Container& from) {
  const auto& contained = from.containment;
  const auto user = contained.user.substr(0, contained.user.find(':'));
  const bool is_root = user.empty() || user == "root" || user.find_first_not_of('0') == user.npos;
  const auto covers = [](std::string_view path) { return path == "/root"; };
  const bool writable = !contained.read_only ||
                        std::ranges::any_of(contained.tmpfs, covers, &ports::Tmpfs::path) ||
                        std::ranges::any_of(from.mounts, covers, &ports::Mount::target);
  return is_root && writable ? "/root" : "/tmp";
}

}  // namespace

const failover::TierId& served_by(const Agent& agent) {
  return agent.task && agent.task->own_tier ? agent.task->on : agent.tiers.serving;
}

std::expected<ports::Environment, std::string> tier_environment(const Turn& turn, const Agent& agent) {
  const auto& type = type_of(turn, agent);
  const auto& providers = turn.config().providers;
  const auto& serving = served_by(agent);
  const auto provider = providers.find(serving.provider);
  if (provider == providers.end())
    return std::unexpected(fmt::format("there is no provider '{}' in the configuration", serving.provider));
  const auto& keys = turn.tools().keys;
  const auto home = type.container.mode == config::Mode::docker
                        ? home_inside(type.container)
                        : agent_dir(turn.tools().place, agent.name) + "/home";
  return environment::render(
      provider->second, serving, type.agent, {home, turn.tools().place.path},
      [&keys](const std::string& name) { return keys.find(name); },
      [&keys](const std::string& path) { return keys.in_file(path); });
}

std::chrono::milliseconds silence_of(const Turn& turn, const Agent& agent, const failover::TierId& on) {
  const auto provider = turn.config().providers.find(on.provider);
  const auto own = provider == turn.config().providers.end() ? std::nullopt : provider->second.silence;
  return own.value_or(type_of(turn, agent).agent.silence);
}

ports::Environment task_environment(const Turn& turn, const Agent& agent) {
  const auto& task = *agent.task;
  ports::Environment environment;
  // On the host, tier 1 uses the operator's own environment; lower tiers set their own variables.
  if (!agent.container && task.tier > 1)
    if (auto tier = tier_environment(turn, agent))
      for (auto& [name, value] : *tier)
        if (name != "PATH" && name != "HOME" && name != "LANG")
          environment.emplace_back(name, std::move(value));
  if (!agent.container)
    for (const auto& [name, value] : type_of(turn, agent).agent.env)
      if (task.tier == 1 || !config::belongs_to_tier(name)) environment.emplace_back(name, value);
  environment.insert(environment.end(), {{"UNDERSTUDY_ROLLOUT_ID", task.rollout_id},
                                         {"UNDERSTUDY_ATTEMPT_ID", task.attempt_id},
                                         {"UNDERSTUDY_INSTANCE", agent.name},
                                         {"UNDERSTUDY_TIER", std::to_string(task.tier)},
                                         {"UNDERSTUDY_PROVIDER", task.on.provider},
                                         {"UNDERSTUDY_MODEL", task.on.model}});
  return environment;
}

std::string task_workdir(const Turn& turn, const Agent& agent) {
  const auto& from = type_of(turn, agent).container;
  if (!from.workdir.empty() || from.mode == config::Mode::docker) return from.workdir;
  return agent_dir(turn.tools().place, agent.name) + "/work";
}

ports::InstanceSpec instance_spec(const Turn& turn, const Agent& agent) {
  const auto& from = type_of(turn, agent).container;
  ports::InstanceSpec spec{.owner = turn.tools().place.owner, .instance = agent.name};
  if (agent.container) {
    spec.generation = agent.container->desired.generation;
    spec.spec_hash = agent.container->desired.hash;
  }
  spec.image = from.image;
  spec.command = from.command;
  if (auto environment = tier_environment(turn, agent)) spec.env = std::move(*environment);
  spec.mounts = from.mounts;
  spec.network = from.network;
  spec.memory_mb = from.memory_mb;
  spec.containment = from.containment;
  spec.log_max_bytes = from.log_max_bytes;
  spec.ephemeral = from.ephemeral;
  spec.workdir = from.workdir;
  spec.agent_dir = agent_dir(turn.tools().place, agent.name);
  spec.readiness = from.readiness;
  spec.stop_grace = std::chrono::ceil<std::chrono::seconds>(from.stop_grace);
  return spec;
}

std::string digest(std::string_view text) {
  return text::sha256_hex(text).substr(0, 32);
}

namespace {

/// Joins texts with their lengths, so that no two lists give the same text.
class Parts {
 public:
  void operator()(std::string_view value) {
    text_.append(std::to_string(value.size())).append(":").append(value);
  }
  void operator()(std::int64_t number) { (*this)(std::to_string(number)); }
  void operator()(const std::vector<std::string>& list) {
    (*this)(static_cast<std::int64_t>(list.size()));
    for (const auto& word : list) (*this)(word);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add(Parts& part, const ports::Containment& contained) {
  part(contained.nano_cpus);
  part(contained.pids_limit);
  part(contained.user);
  part(contained.cap_drop);
  part(contained.cap_add);
  part(contained.no_new_privileges);
  part(contained.read_only);
  part(static_cast<std::int64_t>(contained.tmpfs.size()));
  for (const auto& [path, options] : contained.tmpfs) {
    part(path);
    part(options);
  }
  part(contained.gpus.all);
  part(std::int64_t{contained.gpus.count});
  part(contained.gpus.devices);
}

}  // namespace

std::string spec_hash(const ports::InstanceSpec& spec) {
  Parts part;
  part(spec.image);
  part(spec.command);
  for (const auto& [name, value] : spec.env) {
    part(name);
    part(value);
  }
  part(static_cast<std::int64_t>(spec.mounts.size()));
  for (const auto& mount : spec.mounts) {
    part(mount.source);
    part(mount.target);
    part(mount.read_only ? "ro" : "rw");
  }
  part(spec.network);
  part(spec.memory_mb);
  part(spec.workdir);
  add(part, spec.containment);
  part(spec.log_max_bytes);
  part(spec.ephemeral);
  return digest(part.text());
}

}  // namespace understudy::daemon::fleet
