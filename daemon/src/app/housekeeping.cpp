#include "app/housekeeping.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "runtime/spool.hpp"

namespace understudy::daemon::app {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr int rows_a_step = 500;

asio::awaitable<void> retain(store::Store& store, FleetDriver& driver, fleet::Fleet& fleet,
                             const ports::Clock& clock) {
  const auto& service = fleet.state().config->service;
  const store::RetentionPolicy policy{service.events_days, service.rollouts_days};
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (bool more = true; more;) {
    const auto begun = std::chrono::steady_clock::now();
    auto step = [&store, policy, now_ms = clock.wall().time_since_epoch().count()] {
      return store.prune(now_ms, policy, rows_a_step);
    };
    more = co_await driver.between_turns(std::move(step));
    // Leaves the file to the fleet's turns for as long as the step took.
    timer.expires_after(std::chrono::steady_clock::now() - begun);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

/// Removes spools older than any rollout in the store. Ended attempts are in the archive; earlier versions
/// left them in `spool`, where one may still run.
void remove_old_spools(const std::string& agents, int days) {
  std::error_code error;
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::days{days};
  for (const auto& agent : fs::directory_iterator(agents, error))
    for (const auto* part : {"archive", "drafts", "spool"}) {
      if (!fs::is_directory(fs::symlink_status(agent.path() / part, error))) continue;
      for (const auto& old : fs::directory_iterator(agent.path() / part, error)) {
        const auto written = old.last_write_time(error);
        if (error || written >= oldest || runtime::look_at_spool(old.path().string()).shim_lives) continue;
        fs::remove_all(old.path(), error);  // does not follow links
      }
    }
}

bool is_due(const std::string& backup) {
  std::error_code error;
  const auto written = fs::last_write_time(backup, error);
  return error || written < fs::file_time_type::clock::now() - 24h;
}

}  // namespace

asio::awaitable<void> keep_house(store::Store& store, FleetDriver& driver, api::ReadPool& read_pool,
                                 fleet::Fleet& fleet, const ports::Clock& clock, ports::Log& log) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 30s);
  for (;;) {
    co_await timer.async_wait(asio::use_awaitable);
    co_await retain(store, driver, fleet, clock);
    const auto agents = fleet.place().state_dir + "/agents";
    const auto days = fleet.state().config->service.rollouts_days;
    const auto backup = store.path() + ".backup";
    // GCC 12 destroys a lambda twice when it is made inside an await.
    auto work = [agents, days, backup](store::Reader& reader) {
      remove_old_spools(agents, days);
      return is_due(backup) ? reader.backup_to(backup) : std::string();
    };
    const auto done = co_await read_pool.read(std::move(work), api::ReadClass::maintenance);
    if (!done)
      log.warning("housekeeping failed", {{"error", done.error()}});
    else if (!done->empty())
      log.warning("no backup", {{"error", *done}});
    co_await read_pool.refresh();
    timer.expires_after(1h);
  }
}

}  // namespace understudy::daemon::app
