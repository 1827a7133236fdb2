#include "fleet/health_json.hpp"

#include "understudy/failover/json.hpp"

namespace understudy::daemon::fleet {

store::ProviderHealthRow health_row(const failover::EntryKey& key, const failover::Entry& entry) {
  return {.account = key.account,
          .scope = std::string(to_string(key.scope)),
          .model = key.model,
          .who = key.who,
          .entry = failover::to_json(entry)};
}

std::optional<std::pair<failover::EntryKey, failover::Entry>> health_from(
    const store::ProviderHealthRow& row) {
  const auto scope = failover::parse_scope(row.scope);
  if (!scope) return std::nullopt;
  return std::pair{failover::EntryKey{row.account, *scope, row.model, row.who},
                   failover::from_json<failover::Entry>(row.entry).value.value_or(failover::Entry{})};
}

}  // namespace understudy::daemon::fleet
