// Numbers, durations, names, chains, addresses and environment variables.
#include <boost/json.hpp>
#include <limits>

#include "config_fixture.hpp"

using namespace config_world;
using namespace std::chrono_literals;

namespace {

const std::string type = "/agent_types/reviewer";
const config::AgentType& reviewer(const config::Config& config) {
  return config.agent_types.at("reviewer");
}

json::value in_container(const std::string& members) {
  return with(type + "/container", "{" + members + "}");
}

json::value chain_of(int tiers) {
  json::array chain;
  for (int i = 0; i < tiers; ++i)
    chain.push_back({{"provider", "anthropic"}, {"model", "m" + std::to_string(i)}});
  return with(minimal(), type + "/provider_chain", chain);
}

}  // namespace

TEST_CASE("durations take decimals of their unit and keep at least a millisecond", "[config]") {
  const auto box = reviewer(accepted(in_container(
      R"("idle_stop_min": 0.05, "start_timeout_s": 2.5, "stop_grace_s": 0, "min_up_s": 1e-9, "drain_deadline_min": 1)")));
  CHECK(box.container.idle_stop == 3s);
  CHECK(box.container.start_timeout == 2500ms);
  CHECK(box.container.stop_grace == 0ms);
  CHECK(box.container.min_up == 1ms);
  CHECK(box.container.drain_deadline == 1min);
}

TEST_CASE("the output limit of a run is in MiB, with decimals, and 0 means none", "[config]") {
  const auto agent = [](const std::string& members) { return with(type + "/agent", "{" + members + "}"); };
  CHECK(reviewer(accepted(agent(""))).agent.max_output_bytes == 256 << 20);
  CHECK(reviewer(accepted(agent(R"("max_output_mb": 0.5)"))).agent.max_output_bytes == 512 << 10);
  CHECK(reviewer(accepted(agent(R"("max_output_mb": 0)"))).agent.max_output_bytes == 0);
  for (const auto* bad : {"-1", "1e-9", "\"5\"", "null"})
    CHECK(errors(agent(std::string(R"("max_output_mb": )") + bad)).size() == 1);
}

TEST_CASE("a duration that is negative, beyond a hundred years or no number is refused", "[config]") {
  const auto value = GENERATE("-0.001", "-1", "52560001", "1e300", "1e999", "18446744073709551615", "null",
                              "\"5\"", "true", "[]");
  CAPTURE(value);
  const auto found = errors(in_container("\"idle_stop_min\": " + std::string(value)));
  REQUIRE(found.size() == 1);
  CHECK(found.begin()->starts_with(type + "/container/idle_stop_min: must be a number "));
  CHECK(errors(in_container(R"("idle_stop_min": 52560000)")).empty());
}

TEST_CASE("a start timeout of 0 is refused, an idle window of 0 means never", "[config]") {
  CHECK(errors(in_container(R"("start_timeout_s": 0)")) ==
        Lines{type + "/container/start_timeout_s: must be a positive number, got 0"});
  CHECK(reviewer(accepted(in_container(R"("idle_stop_min": 0)"))).container.idle_stop == 0ms);
}

TEST_CASE("NaN and infinity are not JSON", "[config]") {
  const auto value = GENERATE("NaN", "Infinity", "-Infinity", "0x10", "+1", "1.", ".5", "01");
  CAPTURE(value);
  const auto found =
      errors(std::string_view("{\"service\": {\"parallel_starts\": " + std::string(value) + "}}"));
  REQUIRE(found.size() == 1);
  CHECK(found.begin()->starts_with(": is not valid JSON at line 1, column "));
}

