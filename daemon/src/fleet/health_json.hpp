#pragma once
#include <optional>
#include <utility>

#include "understudy/failover/health_entry.hpp"
#include "understudy/store/rows.hpp"

namespace understudy::daemon::fleet {

// What is known of a provider, as the store keeps it.
[[nodiscard]] store::ProviderHealthRow health_row(const failover::EntryKey& key,
                                                  const failover::Entry& entry);
/// Nothing: it is about what this version does not know. An entry that cannot be read is a new one.
[[nodiscard]] std::optional<std::pair<failover::EntryKey, failover::Entry>> health_from(
    const store::ProviderHealthRow& row);

}  // namespace understudy::daemon::fleet
