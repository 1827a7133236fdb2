// The meaning of a configuration, and that all its errors are reported at once.
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "config_fixture.hpp"

using namespace config_world;
using namespace std::chrono_literals;
namespace failover = understudy::failover;
namespace container = understudy::container;

namespace {

const config::AgentType& reviewer(const config::Config& config) {
  return config.agent_types.at("reviewer");
}
const std::string type = "/agent_types/reviewer";

}  // namespace

TEST_CASE("a configuration with ten mistakes lists all ten with their paths", "[config]") {
  const auto found = errors(std::string_view(R"({
    "service": {"listen": "nowhere", "usage_window": "2h"},
    "providers": {"anthropic": {"base_url": "api.anthropic.com"}},
    "agent_types": {
      "reviewer": {
        "provider_chain": [{"provider": "anthropik", "model": "opus"}, {"provider": "anthropic", "model": ""}],
        "failover": {"cooldown_min": -1, "trigers": []},
        "usage_threshold_tokens": -5,
        "container": {"mode": "docker"},
        "agent": {"adapter": "command", "command": ["true"]},
        "instances": ["a", "a"]
      }
    }
  })"));
  CHECK(found == Lines{"/service/listen: 'nowhere' is not ADDRESS:PORT, as in 127.0.0.1:8787",
                       "/service/usage_window: must be one of 1h, 5h, 24h, 7d, 30d, all, got \"2h\"",
                       "/providers/anthropic/base_url: must begin with http:// or https://",
                       "/agent_types/reviewer/provider_chain/0/provider: there is no provider 'anthropik'",
                       "/agent_types/reviewer/provider_chain/1/model: must not be empty",
                       "/agent_types/reviewer/failover/cooldown_min: must be a number of at least 0, got -1",
                       "/agent_types/reviewer/failover/trigers: unknown key; did you mean 'triggers'?",
                       "/agent_types/reviewer/usage_threshold_tokens: must be a positive integer, got -5",
                       "/agent_types/reviewer/container/image: is required in docker mode",
                       "/agent_types/reviewer/instances/1: 'a' occurs twice"});
}

TEST_CASE("a configuration is there exactly when there are no errors", "[config]") {
  CHECK(config::parse_config(minimal()).config);
  CHECK_FALSE(config::parse_config(with("/nonsense", "1")).config);
  CHECK(config::parse_config(std::string_view("{}")).config);
}

TEST_CASE("missing keys have the documented defaults", "[config]") {
  const auto config = accepted(minimal());
  CHECK(config.service.listen_host == "127.0.0.1");
  CHECK(config.service.listen_port == 8787);
  CHECK(config.service.usage_window == config::UsageWindow::five_hours);
  CHECK_FALSE(config.service.reads_need_token);
  CHECK_FALSE(config.service.store_needs_token);
  CHECK(config.service.events_days == 30);
  CHECK(config.service.rollouts_days == 90);
  CHECK(config.service.shutdown_policy == container::ShutdownPolicy::stop_idle);
  const auto& type_of_agent = reviewer(config);
  CHECK(type_of_agent.instances == std::vector<std::string>{"default"});
  CHECK_FALSE(type_of_agent.usage_threshold_tokens);
  CHECK(type_of_agent.agent.timeout == 1h);
  const auto& box = type_of_agent.container;
  CHECK(box.mode == config::Mode::process);
  CHECK(box.lazy);
  CHECK(box.idle_stop == 10min);
  CHECK(box.start_timeout == 60s);
  CHECK(box.stop_grace == 10s);
  CHECK(box.drain_deadline == 30min);
  CHECK(box.drain_policy == container::DrainPolicy::wait);
  CHECK_FALSE(box.min_up);
  CHECK(box.network == "bridge");
}

