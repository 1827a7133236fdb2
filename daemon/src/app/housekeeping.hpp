#pragma once
#include <boost/asio/awaitable.hpp>

#include "agl/rollout_store.hpp"
#include "api/read_pool.hpp"
#include "app/fleet_driver.hpp"
#include "fleet/fleet.hpp"
#include "understudy/store/store.hpp"

namespace understudy::daemon::app {

/// Every hour until cancelled: deletes old rows in small steps and the spools of deleted attempts, and once a
/// day copies the store to `<file>.backup`.
[[nodiscard]] boost::asio::awaitable<void> keep_house(store::Store& store, FleetDriver& driver,
                                                      api::ReadPool& read_pool, fleet::Fleet& fleet,
                                                      const ports::Clock& clock, ports::Log& log);

/// Until cancelled: judges overdue attempts of the store's workers, at most every `debounce_s` seconds, and
/// marks workers without heartbeats as stale.
[[nodiscard]] boost::asio::awaitable<void> keep_watch(agl::RolloutStore& rollouts, double debounce_s,
                                                      ports::Log& log);

}  // namespace understudy::daemon::app
