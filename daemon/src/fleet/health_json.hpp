#pragma once
#include <optional>
#include <string>
#include <utility>

#include "understudy/failover/health_entry.hpp"
#include "understudy/store/rows.hpp"

namespace understudy::daemon::fleet {

// What is known of a provider, as the store keeps it.
[[nodiscard]] std::string entry_json(const failover::Entry& entry);
/// Members that are absent or of another type get their default.
[[nodiscard]] failover::Entry entry_from(const std::string& text);

[[nodiscard]] store::ProviderHealthRow health_row(const failover::EntryKey& key,
                                                  const failover::Entry& entry);
/// Nothing: it is about what this version does not know.
[[nodiscard]] std::optional<std::pair<failover::EntryKey, failover::Entry>> health_from(
    const store::ProviderHealthRow& row);

}  // namespace understudy::daemon::fleet
