#include "demo/providers.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "demo/fleet.hpp"
#include "scripted_provider/plan.hpp"
#include "scripted_provider/provider.hpp"

namespace understudy::daemon::demo {

namespace {

namespace asio = boost::asio;
using scripted::Script;

struct Cause {
  int status;
  http::Pairs headers;
  std::string_view message;
};

}  // namespace

Script healthy_script(std::size_t tier) {
  Script script;
  script.models = {std::string(tier_names[tier].model)};
  script.api_key = std::string(tier_names[tier].api_key);
  script.answer = fmt::format("Done by {{model}} of {}.", tier_names[tier].provider);
  script.usage = {{"input_tokens", 900}, {"output_tokens", 350}};
  if (tier == 2)  // a small machine under the desk: never down, never quick
    script.steps = {scripted::Step{scripted::SlowFirstByte{std::chrono::milliseconds{800}}, std::nullopt}};
  return script;
}

Script outage_script(std::size_t number) {
  static const std::array causes{
      Cause{401, {}, "invalid x-api-key"},
      Cause{529, {}, "Overloaded"},
      Cause{429,
            {{"retry-after", "20"}},
            "This request would exceed your account's rate limit. Please try again later."},
      Cause{400, {}, "Your credit balance is too low to access the Anthropic API."},
  };
  const auto& [status, headers, message] = causes[number % causes.size()];
  auto script = healthy_script(0);
  script.steps = {scripted::Step{
      scripted::SendStatus{status, headers, scripted::error_body(status, message), true}, std::nullopt}};
  return script;
}

Script stumble_script() {
  auto script = healthy_script(1);
  script.steps = {scripted::Step{scripted::MidStreamError{4, scripted::error_body(529, "Overloaded")}, 2}};
  return script;
}

struct DemoProviders::State {
  State(asio::io_context& io, OutageSchedule outages)
      : schedule(outages),
        timer(io),
        providers{std::make_unique<scripted::Provider>(io, healthy_script(0)),
                  std::make_unique<scripted::Provider>(io, healthy_script(1)),
                  std::make_unique<scripted::Provider>(io, healthy_script(2))} {}

  OutageSchedule schedule;
  asio::steady_timer timer;
  std::array<std::unique_ptr<scripted::Provider>, 3> providers;
  bool stopped{false};
};

namespace {

/// False: stopped.
asio::awaitable<bool> pause(DemoProviders::State& state, std::chrono::milliseconds time) {
  state.timer.expires_after(time);
  auto waiting = state.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await std::move(waiting);
  co_return !state.stopped;
}

asio::awaitable<void> run_schedule(std::shared_ptr<DemoProviders::State> state) {
  auto calm = state->schedule.first_calm;
  for (std::size_t outage = 0;; ++outage) {
    const bool begins = co_await pause(*state, calm);
    if (!begins) co_return;
    state->providers[0]->set_script(outage_script(outage));
    if (outage % 2 == 1) state->providers[1]->set_script(stumble_script());
    const bool ends = co_await pause(*state, state->schedule.outage);
    if (!ends) co_return;
    state->providers[0]->set_script(healthy_script(0));
    calm = state->schedule.calm;
  }
}

}  // namespace

DemoProviders::DemoProviders(asio::io_context& io, OutageSchedule schedule)
    : state_(std::make_shared<State>(io, schedule)) {}

DemoProviders::~DemoProviders() {
  stop();
}

std::expected<Ports, std::string> DemoProviders::start() {
  Ports ports{};
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const auto port = state_->providers[i]->listen("127.0.0.1", 0);
    if (!port) return std::unexpected(port.error());
    ports[i] = *port;
  }
  asio::co_spawn(state_->timer.get_executor(), run_schedule(state_), asio::detached);
  return ports;
}

void DemoProviders::stop() {
  state_->stopped = true;
  state_->timer.cancel();
  for (auto& provider : state_->providers) provider->stop();
}

}  // namespace understudy::daemon::demo
