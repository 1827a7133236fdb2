#include <boost/json.hpp>
#include <charconv>

#include "runtime/docker/bodies.hpp"

namespace understudy::daemon::runtime {

namespace json = boost::json;

namespace {

constexpr ApiVersion oldest{1, 40};
constexpr ApiVersion newest{1, 51};

/// Engines leave members out, or set them to null: every step down a body may lead nowhere.
const json::value* at(const json::value* value, std::string_view key) {
  const auto* object = value ? value->if_object() : nullptr;
  return object ? object->if_contains(key) : nullptr;
}

std::string text(const json::value* value) {
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string{};
}

bool truth(const json::value* value) {
  return value && value->is_bool() && value->get_bool();
}

std::optional<int> number(const json::value* value) {
  if (!value || !value->is_int64()) return std::nullopt;
  return static_cast<int>(value->get_int64());
}

std::int64_t digits(std::string_view word) {
  std::int64_t result = 0;
  std::from_chars(word.data(), word.data() + word.size(), result);
  return result;
}

std::vector<std::string> list_of_text(const json::value* value) {
  std::vector<std::string> result;
  if (const auto* array = value ? value->if_array() : nullptr)
    for (const auto& element : *array) result.push_back(text(&element));
  return result;
}

json::value parsed(std::string_view body) {
  boost::system::error_code bad;
  json::value value = json::parse(body, bad);
  return bad ? json::value(nullptr) : value;
}

ContainerStatus status_of(std::string_view word) {
  if (word == "running") return ContainerStatus::running;
  if (word == "paused") return ContainerStatus::paused;
  if (word == "restarting") return ContainerStatus::restarting;
  if (word == "stopping" || word == "removing") return ContainerStatus::stopping;
  return ContainerStatus::stopped;
}

std::string first_address(const json::value* networks) {
  const auto* object = networks ? networks->if_object() : nullptr;
  if (!object) return {};
  for (const auto& [name, network] : *object)
    if (auto address = text(at(&network, "IPAddress")); !address.empty()) return address;
  return {};
}

/// The host's side of what is mounted at `target`.
std::string mounted_at(const json::value* mounts, std::string_view target) {
  const auto* array = mounts ? mounts->if_array() : nullptr;
  if (!array) return {};
  for (const auto& mount : *array)
    if (text(at(&mount, "Destination")) == target) return text(at(&mount, "Source"));
  return {};
}

std::string policy_of(const json::value* host_config) {
  const auto name = text(at(at(host_config, "RestartPolicy"), "Name"));
  return name == "no" ? std::string{} : name;
}

void read_labels(const json::value* labels, Snapshot& snapshot) {
  snapshot.owner = text(at(labels, "understudy.owner"));
  snapshot.instance = text(at(labels, "understudy.instance"));
  snapshot.generation = digits(text(at(labels, "understudy.gen")));
  snapshot.spec_hash = text(at(labels, "understudy.spec"));
}

}  // namespace

ImageProgram parse_image(std::string_view body) {
  const auto value = parsed(body);
  const auto* config = at(&value, "Config");
  return {list_of_text(at(config, "Entrypoint")), list_of_text(at(config, "Cmd"))};
}

std::optional<Inspection> parse_inspection(std::string_view body) {
  const auto value = parsed(body);
  const auto* state = at(&value, "State");
  auto id = text(at(&value, "Id"));
  if (!state || !state->is_object() || id.empty()) return std::nullopt;
  const auto* labels = at(at(&value, "Config"), "Labels");
  const auto started_at = text(at(state, "StartedAt"));
  Inspection found;
  found.never_started = started_at.empty() || started_at.starts_with("0001-");
  Snapshot& snapshot = found.snapshot;
  snapshot.status = status_of(text(at(state, "Status")));
  snapshot.incarnation = {std::move(id), found.never_started ? std::string{} : started_at};
  read_labels(labels, snapshot);
  if (snapshot.status == ContainerStatus::stopped && !found.never_started)
    snapshot.exit_code = number(at(state, "ExitCode"));
  // The engine's flag stays for the whole life, also when it was a task that was killed.
  snapshot.oom = truth(at(state, "OOMKilled")) && snapshot.exit_code.value_or(137) == 137;
  snapshot.error = text(at(state, "Error"));
  snapshot.restart_policy = policy_of(at(&value, "HostConfig"));
  if (const auto finished = text(at(state, "FinishedAt")); !finished.starts_with("0001-"))
    found.finished_at = finished;
  found.paused = snapshot.status == ContainerStatus::paused;
  found.tty = truth(at(at(&value, "Config"), "Tty"));
  found.spool_source = mounted_at(at(&value, "Mounts"), spool_in_container);
  found.network = text(at(at(&value, "HostConfig"), "NetworkMode"));
  found.address = first_address(at(at(&value, "NetworkSettings"), "Networks"));
  return found;
}

std::vector<Snapshot> parse_list(std::string_view body) {
  std::vector<Snapshot> all;
  const auto value = parsed(body);
  if (const auto* array = value.if_array())
    for (const auto& element : *array)
      if (auto id = text(at(&element, "Id")); !id.empty()) {
        auto& one = all.emplace_back(Snapshot{.status = ContainerStatus::unclear});
        one.incarnation.container_id = std::move(id);
        read_labels(at(&element, "Labels"), one);
      }
  return all;
}

std::string parse_text(std::string_view body, std::string_view key) {
  const auto value = parsed(body);
  return text(at(&value, key));
}

std::optional<int> parse_exec_exit(std::string_view body) {
  const auto value = parsed(body);
  if (truth(at(&value, "Running"))) return std::nullopt;
  return number(at(&value, "ExitCode"));
}

bool parse_has_init(std::string_view body) {
  const auto value = parsed(body);
  return text(at(at(&value, "InitCommit"), "ID")) != "N/A";
}

bool parse_limits_pids(std::string_view body) {
  const auto value = parsed(body);
  const auto* limits = at(&value, "PidsLimit");
  return !limits || truth(limits);
}

std::optional<EngineEvent> parse_event(std::string_view line) {
  const auto value = parsed(line);
  const auto* actor = at(&value, "Actor");
  const auto* attributes = at(actor, "Attributes");
  EngineEvent event;
  event.action = text(at(&value, "Action"));
  event.id = text(at(actor, "ID"));
  if (event.action.empty() || event.id.empty()) return std::nullopt;
  if (const auto code = text(at(attributes, "exitCode")); !code.empty())
    event.exit_code = static_cast<int>(digits(code));
  event.signal = static_cast<int>(digits(text(at(attributes, "signal"))));
  if (const auto* time = at(&value, "timeNano"); time && time->is_int64()) event.time_ns = time->get_int64();
  return event;
}

std::optional<ApiVersion> negotiate(std::string_view offered) {
  const auto dot = offered.find('.');
  if (dot == offered.npos) return std::nullopt;
  const ApiVersion theirs{static_cast<int>(digits(offered.substr(0, dot))),
                          static_cast<int>(digits(offered.substr(dot + 1)))};
  if (theirs < oldest) return std::nullopt;
  return std::min(theirs, newest);
}

}  // namespace understudy::daemon::runtime