TEST_CASE("a token threshold is a positive integer, as JSON understands integers", "[config]") {
  const auto threshold = [](const char* text) {
    return reviewer(accepted(with(type + "/usage_threshold_tokens", text))).usage_threshold_tokens;
  };
  CHECK(threshold("2000000") == 2000000);
  CHECK(threshold("2e6") == 2000000);
  CHECK(threshold("5.0") == 5);
  CHECK(threshold("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK_FALSE(threshold("null"));
  for (const auto* text :
       {"0", "-5", "1.5", "9223372036854775808", "1e19", "1e999", "\"5\"", "true", "[5]"}) {
    CAPTURE(text);
    const auto found = errors(with(type + "/usage_threshold_tokens", text));
    REQUIRE(found.size() == 1);
    CHECK(found.begin()->starts_with(type + "/usage_threshold_tokens: must be a positive integer, got "));
  }
}

TEST_CASE("a chain has one to three tiers", "[config]") {
  for (const int tiers : {1, 2, 3}) CHECK(errors(chain_of(tiers)).empty());
  for (const int tiers : {0, 4})
    CHECK(errors(chain_of(tiers)) ==
          Lines{type + "/provider_chain: must have 1 to 3 tiers, got " + std::to_string(tiers)});
  CHECK(errors(with(type, "{}")) == Lines{type + "/provider_chain: is required: a list of 1 to 3 tiers"});
}

TEST_CASE("provider and model on the type are a chain of one", "[config]") {
  const auto chain =
      reviewer(accepted(with(type, R"({"provider": "anthropic", "model": "opus"})"))).failover.chain;
  REQUIRE(chain.size() == 1);
  CHECK(chain[0] == understudy::failover::TierId{"anthropic", "opus"});
  CHECK(errors(with(type, R"({"provider": "nobody", "model": "opus"})")) ==
        Lines{type + "/provider: there is no provider 'nobody'"});
  CHECK(errors(with(type, R"({"provider": "anthropic"})")) == Lines{type + "/model: is required"});
  CHECK(errors(with(type, R"({"provider": "anthropic", "model": "a\nB=c"})")) ==
        Lines{type + "/model: must not contain a newline"});
  CHECK(errors(with(type + "/model", R"("opus")")) ==
        Lines{type + "/provider_chain: give either provider_chain or provider and model, not both"});
}

TEST_CASE("a tier names a known provider and a model", "[config]") {
  const auto chain = [](const char* tiers) { return errors(with(type + "/provider_chain", tiers)); };
  const auto tier = type + "/provider_chain/0";
  CHECK(chain(R"([{"provider": "antropic", "model": "m"}])") ==
        Lines{tier + "/provider: there is no provider 'antropic'"});
  CHECK(chain(R"([{"provider": "anthropic", "model": ""}])") == Lines{tier + "/model: must not be empty"});
  CHECK(chain(R"([{"provider": "anthropic"}])") == Lines{tier + "/model: is required"});
  CHECK(chain(R"(["anthropic"])") == Lines{tier + ": must be an object, got \"anthropic\""});
  CHECK(chain(R"([{"provider": "anthropic", "model": "m\u0000"}])") ==
        Lines{tier + "/model: must not contain NUL"});
}

TEST_CASE("the same tier twice is an error, the same provider twice a warning", "[config]") {
  const auto twice = with(type + "/provider_chain", R"([{"provider": "anthropic", "model": "m"},
                                                        {"provider": "anthropic", "model": "m"}])");
  CHECK(errors(twice) == Lines{type + "/provider_chain/1: anthropic/m is in the chain twice"});
  CHECK(errors(chain_of(2)).empty());
  CHECK(
      warnings(chain_of(2)) ==
      Lines{
          type +
          "/provider_chain/1: provider 'anthropic' is in the chain twice: when it is down, both tiers are"});
  const auto broken =
      with(type + "/provider_chain", R"([{"provider": 1, "model": "a"}, {"provider": 2, "model": "b"}])");
  CHECK(warnings(broken).empty());
}

TEST_CASE("a chain of one loses the token budget trigger, with a warning, and keeps the threshold",
          "[config]") {
  const Lines warned{type +
                     "/failover/triggers: token_budget has no effect on a chain of one and is left out; the "
                     "threshold is kept"};
  auto document =
      with(chain_of(1), type + "/failover", json::parse(R"({"triggers": ["quota", "token_budget"]})"));
  CHECK(warnings(document) == warned);
  document = with(with(chain_of(1), type + "/failover", json::object{}), type + "/usage_threshold_tokens", 5);
  CHECK(warnings(document) == warned);
  const auto agent = reviewer(accepted(document));
  CHECK_FALSE(agent.failover.triggers.contains(understudy::failover::Kind::token_budget));
  CHECK(agent.usage_threshold_tokens == 5);
  CHECK(warnings(with(chain_of(1), type + "/failover", json::object{})).empty());
}

TEST_CASE("host mode warns when tier 1 is not the operator's own provider", "[config]") {
  CHECK(warnings(in_container(R"("mode": "host")")).empty());
  auto document = with(minimal(), type + "/container", json::parse(R"({"mode": "host"})"));
  document = with(document, type + "/provider_chain/0/provider", "deepseek");
  document = with(document, type + "/provider_chain/1/provider", "anthropic");
  const auto found = warnings(document);
  REQUIRE(found.size() == 1);
  CHECK(found.begin()->starts_with(type +
                                   "/container/mode: in host mode tier 1 runs with your own environment"));
}

TEST_CASE("swarm is refused with a sentence until it is built", "[config]") {
  CHECK(errors(in_container(R"("mode": "swarm")")) ==
        Lines{type + "/container/mode: swarm is not built yet; use docker on this machine"});
  CHECK(errors(in_container(R"("mode": "vm")")) ==
        Lines{type + "/container/mode: must be one of host, process, docker, got \"vm\""});
}

TEST_CASE("names of types and instances are safe in paths, labels and URLs", "[config]") {
  const auto long_name = std::string(32, 'x');
  for (const auto& name : {std::string("a"), std::string("7"), std::string("a-b"), long_name})
    CHECK(errors(with(minimal(), type + "/instances", json::array{json::string(name)})).empty());
  for (const auto& name : {std::string(""), std::string("-a"), std::string("a-"), std::string("A"),
                           std::string("a_b"), std::string("a/b"), std::string(".."), std::string("a b"),
                           std::string("ä"), std::string("a\n"), long_name + "x"}) {
    CAPTURE(name);
    CHECK(
        errors(with(minimal(), type + "/instances", json::array{json::string(name)})) ==
        Lines{type + "/instances/0: must be 1 to 32 of a-z, 0-9 and -, neither beginning nor ending with -"});
    auto document = minimal();
    auto& types = document.at("agent_types").as_object();
    types[name] = types.at("reviewer");
    CHECK(config::parse_config(document).errors.size() == 1);
  }
}

TEST_CASE("a provider's name is safe in a path and a line", "[config]") {
  const auto named = [](const std::string& name) {
    auto document = minimal();
    document.at("providers").as_object()[name] = json::object{};
    return errors(document);
  };
  for (const auto* name : {"z.ai", "Open_Router-2", "7"}) CHECK(named(name).empty());
  CHECK(named("../up") ==
        Lines{"/providers/..~1up: the name must be 1 to 64 letters, digits, '.', '_' and '-', "
              "beginning with a letter or digit"});
  for (const auto& name : {std::string(""), std::string("a b"), std::string("a\nB=c"), std::string(65, 'a')})
    CHECK(named(name).size() == 1);
}

TEST_CASE("instance names are unique, also joined with their type", "[config]") {
  CHECK(errors(with(type + "/instances", R"(["a", 5, "a", "B"])")) ==
        Lines{type + "/instances/1: must be a string, got 5", type + "/instances/2: 'a' occurs twice",
              type + "/instances/3: must be 1 to 32 of a-z, 0-9 and -, neither beginning nor ending with -"});
  auto document = with(type + "/instances", R"(["a-b"])");
  auto other = document.at("agent_types").at("reviewer");
  other.as_object()["instances"] = json::array{"b"};
  document.at("agent_types").as_object()["reviewer-a"] = other;
  CHECK(errors(document) ==
        Lines{"/agent_types/reviewer-a/instances: 'reviewer-a-b' is already an instance of type 'reviewer'"});
}

TEST_CASE("a provider has one key, and its address is an address", "[config]") {
  const auto provider = [](const char* text) { return errors(with("/providers/deepseek", text)); };
  const std::string at = "/providers/deepseek";
  CHECK(provider(R"({"api_key": "a", "auth_token_env": "B"})") ==
        Lines{at + ": give only one of api_key, api_key_env, api_key_file, auth_token, auth_token_env, "
                   "auth_token_file"});
  CHECK(provider(R"({"api_key": "a\nB=c"})") == Lines{at + "/api_key: must not contain a newline"});
  CHECK(provider(R"({"base_url": "http://127.0.0.1:11434/", "api_key_env": "KEY_2"})").empty());
  CHECK(provider(R"({"base_url": "http://[::1]:80/a/b"})").empty());
  CHECK(provider(R"({"base_url": "http://user:word@proxy"})") ==
        Lines{at + "/base_url: must not hold a user name or password"});
  for (const auto* url : {"http://", "http:///v1", "https://a b", "https://a\\nB=c", "http://a:99999",
                          "http://a/?k=v", "http://a/#f"}) {
    CAPTURE(url);
    CHECK(provider((R"({"base_url": ")" + std::string(url) + "\"}").c_str()) ==
          Lines{at + "/base_url: is not an address, as in https://api.example.com/anthropic"});
  }
}

TEST_CASE("environment variables have names that a shell knows and values of one line", "[config]") {
  const auto env = [](const char* text) { return errors(with(type + "/agent/env", text)); };
  const auto at = type + "/agent/env/";
  CHECK(env(R"({"A_1": "x = \"y\" # z", "_b": "", "c": "ä"})").empty());
  CHECK(env(R"({"1A": "x", "a-b": "x", "": "x", "a/b": "x", "ok": 5, "two": "a\nb", "nul": "a\u0000b"})") ==
        Lines{at + "1A: is not a variable name: letters, digits and _ only, no digit first",
              at + "a-b: is not a variable name: letters, digits and _ only, no digit first",
              at + ": is not a variable name: letters, digits and _ only, no digit first",
              at + "a~1b: is not a variable name: letters, digits and _ only, no digit first",
              at + "ok: must be a string, got a number", at + "two: must not contain a newline",
              at + "nul: must not contain NUL"});
}

TEST_CASE("variables that the daemon sets cannot be set, or say that they have no effect", "[config]") {
  CHECK(errors(with(type + "/agent/env", R"({"UNDERSTUDY_TIER": "1"})")) ==
        Lines{type + "/agent/env/UNDERSTUDY_TIER: is reserved: the daemon sets it for each task"});
  CHECK(warnings(with(type + "/agent/env", R"({"ANTHROPIC_MODEL": "x", "HOME": "/h"})")) ==
        Lines{type +
              "/agent/env/ANTHROPIC_MODEL: belongs to the tier and has no effect here; a provider's env may "
              "set it"});
  CHECK(warnings(
            with("/providers/deepseek/env", R"({"CLAUDE_CODE_MAX_RETRIES": "9", "ANTHROPIC_MODEL": "x"})")) ==
        Lines{"/providers/deepseek/env/CLAUDE_CODE_MAX_RETRIES: is the daemon's own and has no effect here"});
}

TEST_CASE("addresses, origins and hosts are checked where they are written", "[config]") {
  const auto service = [](const char* text) { return errors(with("/service", text)); };
  CHECK(accepted(with("/service", R"({"listen": "[::1]:0"})")).service.listen_host == "::1");
  for (const auto* listen : {"8787", "localhost", "a:b", "127.0.0.1:70000", "http://127.0.0.1:80"}) {
    CAPTURE(listen);
    CHECK(service((R"({"listen": ")" + std::string(listen) + "\"}").c_str()).size() == 1);
  }
  CHECK(service(R"({"allowed_origins": ["https://ops.example", "http://a:81/", "*"],
                    "allowed_hosts": ["ops.example", "ops.example:8787", "[::1]:80"]})")
            .empty());
  CHECK(
      service(R"({"allowed_origins": ["ops.example", "https://a/b"], "allowed_hosts": ["http://a", ""]})") ==
      Lines{"/service/allowed_origins/0: is not an origin, as in https://ops.example:8443",
            "/service/allowed_origins/1: is not an origin, as in https://ops.example:8443",
            "/service/allowed_hosts/0: is not a host, as in ops.example or ops.example:8787",
            "/service/allowed_hosts/1: is not a host, as in ops.example or ops.example:8787"});
  CHECK(service(R"({"runtimes": {"docker": {"host": "tcp://a:1"}}})") ==
        Lines{"/service/runtimes/docker/host: must begin with unix://; only local engines are supported"});
}

TEST_CASE("a probe names what it needs", "[config]") {
  const auto probe = [](const char* text) {
    return errors(in_container("\"readiness\": " + std::string(text)));
  };
  const auto at = type + "/container/readiness";
  CHECK(probe("null").empty());
  CHECK(probe(R"({"kind": "http", "port": 8080, "path": "/healthz"})").empty());
  CHECK(probe("{}") == Lines{at + "/kind: is required: http, tcp, exec, log or none"});
  CHECK(probe(R"({"kind": "tcp"})") == Lines{at + "/port: is required for http and tcp"});
  CHECK(probe(R"({"kind": "http", "port": 70000})") ==
        Lines{at + "/port: must be an integer from 1 to 65535, got 70000"});
  CHECK(probe(R"({"kind": "log"})") == Lines{at + "/pattern: is required for log"});
  CHECK(probe(R"({"kind": "exec", "command": []})") == Lines{at + "/command: is required for exec"});
  CHECK(probe(R"({"kind": "http", "port": 80, "path": "healthz"})") ==
        Lines{at + "/path: must begin with /"});
}
