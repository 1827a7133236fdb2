#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/container/event.hpp"
#include "understudy/container/fact.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// One row of an engine's listing of managed containers.
struct Found {
  std::string instance{};  ///< label
  std::string owner{};     ///< label; a container of another owner is never touched
  Sighting seen{};
  bool unclear{false};  ///< it exists, but the engine does not show its state
};

struct Wanted {
  std::string instance{};
  const Instance* state{nullptr};
};

struct Plan {
  struct Report {
    std::string instance{};
    Snapshot snapshot{};
  };
  std::vector<Report> reports{};  ///< of each wanted instance whose container is not unclear, in their order
  std::vector<Found> duplicates{};  ///< further containers of a known instance: kill and remove by id at once
  std::vector<Found> orphans{};     ///< ours, of no known instance: see plan_orphans
};

/// Compares what should be with what the engine lists. Pure and idempotent. Of two containers for one
/// instance it keeps the one its leases point to, else the recorded one, else none.
[[nodiscard]] Plan reconcile(std::span<const Wanted> wanted, std::span<const Found> found,
                             std::string_view owner);

struct OrphanPolicy {
  bool enabled{true};
  Duration stop_after{std::chrono::minutes{10}};
  Duration remove_after{std::chrono::hours{24}};
};

/// First sightings by container id; memory only, so the grace starts again with the daemon.
using Orphans = std::map<std::string, Steady, std::less<>>;

struct OrphanPlan {
  Orphans known{};
  struct Reported {
    std::string instance{};
    Fact fact{};
  };
  std::vector<Reported> reported{};   ///< orphan_found, once for each
  std::vector<std::string> stop{};    ///< container ids
  std::vector<std::string> remove{};  ///< container ids
};

[[nodiscard]] OrphanPlan plan_orphans(const OrphanPolicy& policy, const Orphans& known,
                                      std::span<const Found> orphans, Now now);

}  // namespace understudy::container
#pragma GCC visibility pop
