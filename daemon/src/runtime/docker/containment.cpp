#include "runtime/docker/containment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace understudy::daemon::runtime {

namespace json = boost::json;

json::array words(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

namespace {

json::object device_request(const Gpus& gpus) {
  json::array capabilities;  // a list of lists; compilers differ over braces in braces
  capabilities.push_back(json::array{"gpu"});
  json::object request{{"Driver", ""}, {"Capabilities", std::move(capabilities)}};
  if (gpus.devices.empty())
    request["Count"] = gpus.all ? -1 : gpus.count;
  else
    request["DeviceIDs"] = words(gpus.devices);
  return request;
}

struct Hint {
  std::string_view words;
  std::string_view key;
};

// Of several that fit, the first; words of Docker 20.10, runc and podman 4.3.
constexpr Hint hints[]{
    {"unable to find user", "; container.user must be known to the image, or a number"},
    {"unable to find group", "; container.user must be known to the image, or numbers"},
    {"no matching entries in", "; container.user must be known to the image, or a number"},
    {"could not select device driver", "; container.gpus needs a driver for them beside the engine"},
    {"nvidia", "; container.gpus needs a driver for them beside the engine"},
    {"nanocpus", "; this is container.cpus"},
    {"range of cpus", "; this is container.cpus"},
    {"cpu cfs", "; this is container.cpus"},
    {"cpu.max", "; this is container.cpus"},
    {"cfs_quota", "; this is container.cpus"},
    {"pids", "; this is container.pids_limit, 512 by default: 0 asks for none"},
    {"no-new-privileges", "; this is container.no_new_privileges, true by default"},
    {"no_new_privs", "; this is container.no_new_privileges, true by default"},
    {"capabilit", "; this is container.cap_drop or container.cap_add"},
    {"capadd", "; this is container.cap_add"},
    {"capdrop", "; this is container.cap_drop"},
    {"tmpfs", "; this is container.tmpfs"},
    {"duplicate mount point", "; this is container.tmpfs or container.mounts"},
    {"read-only file system",
     "; container.read_only may be why: container.tmpfs and container.mounts can be written to"},
    {"operation not permitted",
     "; container.cap_drop drops ALL capabilities by default, which may be why: add what the image needs to "
     "container.cap_add"},
};

}  // namespace

void contain(json::object& host, const Containment& containment) {
  if (containment.nano_cpus > 0) host["NanoCpus"] = containment.nano_cpus;
  // Left out, podman would take its own limit; -1 is none to both.
  host["PidsLimit"] = containment.pids_limit > 0 ? containment.pids_limit : -1;
  if (!containment.cap_drop.empty()) host["CapDrop"] = words(containment.cap_drop);
  if (!containment.cap_add.empty()) host["CapAdd"] = words(containment.cap_add);
  if (containment.no_new_privileges) host["SecurityOpt"] = json::array{"no-new-privileges"};
  if (containment.read_only) host["ReadonlyRootfs"] = true;
  if (!containment.tmpfs.empty()) {
    json::object mounts;
    for (const auto& [path, options] : containment.tmpfs) mounts[path] = options;
    host["Tmpfs"] = std::move(mounts);
  }
  if (containment.gpus.any()) host["DeviceRequests"] = json::array{device_request(containment.gpus)};
}

json::object log_config(std::int64_t max_bytes) {
  json::object log{{"Type", "json-file"}};
  if (max_bytes <= 0) return log;
  // Engines differ on whether k is 1000 or 1024: with 1000 of them to the MiB both stay below.
  const std::int64_t half = std::max<std::int64_t>(1, max_bytes * 1000 / (2 << 20));
  const auto size = half % 1000 == 0 ? fmt::format("{}m", half / 1000) : fmt::format("{}k", half);
  log["Config"] = json::object{{"max-size", size}, {"max-file", "2"}};
  return log;
}

std::string_view key_behind(std::string_view words) {
  for (const auto& hint : hints)
    if (words.find(hint.words) != words.npos) return hint.key;
  return "";
}

}  // namespace understudy::daemon::runtime
