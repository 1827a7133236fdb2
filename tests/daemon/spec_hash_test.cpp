// Whatever a container is made from is in its hash: a change makes a new one.
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "fleet/specs.hpp"

using namespace understudy::daemon;

TEST_CASE("each key of a container's block makes another hash", "[fleet][containment]") {
  using Change = std::function<void(ports::InstanceSpec&)>;
  const std::vector<Change> changes{
      [](auto&) {},
      [](auto& spec) { spec.image = "other"; },
      [](auto& spec) { spec.command = {"serve"}; },
      [](auto& spec) {
        spec.mounts = {{"/a", "/b", false}};
      },
      [](auto& spec) {
        spec.mounts = {{"/a", "/b", true}};
      },
      [](auto& spec) { spec.network = "none"; },
      [](auto& spec) { spec.memory_mb = 1; },
      [](auto& spec) { spec.workdir = "/w"; },
      [](auto& spec) { spec.log_max_bytes = 1; },
      [](auto& spec) { spec.ephemeral = true; },
      [](auto& spec) { spec.containment.nano_cpus = 1; },
      [](auto& spec) { spec.containment.pids_limit = 1; },
      [](auto& spec) { spec.containment.user = "1000"; },
      [](auto& spec) { spec.containment.cap_drop = {}; },
      [](auto& spec) { spec.containment.cap_add = {"CHOWN"}; },
      [](auto& spec) {
        spec.containment.cap_add = {"CHOWN", "KILL"};
      },
      [](auto& spec) { spec.containment.no_new_privileges = false; },
      [](auto& spec) { spec.containment.read_only = true; },
      [](auto& spec) {
        spec.containment.tmpfs = {{"/tmp", ""}};
      },
      [](auto& spec) {
        spec.containment.tmpfs = {{"/tmp", "exec"}};
      },
      [](auto& spec) { spec.containment.gpus.all = true; },
      [](auto& spec) { spec.containment.gpus.count = 1; },
      [](auto& spec) { spec.containment.gpus.devices = {"1"}; },
  };
  std::set<std::string> hashes;
  for (const auto& change : changes) {
    ports::InstanceSpec spec;
    change(spec);
    hashes.insert(fleet::spec_hash(spec));
  }
  CHECK(hashes.size() == changes.size());
}
