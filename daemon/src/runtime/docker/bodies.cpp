#include "runtime/docker/bodies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "runtime/docker/containment.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::runtime {

namespace json = boost::json;

namespace {

json::array env_lines(const Environment& env) {
  json::array lines;
  for (const auto& [key, value] : env) lines.emplace_back(fmt::format("{}={}", key, value));
  return lines;
}

json::object bind_mount(std::string_view source, std::string_view target, bool read_only) {
  return {{"Type", "bind"}, {"Source", source}, {"Target", target}, {"ReadOnly", read_only}};
}

json::array mounts(const InstanceSpec& spec, const std::string& shim_path) {
  json::array all;
  for (const auto& mount : spec.mounts)
    all.push_back(bind_mount(mount.source, mount.target, mount.read_only));
  all.push_back(bind_mount(shim_path, shim_in_container, true));
  all.push_back(bind_mount(spec.agent_dir + "/spool", spool_in_container, false));
  return all;
}

bool has_own_network(const std::string& network) {
  return network != "host" && network != "none" && !network.starts_with("container:");
}

json::object host_config(const InstanceSpec& spec, const CreateOptions& options) {
  json::object host{{"Mounts", mounts(spec, options.shim_path)},
                    {"RestartPolicy", {{"Name", "no"}}},
                    {"AutoRemove", false},
                    {"LogConfig", log_config(spec.log_max_bytes)}};
  contain(host, spec.containment);
  if (options.init) host["Init"] = true;
  if (!spec.network.empty()) host["NetworkMode"] = spec.network;
  if (has_own_network(spec.network)) host["ExtraHosts"] = json::array{"host.docker.internal:host-gateway"};
  if (spec.memory_mb > 0) {
    host["Memory"] = spec.memory_mb << 20;
    host["MemorySwap"] = spec.memory_mb << 20;  // equal: no swap on top
  }
  return host;
}

}  // namespace

bool ImageProgram::holds_nothing_open() const {
  if (!entrypoint.empty()) return false;
  if (command.empty()) return true;
  constexpr std::array<std::string_view, 4> shells{"sh", "bash", "ash", "zsh"};
  const auto name = std::string_view(command.front()).substr(command.front().rfind('/') + 1);
  return command.size() == 1 && std::ranges::find(shells, name) != shells.end();
}

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (text::is_alphanumeric(c) || std::string_view("-._~/:").find(c) != std::string_view::npos)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

std::string container_name(const InstanceSpec& spec) {
  std::string owner;
  for (const char c : spec.owner)
    if (owner.size() < 8 && (text::is_lower(c) || text::is_digit(c))) owner += c;
  return fmt::format("understudy-{}-g{}{}{}", spec.instance, spec.generation, owner.empty() ? "" : "-",
                     owner);
}

std::string create_body(const InstanceSpec& spec, const CreateOptions& options) {
  json::object body{{"Image", spec.image},
                    {"Env", env_lines(spec.env)},
                    {"Labels",
                     {{"understudy.managed", "1"},
                      {"understudy.owner", spec.owner},
                      {"understudy.instance", spec.instance},
                      {"understudy.gen", std::to_string(spec.generation)},
                      {"understudy.spec", spec.spec_hash}}},
                    {"StopTimeout", spec.stop_grace.count()},
                    {"HostConfig", host_config(spec, options)}};
  // The configured command is the whole main process: the image's entrypoint would make it something else.
  if (!spec.command.empty()) {
    body["Entrypoint"] = words(spec.command);
    body["Cmd"] = json::array{};
  } else if (options.hold) {
    body["Entrypoint"] = json::array{shim_in_container, "hold"};
    body["Cmd"] = json::array{};
  }
  if (!spec.workdir.empty()) body["WorkingDir"] = spec.workdir;
  if (!spec.containment.user.empty()) body["User"] = spec.containment.user;
  return json::serialize(body);
}

std::string exec_body(const std::vector<std::string>& command, const Environment& env,
                      const std::string& workdir, bool attached) {
  json::object body{{"Cmd", words(command)},    {"Env", env_lines(env)},    {"AttachStdin", false},
                    {"AttachStdout", attached}, {"AttachStderr", attached}, {"Tty", false}};
  if (!workdir.empty()) body["WorkingDir"] = workdir;
  return json::serialize(body);
}

std::string label_filter(const std::string& owner, bool for_events) {
  json::array labels{"understudy.managed=1"};
  if (!owner.empty()) labels.emplace_back("understudy.owner=" + owner);
  json::object filter{{"label", std::move(labels)}};
  if (for_events) {
    filter["type"] = json::array{"container"};
    filter["event"] = json::array{"start", "die", "kill", "destroy", "remove", "oom", "pause", "unpause"};
  }
  return percent_encoded(json::serialize(filter));
}

}  // namespace understudy::daemon::runtime
