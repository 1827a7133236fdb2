#include "daemon/fleet_world.hpp"

using namespace fleet_world;

TEST_CASE("a container starts only with its first task", "[fleet]") {
  World world;
  CHECK(world.engine.boxes.empty());
  CHECK(world.phase("coder-a") == "absent");

  const auto id = world.submit("coder-a");
  CHECK(world.engine.is_running("coder-a"));
  CHECK(world.phase("coder-a") == "busy");
  CHECK(world.status(id) == "running");

  world.ends("coder-a", answers("forty-two"));
  CHECK(world.status(id) == "succeeded");
  CHECK(world.metadata(id, "/output") == "forty-two");
  CHECK(world.phase("coder-a") == "ready");
}

TEST_CASE("a task gets its input, its ids and its tier", "[fleet]") {
  World world;
  const auto id = world.submit("coder-a", "", "{}", R"({"question": 1.50})");
  const auto& run = world.started.at(0);
  CHECK(run.task.input == R"({"question": 1.50})");
  CHECK(run.task.command == std::vector<std::string>{"work"});
  CHECK(run.container_id == "box-1");
  CHECK(run.runtime == "process");
  CHECK(run.provider == "anthropic");
  const std::map<std::string, std::string> environment(run.task.env.begin(), run.task.env.end());
  CHECK(environment.at("UNDERSTUDY_ROLLOUT_ID") == id);
  CHECK(environment.at("UNDERSTUDY_ATTEMPT_ID") == world.attempts(id).at(0).attempt_id);
  CHECK(environment.at("UNDERSTUDY_INSTANCE") == "coder-a");
  CHECK(environment.at("UNDERSTUDY_TIER") == "1");
  CHECK(environment.at("UNDERSTUDY_MODEL") == "opus");
  CHECK(run.task.spool_dir == "/state/agents/coder-a/spool/" + run.task.attempt_id);
}

TEST_CASE("a string reaches the agent unchanged", "[fleet]") {
  World world;
  world.submit("coder-a", "", "{}", R"("two\nlines")");
  CHECK(world.started.at(0).task.input == "two\nlines");
}

TEST_CASE("a finished task leaves an attempt, tokens and events", "[fleet]") {
  World world;
  const auto id = world.work("coder-a", answers("done", {100, 20}));
  const auto attempts = world.attempts(id);
  REQUIRE(attempts.size() == 1);
  CHECK(to_string(attempts[0].status) == "succeeded");
  CHECK(attempts[0].sequence_id == 1);
  CHECK(attempts[0].worker_id == "coder-a");
  CHECK(attempts[0].end_time.has_value());
  const auto usage = world.reader().usage(0);
  REQUIRE(usage.size() == 1);
  CHECK(usage[0].input_tokens == 100);
  CHECK(usage[0].output_tokens == 20);

  Words types;
  for (const auto& event : world.events("rollout.*")) types.push_back(event.type);
  CHECK(types ==
        Words{"rollout.enqueued", "rollout.attempt_started", "rollout.attempt_finished", "rollout.finished"});
  CHECK(world.events("container.lazy_started").size() == 1);
}

TEST_CASE("a run's calls are spans below that of its attempt", "[fleet]") {
  World world;
  auto ending = answers("done", {100, 20});
  ending.calls = {{.number = 1, .name = "llm.call", .start = 5.0, .end = 6.0},
                  {.number = 2,
                   .parent = 1,
                   .name = "tool.Read",
                   .start = 6.0,
                   .failed = true,
                   .error = "refused sk-ant-first"}};
  const auto id = world.work("coder-a", ending);
  const auto spans = world.reader().find_spans({.rollout_id = id}).items;
  REQUIRE(spans.size() == 3);
  CHECK(spans[0].name == "llm.call");
  CHECK(spans[0].parent_id == spans[2].span_id);
  CHECK(spans[1].parent_id == spans[0].span_id);
  CHECK(spans[1].status_code == "ERROR");
  CHECK(spans[1].status.find("sk-ant-first") == std::string::npos);
  CHECK_FALSE(spans[1].end_time.has_value());
  CHECK(spans[2].name == "agent.task");
  CHECK(spans[2].attributes.find(R"("understudy.model":"opus")") != std::string::npos);
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("committed events are announced in their order", "[fleet]") {
  World world;
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  world.pass(1h);
  std::int64_t id = 0;
  REQUIRE(world.reader().events({}).size() == world.ports.announced.size());
  for (const auto& event : world.ports.announced) CHECK(event.id == ++id);
  CHECK(world.fleet().state().last_event_id == id);
}

TEST_CASE("one task at a time, the others wait their turn", "[fleet]") {
  World world;
  const auto first = world.submit("coder-a");
  const auto second = world.submit("coder-a");
  const auto third = world.submit("coder-a");
  CHECK(world.status(second) == "queuing");
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == second);
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == third);
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.engine.boxes.size() == 1);
  CHECK(world.agent("coder-a").metrics.starts == 1);
}

TEST_CASE("an idle container is stopped after its window, and started again for the next task", "[fleet]") {
  World world;
  world.work("coder-a", answers());
  world.pass(9min);
  CHECK(world.phase("coder-a") == "ready");
  world.pass(2min);
  CHECK(world.phase("coder-a") == "stopped");
  CHECK_FALSE(world.engine.is_running("coder-a"));
  REQUIRE(world.events("container.lazy_stopped").size() == 1);
  CHECK(world.events("container.lazy_stopped")[0].summary == "coder-a stopped after 10 min idle");

  world.work("coder-a", answers());
  CHECK(world.agent("coder-a").metrics.starts == 2);
}

TEST_CASE("a long task is never idle", "[fleet]") {
  auto coder = agent_type({opus, v4});
  coder.agent.timeout = 0s;
  World world(config_with(coder));
  const auto id = world.submit("coder-a");
  world.pass(48h);
  CHECK(world.status(id) == "running");
  CHECK(world.phase("coder-a") == "busy");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("on the host a task runs without a container", "[fleet]") {
  auto coder = agent_type({opus});
  coder.container.mode = config::Mode::host;
  World world(config_with(coder));
  const auto id = world.work("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.engine.boxes.empty());
  CHECK(world.started.at(0).container_id.empty());
  CHECK_FALSE(world.agent("coder-a").container);
}

TEST_CASE("a task for an unknown agent is refused", "[fleet]") {
  World world;
  const auto answer = world.ask(fleet::TaskSubmitted{.rollout_id = "ro-x", .agent = "nobody"});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == fleet::RefusalKind::not_found);
  CHECK_FALSE(world.reader().rollout("ro-x").has_value());
  CHECK_FALSE(world.ask(fleet::TaskSubmitted{.rollout_id = "ro-x", .agent_type = "nothing"}).has_value());
}