TEST_CASE("without a failover block an agent never moves; an empty block brings the defaults", "[config]") {
  CHECK_FALSE(reviewer(accepted(minimal())).failover.can_move());
  CHECK_FALSE(reviewer(accepted(with(type + "/failover", "null"))).failover.can_move());
  const auto policy = reviewer(accepted(with(type + "/failover", "{}"))).failover;
  CHECK(policy.can_move());
  CHECK_FALSE(policy.cooldown.number());
  CHECK(policy.on_exhausted == failover::OnExhausted::pause);
  CHECK(policy.resume_when_possible);
  CHECK(policy.server_error_threshold == 3);
  for (const auto kind : {failover::Kind::auth_error, failover::Kind::quota, failover::Kind::rate_limit,
                          failover::Kind::server_error, failover::Kind::token_budget})
    CHECK(policy.triggers.contains(kind));
}

TEST_CASE("an agent without an agent block is the Claude Code CLI", "[config]") {
  auto document = minimal();
  document.at("agent_types").at("reviewer").as_object().erase("agent");
  const auto agent = reviewer(accepted(document)).agent;
  CHECK(agent.adapter == "claude-code");
  CHECK(agent.command == std::vector<std::string>{"claude", "-p", "--output-format", "stream-json",
                                                  "--verbose", "--include-partial-messages"});
}

TEST_CASE("an external agent needs no command, any other needs a program", "[config]") {
  CHECK(errors(with(type + "/agent", R"({"adapter": "external"})")).empty());
  CHECK(errors(with(type + "/agent", R"({"adapter": "claude-code"})")).empty());
  for (const auto* agent : {R"({"adapter": "command"})", R"({"command": []})", R"({"command": [""]})"})
    CHECK(errors(with(type + "/agent", agent)) == Lines{type + "/agent/command: must name a program"});
}

TEST_CASE("the complete example of the documentation is accepted without a warning", "[config]") {
  std::ifstream in(std::string(UNDERSTUDY_TEST_DATA) + "/../../docs/example.json");
  std::ostringstream text;
  text << in.rdbuf();
  const auto parsed = config::parse_config(text.str());
  CHECK(lines(parsed.errors).empty());
  CHECK(lines(parsed.warnings).empty());
  REQUIRE(parsed.config);
  CHECK(parsed.config->agent_types.size() >= 2);
}

