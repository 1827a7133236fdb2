#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("each instance has its env file from the start", "[fleet][environment]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  for (const auto* name : {"coder-a", "coder-b"}) {
    const auto& text = world.env_files.at(name);
    CHECK(has(text, "ANTHROPIC_BASE_URL=https://one.example"));
    CHECK(has(text, "ANTHROPIC_API_KEY=sk-ant-first"));
    CHECK(has(text, "ANTHROPIC_MODEL=opus"));
    CHECK(text.find("ANTHROPIC_AUTH_TOKEN") == std::string::npos);
  }
}

TEST_CASE("the env file follows the tier down and back, with nothing left of the old one",
          "[fleet][environment]") {
  World world;
  const auto first = world.env_files.at("coder-a");
  world.work("coder-a", key_refused());
  const auto second = world.env_files.at("coder-a");
  CHECK(has(second, "ANTHROPIC_BASE_URL=https://two.example"));
  CHECK(has(second, "ANTHROPIC_AUTH_TOKEN=sk-deep-second"));
  CHECK(second.find("sk-ant-first") == std::string::npos);
  world.ends("coder-a", answers());
  world.pass(1h);
  world.work("coder-a", answers());
  CHECK(world.env_files.at("coder-a") == first);
}

TEST_CASE("an env file is written only when it changes", "[fleet][environment]") {
  World world;
  world.env_files.clear();
  world.work("coder-a", answers());
  world.pass(24h);
  CHECK(world.env_files.empty());
  world.restart();  // it may have been lost with the daemon
  CHECK(world.env_files.contains("coder-a"));
}

TEST_CASE("a key file that changed gives the next task the new key", "[fleet][environment]") {
  auto config = two_tiers();
  config.providers["anthropic"] = {.base_url = "https://one.example", .api_key_file = "/run/key"};
  World world;
  world.ports.key_files["/run/key"] = "sk-ant-first";
  world.configure(config);
  CHECK(has(world.env_files.at("coder-a"), "ANTHROPIC_API_KEY=sk-ant-first"));
  world.work("coder-a", answers());
  world.ports.key_files["/run/key"] = "sk-ant-other";
  world.tell(fleet::KeysChanged{});
  CHECK(has(world.env_files.at("coder-a"), "ANTHROPIC_API_KEY=sk-ant-other"));
  world.work("coder-a", answers());
  CHECK(world.started.back().provider == "anthropic");
  world.ports.key_files.clear();
  world.tell(fleet::KeysChanged{});
  world.submit("coder-a");
  CHECK(world.started.back().provider == "deepseek");
  CHECK(world.ledger("coder-a").at(0).reason == "/run/key is empty");
  CHECK(world.attempts("ro-3").size() == 1);
}

TEST_CASE("when no tier has its key, what is missing is said, and the queue waits for it",
          "[fleet][environment]") {
  World world;
  world.ports.variables.clear();
  world.tell(fleet::KeysChanged{});
  Words ids;
  for (int i = 0; i < 20; ++i) ids.push_back(world.submit("coder-a"));
  world.pass(1h);
  CHECK(world.tiers("coder-a").paused());
  CHECK(world.agent("coder-a").decision.find("_API_KEY is not set") != std::string::npos);
  CHECK(world.engine.boxes.empty());
  CHECK(world.reader().usage(0).empty());
  for (const auto& id : ids) CHECK(world.attempts(id).empty());

  world.ports.variables = {{"ANTHROPIC_API_KEY", "sk-ant-first"}, {"DEEPSEEK_API_KEY", "sk-deep-second"}};
  world.tell(fleet::KeysChanged{});
  for (const auto& id : ids) {
    REQUIRE(world.run_of("coder-a"));
    CHECK(world.run_of("coder-a")->rollout_id == id);
    world.ends("coder-a", answers());
  }
}

TEST_CASE("no secret gets into a row or an event, whatever its source", "[fleet][secrets]") {
  World world;
  world.submit("coder-a");
  world.ends("coder-a", provider_says(401, "invalid x-api-key: sk-ant-first"));
  world.ends("coder-a", answers("my key is sk-deep-second, and yours is sk-ant-first"));
  auto ending = fails_itself("curl -H 'x-api-key: sk-deep-second' failed");
  ending.spawn_error = "exec sk-deep-second: no such file";
  ending.calls = {{.number = 1,
                   .name = "tool.sk-deep-second",
                   .error = "sk-ant-first",
                   .attributes = {{"input", "sk-deep-second"}, {"cut", "it is sk-ant-fi…"}}}};
  world.work("coder-a", ending);
  world.runtime_refuses = ports::EngineError{ports::EngineErrorKind::invalid_spec,
                                             "bad variable ANTHROPIC_AUTH_TOKEN=sk-deep-second"};
  world.submit("coder-a");
  world.runtime_refuses.reset();
  REQUIRE(world.ask(fleet::StopRequested{"coder-a", true}).has_value());
  world.engine.refuses_to_start["coder-a"] = "cannot start with ANTHROPIC_AUTH_TOKEN=sk-deep-second";
  world.submit("coder-a");
  world.pass(5min);
  world.tell(fleet::EngineLost{"process", "unix:///run/sk-ant-first.sock: connection refused"});
  auto reported = provider_says(401, "sk-ant-first is not valid");
  CHECK(world.ask(fleet::OutcomeReported{.agent = "coder-a", .outcome = reported.outcome, .task_id = "t"})
            .has_value());

  std::string everything;
  for (const auto& event : world.ports.announced) everything += wire::to_json(event) + "\n";
  for (const auto& row : world.ledger("coder-a")) everything += row.reason + "\n";
  for (const auto& row : world.reader().lifecycle_events("coder-a", 0, 1000))
    everything += row.summary + row.detail + "\n";
  for (int i = 1; i <= 4; ++i)
    for (const auto& attempt : world.attempts("ro-" + std::to_string(i)))
      everything += attempt.metadata.value_or("") + "\n";
  everything += world.agent("coder-a").decision + world.agent("coder-a").container->last_error;
  everything += world.on_disk();
  for (const auto* secret : {"sk-ant-first", "sk-deep-second"}) {
    const auto at = everything.find(secret);
    INFO(everything.substr(at < 200 || at == std::string::npos ? 0 : at - 200, 300));
    CHECK(at == std::string::npos);
  }
  CHECK(everything.find("is not valid") != std::string::npos);
  CHECK(everything.find("sk-ant-fi") == std::string::npos);
  CHECK(everything.find("tool.•••") != std::string::npos);
}

TEST_CASE("in host mode tier 1 runs without a key of ours", "[fleet][environment]") {
  auto coder = agent_type({opus, v4});
  coder.container.mode = config::Mode::host;
  World world(config_with(coder));
  world.key_becomes("ANTHROPIC_API_KEY", {});
  const auto id = world.work("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.agent("coder-a").trouble.empty());
}
