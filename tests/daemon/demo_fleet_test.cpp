#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <set>

#include "config/parse.hpp"
#include "demo/agent_command.hpp"
#include "demo/fleet.hpp"
#include "scripted_world.hpp"

using namespace scripted_world;
using namespace std::chrono_literals;
namespace demo = understudy::daemon::demo;
namespace config = understudy::daemon::config;

namespace {

config::Config demo_config(const demo::Ports& ports = {1, 2, 3}) {
  auto parsed =
      config::parse_config(demo::demo_config_json(ports, "/opt/un\"der/understudyd", "/var/lib/demo"));
  for (const auto& problem : parsed.errors) FAIL_CHECK(problem.path << ": " << problem.reason);
  for (const auto& problem : parsed.warnings) FAIL_CHECK(problem.path << ": " << problem.reason);
  REQUIRE(parsed.config);
  return *parsed.config;
}

/// One call of the demo agent on a tier of the reviewers' chain.
int call_tier(const config::Config& config, std::size_t tier) {
  const auto& id = config.agent_types.at("reviewer").failover.chain.at(tier);
  const auto& provider = config.providers.at(id.provider);
  demo::AgentOptions options;
  options.base_url = provider.base_url;
  options.api_key = provider.api_key.value_or("");
  options.model = id.model;
  options.max_retries = 0;
  return demo::run_agent(options, "hello", [](std::string_view) {});
}

struct Fleet {
  Loop loop{};
  std::unique_ptr<demo::DemoProviders> providers{};
  config::Config config{};

  explicit Fleet(demo::OutageSchedule schedule) {
    const auto ports = loop.on_thread([&] {
      providers = std::make_unique<demo::DemoProviders>(loop.io(), schedule);
      return providers->start();
    });
    REQUIRE(ports);
    config = demo_config(*ports);
  }
  ~Fleet() {
    loop.on_thread([&] { providers.reset(); });
  }
  /// Whether the first tier comes to answer with that exit code.
  bool first_tier_comes_to(int exit_code) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < until)
      if (call_tier(config, 0) == exit_code) return true;
    return false;
  }
};

}  // namespace

TEST_CASE("the demo's configuration is one the daemon takes without a warning") {
  const auto config = demo_config();
  CHECK(config.agent_types.size() == 3);
  std::size_t instances = 0;
  for (const auto& [name, type] : config.agent_types) {
    instances += type.instances.size();
    CHECK(type.failover.enabled);
    CHECK(type.failover.chain.size() >= 2);
    CHECK(type.container.mode == config::Mode::process);
    CHECK(type.agent.command.at(0) == "/opt/un\"der/understudyd");
    CHECK(type.agent.command.at(1) == "agent");
  }
  CHECK(instances == 6);
  CHECK(config.service.state_dir == "/var/lib/demo");
}

TEST_CASE("within a minute the demo can show a cooldown's end and an idle stop") {
  const auto config = demo_config();
  for (const auto* name : {"reviewer", "writer"}) {
    CHECK(config.agent_types.at(name).failover.cooldown.number() <= 30s);
    CHECK(config.agent_types.at(name).container.idle_stop <= 10s);
    CHECK(config.agent_types.at(name).container.lazy);
  }
  const demo::OutageSchedule schedule;
  CHECK(schedule.first_calm + config.agent_types.at("reviewer").failover.cooldown.number().value() < 30s);
}

TEST_CASE("each tier of the demo answers the agent with the key and the model of its configuration") {
  Fleet fleet({1h, 1h, 1h});
  CHECK(call_tier(fleet.config, 0) == 0);
  CHECK(call_tier(fleet.config, 1) == 0);
}

TEST_CASE("the demo's first provider fails by the clock and comes back, and the second still answers") {
  Fleet fleet({1ms, 50ms, 50ms});
  for (int outage = 0; outage < 2; ++outage) {
    CHECK(fleet.first_tier_comes_to(1));
    CHECK(fleet.first_tier_comes_to(0));
  }
  fleet.loop.on_thread([&] { fleet.providers->stop(); });
  CHECK(call_tier(fleet.config, 0) == 1);
}

TEST_CASE("demo providers that are stopped leave nothing to wait for") {
  asio::io_context io;
  demo::DemoProviders providers(io, {1h, 1h, 1h});
  REQUIRE(providers.start());
  io.poll();
  providers.stop();
  io.run();  // returns
  SUCCEED();
}

TEST_CASE("demo traffic reaches every agent type and ends at its bound") {
  asio::io_context io;
  std::vector<std::pair<std::string, std::string>> tasks;
  asio::co_spawn(
      io,
      demo::demo_traffic(
          [&](std::string type, std::string input) { tasks.emplace_back(std::move(type), std::move(input)); },
          {0ms, 25}),
      [](std::exception_ptr thrown) { CHECK_FALSE(thrown); });
  io.run();
  CHECK(tasks.size() == 25);
  std::set<std::string> types, inputs;
  for (const auto& [type, input] : tasks) {
    types.insert(type);
    inputs.insert(input);
  }
  CHECK(types == std::set<std::string>{"reviewer", "triage", "writer"});
  CHECK(inputs.size() == 25);
  const auto config = demo_config();
  for (const auto& type : types) CHECK(config.agent_types.contains(type));
}

TEST_CASE("demo traffic ends when it is cancelled") {
  asio::io_context io;
  std::size_t tasks = 0;
  bool ended = false;
  asio::cancellation_signal stop;
  asio::co_spawn(io, demo::demo_traffic([&](std::string, std::string) { ++tasks; }, {1h, 100}),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { ended = true; }));
  io.poll();
  CHECK(tasks == 1);
  stop.emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(ended);
}
