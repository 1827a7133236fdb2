// Providers as the API shows them.
#include "api/provider_view.hpp"

#include "daemon/providers_state.hpp"

namespace api = understudy::daemon::api;
using namespace providers_state;

namespace {

std::string view(const Fleet& fleet, const std::string& provider, bool sees_agent_text = true) {
  const api::Reasons reasons{[](std::string_view text) {
                               std::string clean(text);
                               const auto secret = clean.find("sk-1");
                               return secret == clean.npos ? clean : clean.replace(secret, 4, "•••");
                             },
                             sees_agent_text};
  return api::provider_json(fleet.state, provider, api::Reach(fleet.state), {.input = 7, .output = 2}, noon,
                            reasons);
}

}  // namespace

TEST_CASE("a provider shows what the chains reach of it, and who is on it now", "[api][providers]") {
  Fleet fleet;
  fleet.agent("coder-b").tiers.current_tier = 2;
  const auto anthropic = view(fleet, "anthropic");
  CHECK(at(anthropic, "/name") == "anthropic");
  CHECK(at(anthropic, "/dialect") == "anthropic");
  CHECK(at(anthropic, "/vendor").empty());
  CHECK(at(anthropic, "/accounts") == R"([{"id":"ac-1","health":{"state":"closed","scope":"account"}}])");
  CHECK(at(anthropic, "/models/0/model") == "haiku");
  CHECK(at(anthropic, "/models/0/agents") == R"(["writer-a"])");
  CHECK(at(anthropic, "/models/1/model") == "opus");
  CHECK(at(anthropic, "/models/1/agents") == R"(["coder-a"])");
  CHECK(at(anthropic, "/models/1/health") == R"({"state":"closed","scope":"tier"})");
  CHECK(at(anthropic, "/models/1/faults") == "[]");
  CHECK(at(anthropic, "/tokens_window") == R"({"input":7,"output":2})");
  CHECK(at(view(fleet, "login"), "/models/0/agents") == R"(["coder-b"])");
  CHECK(at(view(fleet, "spare"), "/accounts") == "[]");
  CHECK(at(view(fleet, "spare"), "/models") == "[]");
}

TEST_CASE("an account that not all share names whose it is", "[api][providers]") {
  Fleet fleet;
  const auto login = view(fleet, "login");
  CHECK(at(login, "/accounts/0/id") == fleet.account("coder-a", 2));
  CHECK(at(login, "/accounts/0/instances") == R"(["coder-a"])");
  CHECK(at(login, "/accounts/1/instances") == R"(["coder-b"])");
  CHECK(at(view(fleet, "anthropic"), "/accounts/0/instances").empty());
}

TEST_CASE("an account has its own health, a model its own", "[api][providers]") {
  Fleet fleet;
  fleet.out({.account = "ac-1"});
  fleet.out({.account = "ac-1", .scope = Scope::tier, .model = "opus"}, HealthState::ramping);
  const auto anthropic = view(fleet, "anthropic");
  CHECK(at(anthropic, "/accounts/0/health/state") == "open");
  CHECK(at(anthropic, "/accounts/0/health/scope") == "account");
  CHECK(at(anthropic, "/accounts/0/health/kind") == "quota");
  CHECK(at(anthropic, "/models/0/health/state") == "closed");
  CHECK(at(anthropic, "/models/1/health/state") == "ramping");
}

TEST_CASE("of several accounts a model shows the worst", "[api][providers]") {
  Fleet fleet;
  fleet.out({.account = fleet.account("coder-a", 2), .scope = Scope::tier, .model = "sonnet"},
            HealthState::ramping);
  fleet.out({.account = fleet.account("coder-b", 2), .scope = Scope::tier, .model = "sonnet"},
            HealthState::due);
  CHECK(at(view(fleet, "login"), "/models/0/health/state") == "due");
}

TEST_CASE("one agent's trouble shows only where the model is well for the others", "[api][providers]") {
  Fleet fleet;
  fleet.out({.account = "ac-1", .scope = Scope::agent, .model = "opus", .who = "coder-a"});
  CHECK(at(view(fleet, "anthropic"), "/models/1/health/scope") == "agent");
  CHECK(at(view(fleet, "anthropic"), "/models/0/health/state") == "closed");
  fleet.out({.account = "ac-1", .scope = Scope::tier, .model = "opus"}, HealthState::ramping);
  CHECK(at(view(fleet, "anthropic"), "/models/1/health/scope") == "tier");
}

TEST_CASE("what is closed again shows nothing of the past", "[api][providers]") {
  Fleet fleet;
  fleet.out({.account = "ac-1"}, HealthState::closed);
  CHECK(at(view(fleet, "anthropic"), "/accounts/0/health") == R"({"state":"closed","scope":"account"})");
}

TEST_CASE("calls and errors are those of the last hour", "[api][providers]") {
  Fleet fleet;
  fleet.state.calls.count("anthropic", Kind::success, noon - 61min);
  fleet.state.calls.count("anthropic", Kind::success, noon);
  fleet.state.calls.count("anthropic", Kind::quota, noon);
  const auto anthropic = view(fleet, "anthropic");
  CHECK(at(anthropic, "/calls_1h") == "2");
  CHECK(at(anthropic, "/errors_1h") == R"({"quota":1})");
  CHECK(at(view(fleet, "login"), "/calls_1h") == "0");
}

TEST_CASE("a tier that refuses several tasks has a fault", "[api][providers]") {
  Fleet fleet;
  const failover::Verdict refused{.kind = Kind::invalid_request, .evidence = "unknown beta flag sk-1"};
  for (const auto* task : {"ro-1", "ro-2", "ro-3"})
    fleet.state.faults.refused({"anthropic", "opus"}, refused, task, noon);
  const auto anthropic = view(fleet, "anthropic");
  CHECK(at(anthropic, "/models/1/faults/0/tasks") == "3");
  CHECK_THAT(at(anthropic, "/models/1/faults/0/reason"), Catch::Contains("unknown beta flag •••"));
  CHECK(at(anthropic, "/models/0/faults") == "[]");
  CHECK(at(view(fleet, "anthropic", false), "/models/1/faults/0/reason") == "invalid_request");
}

TEST_CASE("what a provider wrote is for those who may read it; the others get the kind", "[api][providers]") {
  Fleet fleet;
  fleet.out({.account = "ac-1"}).reason = "429 the provider's words of sk-1";
  CHECK(at(view(fleet, "anthropic"), "/accounts/0/health/reason") == "429 the provider's words of •••");
  CHECK(at(view(fleet, "anthropic", false), "/accounts/0/health/reason") == "quota");
}
