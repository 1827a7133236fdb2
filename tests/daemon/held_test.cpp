// Tasks that wait until a provider may serve: whose they are, how many, in which words.
#include "api/held.hpp"

#include "daemon/providers_state.hpp"

namespace api = understudy::daemon::api;
using namespace providers_state;

namespace {

const api::QueueDepths waiting{
    {{"coder-a", {.depth = 2}}, {"coder-b", {.depth = 1}}, {"writer-a", {.depth = 4}}},
    {{"coder", {.depth = 10}}}};

}  // namespace

TEST_CASE("what is held is said in members, absent where they do not apply", "[api][held]") {
  const fleet::Held held{.on = {"anthropic", "opus"},
                         .kind = Kind::quota,
                         .reason = "429 quota, seen by writer-a",
                         .until = noon};
  CHECK(api::held_json(held, 3, true) ==
        R"({"provider":"anthropic","model":"opus","kind":"quota","reason":"429 quota, seen by writer-a",)"
        R"("until":1800000000000,"tasks":3})");
  CHECK(at(api::held_json(held, 3, false), "/reason") == "quota");
  const fleet::Held missing{.on = {"anthropic", "opus"}, .reason = "ANTHROPIC_API_KEY is not set"};
  CHECK(api::held_json(missing, 1, true) == R"({"provider":"anthropic","model":"opus","kind":"auth_error",)"
                                            R"("reason":"ANTHROPIC_API_KEY is not set","tasks":1})");
  CHECK(at(api::held_json(missing, 1, false), "/reason") == "auth_error");
}

TEST_CASE("a tier that nobody used lately takes a few at a time, and nothing failed", "[api][held]") {
  const fleet::Held held{.on = {"anthropic", "opus"}, .until = noon};
  CHECK(at(api::held_json(held, 1, true), "/kind").empty());
  CHECK(api::in_words(held, noon, true) == "waits for its turn at anthropic (a few at a time)");
}

TEST_CASE("a task that waits for itself alone keeps what it waits for in the store", "[api][held]") {
  const std::string stored =
      R"({"provider":"p","model":"m","kind":"context_length","reason":"too long","until":1800000000000})";
  CHECK(
      api::held_json(stored, true) ==
      R"({"provider":"p","model":"m","kind":"context_length","reason":"too long","until":1800000000000,"tasks":1})");
  CHECK(at(api::held_json(stored, false), "/reason") == "context_length");
  CHECK(at(api::held_json(R"({"provider":"p","model":"m","kind":"server_error","reason":"set aside"})", true),
           "/until")
            .empty());
  CHECK(at(api::held_json("rubbish", true), "/tasks") == "1");
}

TEST_CASE("what is held is said in words", "[api][held]") {
  fleet::Held held{
      .on = {"anthropic", "opus"}, .kind = Kind::quota, .reason = "429 quota", .until = noon + 1h};
  CHECK(api::in_words(held, noon, true) == "waits for anthropic until 09:00 UTC (quota)");
  CHECK(api::in_words(held, noon + 1h, true) == "waits for its turn at anthropic (quota)");
  CHECK(api::in_words(held, noon - 48h, true) == "waits for anthropic until 2027-01-15 09:00 UTC (quota)");
  held = {.on = {"anthropic", "opus"}, .reason = "ANTHROPIC_API_KEY is not set"};
  CHECK(api::in_words(held, noon, true) == "waits for anthropic (ANTHROPIC_API_KEY is not set)");
  CHECK(api::in_words(held, noon, false) == "waits for anthropic (auth_error)");
}

TEST_CASE("a pool is held when every instance of its type is, and counts with one", "[api][held]") {
  Fleet fleet;
  fleet.hold("coder-a", noon + 2h);
  api::HeldQueues held(fleet.state);
  CHECK(held.of_agent("coder-a") != nullptr);
  CHECK(held.of_agent("coder-b") == nullptr);
  CHECK(held.of_pool("coder") == nullptr);
  CHECK(held.tasks_of("coder-a", waiting) == 2);
  CHECK(held.tasks(waiting) == 2);

  fleet.hold("coder-b", noon + 1h);
  held = api::HeldQueues(fleet.state);
  REQUIRE(held.of_pool("coder") != nullptr);
  CHECK(held.of_pool("coder")->until == noon + 1h);
  CHECK(held.of_pool("writer") == nullptr);
  CHECK(held.tasks_of("coder-a", waiting) == 12);
  CHECK(held.tasks_of("coder-b", waiting) == 1);
  CHECK(held.tasks(waiting) == 13);
  CHECK(held.agents() == 2);
}

TEST_CASE("tasks that wait for themselves alone count too, but not twice", "[api][held]") {
  const api::QueueDepths some_alone{
      {{"coder-a", {.depth = 2, .held = 1}}, {"writer-a", {.depth = 4, .held = 3}}},
      {{"coder", {.depth = 10, .held = 2}}}};
  Fleet fleet;
  CHECK(api::HeldQueues(fleet.state).tasks(some_alone) == 6);
  fleet.hold("coder-a");
  CHECK(api::HeldQueues(fleet.state).tasks(some_alone) == 7);
}

TEST_CASE("an operator's pause outranks what is held", "[api][held]") {
  Fleet fleet;
  fleet.hold("coder-a");
  fleet.hold("coder-b");
  fleet.agent("coder-a").tiers.pause_reason = failover::PauseReason::operator_;
  const api::HeldQueues held(fleet.state);
  CHECK(held.of_agent("coder-a") == nullptr);
  CHECK(held.of_pool("coder") != nullptr);  // only coder-b could take its tasks
  CHECK(held.tasks(waiting) == 11);
}

TEST_CASE("what is removed keeps no pool from being held", "[api][held]") {
  Fleet fleet;
  fleet.hold("coder-a");
  fleet.agent("coder-b").leaving = true;
  CHECK(api::HeldQueues(fleet.state).of_pool("coder") != nullptr);
}

TEST_CASE("a pool waits for what is over first; a missing key last", "[api][held]") {
  Fleet fleet;
  fleet.hold("coder-a", std::nullopt);
  fleet.hold("coder-b", noon + 5h);
  CHECK(api::HeldQueues(fleet.state).of_pool("coder")->until == noon + 5h);
}

TEST_CASE("cached answers differ when what is held does", "[api][held]") {
  Fleet fleet;
  CHECK(api::HeldQueues(fleet.state).fingerprint().empty());
  fleet.hold("coder-a");
  const auto before = api::HeldQueues(fleet.state).fingerprint();
  CHECK_FALSE(before.empty());
  CHECK(api::HeldQueues(fleet.state).fingerprint() == before);
  fleet.hold("coder-a", noon + 3h);
  CHECK(api::HeldQueues(fleet.state).fingerprint() != before);
}
