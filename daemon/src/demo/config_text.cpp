#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "demo/fleet.hpp"
#include "demo/providers.hpp"

namespace understudy::daemon::demo {

namespace {

namespace json = boost::json;

json::array chain(std::size_t tiers) {
  json::array result;
  for (std::size_t i = 0; i < tiers; ++i)
    result.push_back(json::object{{"provider", tier_names[i].provider}, {"model", tier_names[i].model}});
  return result;
}

/// Minutes are cut to seconds, so that a visitor need not wait for a cooldown.
json::object failover(double cooldown_min) {
  return {{"cooldown_min", cooldown_min}, {"on_exhausted", "pause"}, {"server_error_threshold", 2}};
}

json::object container(bool lazy) {
  json::object result{{"mode", "process"}, {"lazy", lazy}};
  if (lazy) result["idle_stop_min"] = 0.1;
  return result;
}

json::object agent(std::string_view understudyd, std::string_view seconds) {
  return {{"adapter", "claude-code"},
          {"command", json::array{understudyd, "agent", "--seconds", seconds}},
          {"timeout_s", 60}};
}

}  // namespace

std::string demo_config_json(const Ports& ports, std::string_view understudyd, std::string_view state_dir) {
  json::object providers;
  for (std::size_t i = 0; i < ports.size(); ++i)
    providers[tier_names[i].provider] = json::object{
        {"base_url", fmt::format("http://127.0.0.1:{}", ports[i])}, {"api_key", tier_names[i].api_key}};
  json::object types;
  types["reviewer"] = json::object{{"provider_chain", chain(3)},
                                   {"failover", failover(0.25)},
                                   {"container", container(true)},
                                   {"agent", agent(understudyd, "2")},
                                   {"instances", json::array{"default", "b", "c"}}};
  types["writer"] =
      json::object{{"provider_chain", chain(2)},          {"failover", failover(0.5)},
                   {"usage_threshold_tokens", 1'000'000}, {"container", container(true)},
                   {"agent", agent(understudyd, "3")},    {"instances", json::array{"default", "b"}}};
  types["triage"] = json::object{{"provider_chain", chain(2)},
                                 {"failover", failover(0.25)},
                                 {"container", container(false)},
                                 {"agent", agent(understudyd, "0.5")}};
  return json::serialize(json::object{
      {"service", json::object{{"state_dir", state_dir}, {"usage_window", "1h"}, {"shutdown", "stop_all"}}},
      {"providers", std::move(providers)},
      {"agent_types", std::move(types)}});
}

}  // namespace understudy::daemon::demo
