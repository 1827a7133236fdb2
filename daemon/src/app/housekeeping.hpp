#pragma once
#include <boost/asio/awaitable.hpp>
#include <string>

#include "api/library.hpp"
#include "app/fleet_driver.hpp"
#include "fleet/fleet.hpp"
#include "understudy/store/store.hpp"

namespace understudy::daemon::app {

/// Every hour until cancelled: old rows go in small steps, spools of forgotten attempts with them, and once a
/// day the store is copied to `<file>.backup`.
[[nodiscard]] boost::asio::awaitable<void> keep_house(store::Store& store, FleetDriver& driver,
                                                      api::Library& library, fleet::Fleet& fleet,
                                                      const ports::Clock& clock, ports::Log& log);

}  // namespace understudy::daemon::app
