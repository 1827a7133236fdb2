// How long a fault counts, how long is waited, and what is shared: the keys of the second edition of the
// tiers.
#include <boost/json.hpp>

#include "config_fixture.hpp"

using namespace config_world;
using namespace std::chrono_literals;
using understudy::failover::Kind;
using understudy::failover::ReturnPolicy;

namespace {

const std::string type = "/agent_types/reviewer";

json::value failover(const std::string& members) {
  return with(type + "/failover", "{" + members + "}");
}
understudy::failover::Policy policy(const std::string& members) {
  return accepted(failover(members)).agent_types.at("reviewer").failover;
}
config::Config with_agent(const std::string& members) {
  return accepted(with(type + "/agent", R"({"adapter": "command", "command": ["true"])" + members + "}"));
}

}  // namespace

TEST_CASE("a cooldown that is a number stands for every kind", "[config][patience]") {
  const auto cooldown = policy(R"("cooldown_min": 0.05)").cooldown;
  CHECK(cooldown.number() == 3s);
  for (const auto kind : understudy::failover::all_kinds) CHECK(cooldown.of(kind) == 3s);
  CHECK(policy(R"("cooldown_min": 0)").cooldown.number() == 0s);
}

TEST_CASE("a cooldown by kind stands for what it names, its default for the others", "[config][patience]") {
  const auto cooldown = policy(R"("cooldown_min": {"default": 30, "rate_limit": 0.5, "quota": 0})").cooldown;
  CHECK(cooldown.of(Kind::rate_limit) == 30s);
  CHECK(cooldown.of(Kind::quota) == 0s);
  CHECK(cooldown.of(Kind::auth_error) == 30min);
  CHECK(cooldown.number() == 30min);
}

TEST_CASE("a kind that nobody named has no number, so that the table counts", "[config][patience]") {
  const auto cooldown = policy(R"("cooldown_min": {"rate_limit": 2})").cooldown;
  CHECK(cooldown.of(Kind::rate_limit) == 2min);
  CHECK_FALSE(cooldown.of(Kind::quota));
  CHECK_FALSE(cooldown.number());
  for (const auto* nothing : {"", R"("cooldown_min": {})"}) {
    CHECK_FALSE(policy(nothing).cooldown.number());
    CHECK_FALSE(policy(nothing).cooldown.of(Kind::auth_error));
  }
}

TEST_CASE("every kind of provider's fault has a cooldown, no other kind", "[config][patience]") {
  for (const auto kind : understudy::failover::all_kinds) {
    const std::string name(understudy::failover::to_string(kind));
    CAPTURE(name);
    const auto found = errors(failover("\"cooldown_min\": {\"" + name + "\": 1}"));
    if (understudy::failover::is_provider_fault(kind))
      CHECK(found.empty());
    else
      CHECK(found ==
            Lines{type + "/failover/cooldown_min/" + name +
                  ": unknown key; known are default, auth_error, quota, rate_limit, model_not_found, "
                  "server_error, network, timeout, token_budget"});
  }
}

TEST_CASE("a cooldown of the wrong type or range is named by its path, all at once", "[config][patience]") {
  const auto at = type + "/failover/cooldown_min";
  CHECK(errors(failover(R"("cooldown_min": -1)")) == Lines{at + ": must be a number of at least 0, got -1"});
  CHECK(errors(failover(R"("cooldown_min": [60])")) ==
        Lines{at + ": must be a number of at least 0, got a list"});
  CHECK(errors(failover(R"("cooldown_min": null)")).size() == 1);
  CHECK(errors(failover(R"("cooldown_min": {"default": -1, "quota": "60", "timeout": null, "network": 1e9,
                                            "rate_limits": 5, "auth_error": 1})")) ==
        Lines{at + "/default: must be a number of at least 0, got -1",
              at + "/quota: must be a number of at least 0, got \"60\"",
              at + "/timeout: must be a number of at least 0, got null",
              at + "/network: must be a number up to 52560000, a hundred years, got 1E9",
              at + "/rate_limits: unknown key; did you mean 'rate_limit'?"});
}

TEST_CASE("an agent returns when its tier is due unless the configuration wants a success first",
          "[config][patience]") {
  CHECK(policy("").return_policy == ReturnPolicy::when_due);
  CHECK(policy(R"("return": "when_due")").return_policy == ReturnPolicy::when_due);
  CHECK(policy(R"("return": "after_success")").return_policy == ReturnPolicy::after_success);
  for (const auto* bad : {"\"never\"", "null", "true", "5"}) {
    const auto found = errors(failover("\"return\": " + std::string(bad)));
    REQUIRE(found.size() == 1);
    CHECK(
        found.begin()->starts_with(type + "/failover/return: must be one of when_due, after_success, got "));
  }
}

TEST_CASE("short waits are taken in place for 30 seconds, also by a type without a failover block",
          "[config][patience]") {
  CHECK(policy("").wait_in_place == 30s);
  CHECK(accepted(minimal()).agent_types.at("reviewer").failover.wait_in_place == 30s);
  CHECK(policy(R"("wait_in_place_s": 0.5)").wait_in_place == 500ms);
  CHECK(policy(R"("wait_in_place_s": 0)").wait_in_place == 0s);
  for (const auto* bad : {"-1", "\"30\"", "null", "1e12"})
    CHECK(errors(failover("\"wait_in_place_s\": " + std::string(bad))).size() == 1);
}

TEST_CASE("a task is never given up unless the configuration says after how long", "[config][patience]") {
  CHECK_FALSE(policy("").give_up_after);
  CHECK(policy(R"("give_up_after_min": 0.5)").give_up_after == 30s);
  CHECK(policy(R"("give_up_after_min": 1440)").give_up_after == 24h);
  CHECK(errors(failover(R"("give_up_after_min": 0)")) ==
        Lines{type + "/failover/give_up_after_min: must be a positive number, got 0"});
  for (const auto* bad : {"-1", "\"30\"", "null", "1e12"})
    CHECK(errors(failover("\"give_up_after_min\": " + std::string(bad))).size() == 1);
}

TEST_CASE("an agent may be silent for ten minutes, or as its provider says", "[config][patience]") {
  const auto silence = [](const config::Config& config) {
    return config.agent_types.at("reviewer").agent.silence;
  };
  CHECK(silence(with_agent("")) == 10min);
  CHECK(silence(with_agent(R"(, "silence_s": 1.5)")) == 1500ms);
  CHECK(silence(with_agent(R"(, "silence_s": 0)")) == 0s);
  const auto provider = [](const char* value) {
    return accepted(with("/providers/deepseek/silence_s", value)).providers.at("deepseek").silence;
  };
  CHECK_FALSE(accepted(minimal()).providers.at("deepseek").silence);
  CHECK(provider("90") == 90s);
  CHECK(provider("0") == 0s);
  for (const auto* bad : {"-1", "\"600\"", "null", "1e12"}) {
    CHECK(errors(with(type + "/agent/silence_s", bad)).size() == 1);
    CHECK(errors(with("/providers/deepseek/silence_s", bad)).size() == 1);
  }
}

TEST_CASE("what one instance learned counts for all unless switched off", "[config][patience]") {
  CHECK(accepted(minimal()).service.share_health);
  CHECK(accepted(with("/service/share_health", "true")).service.share_health);
  CHECK_FALSE(accepted(with("/service/share_health", "false")).service.share_health);
  CHECK(errors(with("/service/share_health", "\"no\"")) ==
        Lines{"/service/share_health: must be true or false, got \"no\""});
}
