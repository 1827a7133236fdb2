#pragma once
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// The demo: a real fleet over providers that fail by the clock.
namespace understudy::daemon::demo {

/// Where the three scripted providers listen on loopback: first, second and third tier.
using Ports = std::array<std::uint16_t, 3>;

/// Three agent types, six instances, short windows, so that within a minute there are a failover, a cooldown
/// reset, a lazy start and an idle stop. `understudyd` is the path of this program.
[[nodiscard]] std::string demo_config_json(const Ports& ports, std::string_view understudyd,
                                           std::string_view state_dir);

/// How the first provider's day goes: calm, outage, calm, …; each outage has a different cause.
struct OutageSchedule {
  std::chrono::milliseconds first_calm{9'000};
  std::chrono::milliseconds outage{12'000};
  std::chrono::milliseconds calm{30'000};
};

/// Runs the three providers on the io_context given (one thread). The second stumbles once in each second
/// outage of the first; the third is slow but never fails.
class DemoProviders {
 public:
  explicit DemoProviders(boost::asio::io_context& io, OutageSchedule schedule = {});
  ~DemoProviders();  ///< as stop()

  /// Binds and begins; the error is a sentence.
  [[nodiscard]] std::expected<Ports, std::string> start();
  void stop();  ///< leaves nothing on the io_context

  struct State;

 private:
  std::shared_ptr<State> state_;
};

using Submit = std::function<void(std::string agent_type, std::string input)>;

struct Traffic {
  std::chrono::milliseconds interval{2'000};
  std::size_t max_tasks{2'000};  ///< tasks in all; a demo left alone overnight must not fill a disk
};

/// Submits a task every interval until `max_tasks` or cancellation. Some types get few, so that their
/// containers rest.
[[nodiscard]] boost::asio::awaitable<void> demo_traffic(Submit submit, Traffic traffic = {});

}  // namespace understudy::daemon::demo