TEST_CASE("an unknown key is an error at any level, and names the nearest or all known ones", "[config]") {
  CHECK(errors(with("/sevice", "{}")) == Lines{"/sevice: unknown key; did you mean 'service'?"});
  CHECK(errors(with("/service/retention", R"({"event_days": 3})")) ==
        Lines{"/service/retention/event_days: unknown key; did you mean 'events_days'?"});
  CHECK(errors(with("/providers/deepseek/base-url", R"("http://x")")) ==
        Lines{"/providers/deepseek/base-url: unknown key; did you mean 'base_url'?"});
  CHECK(errors(with("/service/runtimes", R"({"kubernetes": {}})")) ==
        Lines{"/service/runtimes/kubernetes: unknown key; known are docker"});
  CHECK(
      errors(with("/classifier_rules", R"([{"name": "n", "contains": "c", "kind": "quota", "a/b~c": 1}])")) ==
      Lines{"/classifier_rules/0/a~1b~0c: unknown key; known are name, contains, kind"});
}

TEST_CASE("an endless unknown key costs no endless search for a near one", "[config]") {
  json::value document = minimal();
  document.as_object()[std::string(4'000'000, 'k')] = 1;
  CHECK(config::parse_config(document).errors.size() == 1);
}

TEST_CASE("a value of the wrong type is named, once", "[config]") {
  const auto [pointer, value, complaint] = GENERATE_COPY(table<std::string, std::string, std::string>({
      {"/service", "[]", "must be an object, got a list"},
      {"/service/listen", "8787", "must be a string, got 8787"},
      {"/service/state_dir", "\"\"", "must not be empty"},
      {"/service/auth", "\"open\"", "must be an object, got \"open\""},
      {"/service/allowed_hosts", "\"ops\"", "must be a list of strings, got \"ops\""},
      {"/service/runtimes", "{\"docker\": \"x\"}", ""},
      {"/service/retention", "3", "must be an object, got 3"},
      {"/service/parallel_starts", "1.5", "must be an integer from 0 to 1000, got 1.5E0"},
      {"/providers", "[]", ""},
      {"/agent_types", "null", "must be an object, got null"},
      {"/classifier_rules", "{}", "must be a list, got an object"},
      {type + "/provider_chain", "\"anthropic\"", "must be a list of 1 to 3 tiers, got \"anthropic\""},
      {type + "/failover", "true", "must be an object, got true"},
      {type + "/failover/triggers", "\"quota\"", ""},
      {type + "/container/lazy", "\"yes\"", ""},
      {type + "/agent", "[\"claude\"]", "must be an object, got a list"},
      {type + "/agent/command", "\"claude -p\"", "must be a list of strings, got \"claude -p\""},
      {type + "/agent/timeout_s", "\"60\"", "must be a number of at least 0, got \"60\""},
      {type + "/instances", "\"default\"", "must be a list of strings, got \"default\""},
  }));
  CAPTURE(pointer, value);
  const auto found = errors(with(pointer, value));
  CHECK_FALSE(found.empty());
  if (!complaint.empty()) CHECK(found == Lines{pointer + ": " + complaint});
}

TEST_CASE("a mistake is reported once, not once more for what follows from it", "[config]") {
  CHECK(errors(with(type + "/container", R"({"mounts": [{"source": 5, "target": ""}]})")) ==
        Lines{type + "/container/mounts/0/source: must be a string, got 5",
              type + "/container/mounts/0/target: must not be empty"});
  CHECK(errors(with(type + "/container", R"({"mounts": [{"source": "/a"}]})")) ==
        Lines{type + "/container/mounts/0/target: is required: an absolute path"});
  CHECK(errors(with("/classifier_rules", R"([{"name": "n", "contains": "c", "kind": 5}])")) ==
        Lines{"/classifier_rules/0/kind: must be a string, got 5"});
  CHECK(errors(with(type + "/container", R"({"readiness": {"kind": "exec", "command": "ls"}})")) ==
        Lines{type + "/container/readiness/command: must be a list of strings, got \"ls\""});
}

TEST_CASE("a secret of the wrong type is not repeated in the error", "[config]") {
  CHECK(errors(with("/providers/deepseek", R"({"auth_token": 123456789})")) ==
        Lines{"/providers/deepseek/auth_token: must be a string, got a number"});
  CHECK(errors(with("/providers/deepseek/env", R"({"TOKEN": 123456789})")) ==
        Lines{"/providers/deepseek/env/TOKEN: must be a string, got a number"});
  CHECK(
      errors(with("/providers/deepseek", R"({"auth_token_env": "sk-pasted-here-by-mistake"})")) ==
      Lines{
          "/providers/deepseek/auth_token_env: is not a variable name: letters, digits and _ only, no digit "
          "first; the key itself belongs in auth_token"});
}

TEST_CASE("operator rules need a name, a text and a known kind", "[config]") {
  const auto config =
      accepted(with("/classifier_rules", R"([{"name": "p", "contains": "gone", "kind": "quota"}])"));
  REQUIRE(config.classifier_rules.size() == 1);
  CHECK(config.classifier_rules[0].kind == failover::Kind::quota);
  CHECK(errors(with("/classifier_rules", R"([{}])")) == Lines{"/classifier_rules/0/name: is required",
                                                              "/classifier_rules/0/contains: is required",
                                                              "/classifier_rules/0/kind: is required"});
  CHECK(errors(with("/classifier_rules", R"([5])")) ==
        Lines{"/classifier_rules/0: must be an object, got 5"});
  const auto found = errors(with("/classifier_rules", R"([{"name": "n", "contains": "c", "kind": "bad"}])"));
  REQUIRE(found.size() == 1);
  CHECK(found.begin()->starts_with("/classifier_rules/0/kind: must be one of success, auth_error, quota"));
}
