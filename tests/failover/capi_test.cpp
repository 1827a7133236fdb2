// The C header, as a program in C or Python uses it. tests/fuzz/capi.cpp gives it any bytes.
#include <catch2/catch.hpp>

#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "tiers_rig.hpp"
#include "understudy/failover.h"
#include "understudy/failover/json.hpp"

using namespace tiers;
namespace boost_json = boost::json;

namespace {

constexpr std::int64_t now_ms = 1'700'000'000'000;
constexpr auto* policy =
    R"({"provider_chain":[{"provider":"anthropic","model":"opus"},{"provider":"deepseek","model":"pro"}]})";

/// The answer of a call, freed.
struct Answer {
  int code{0};
  boost_json::object json{};
  [[nodiscard]] std::string text(const char* key) const { return std::string(json.at(key).as_string()); }
  [[nodiscard]] std::string dump(const char* key) const { return boost_json::serialize(json.at(key)); }
};
template <class Function, class... Arguments>
Answer call(Function* function, Arguments... arguments) {
  char* text = nullptr;
  Answer answer{function(arguments..., &text)};
  REQUIRE(text != nullptr);
  answer.json = boost_json::parse(text).as_object();
  understudy_free(text);
  CHECK(answer.json.contains("error") == (answer.code != 0));
  return answer;
}
std::string outcome_event(const std::string& verdict) {
  return R"({"type":"outcome","verdict":)" + verdict + "}";
}

}  // namespace

TEST_CASE("a failure is classified, moves the tier, and the task goes on there", "[capi]") {
  const auto verdict =
      call(understudy_classify, R"({"surface":"http","status":401,"body":"invalid x-api-key"})", now_ms);
  CHECK(verdict.code == UNDERSTUDY_OK);
  CHECK(verdict.text("kind") == "auth_error");
  CHECK(verdict.json.at("failover").as_bool());
  const auto seen = boost_json::serialize(verdict.json);

  const auto step = call(understudy_step, policy, nullptr, outcome_event(seen).c_str(), now_ms);
  CHECK(step.code == UNDERSTUDY_OK);
  CHECK(step.json.at("moved").as_bool());
  CHECK(step.json.at("next_deadline").is_null());
  CHECK(step.dump("ledger") ==
        R"([{"from_tier":1,"to_tier":2,"kind":"auth_error","reason":"401 auth_error"}])");
  const auto state = step.dump("state");
  CHECK(from_json<State>(state)->serving == pro);

  const auto retry = call(understudy_decide_retry, policy, state.c_str(), nullptr, seen.c_str(),
                          R"({"provider":"anthropic","model":"opus"})");
  CHECK(retry.text("kind") == "now");
  CHECK(retry.json.at("delay_ms") == 0);
  CHECK(from_json<RetryState>(retry.dump("state"))->tries == std::map<TierId, int>{{opus, 1}});
}

TEST_CASE("a state is what C++ writes, and an exhausted one says when to tick", "[capi]") {
  std::string state;
  for (int fault = 0; fault < 2; ++fault) {
    const auto step = call(understudy_step, policy, state.empty() ? nullptr : state.c_str(),
                           outcome_event(R"({"kind":"quota"})").c_str(), now_ms);
    state = step.dump("state");
    if (fault == 1) CHECK(step.json.at("next_deadline") == now_ms + 3'600'000);
  }
  Rig rig{Policy{.chain = {opus, pro}}};
  rig.fail(Kind::quota);
  rig.fail(Kind::quota);
  CHECK(boost_json::parse(state) == boost_json::parse(to_json(rig.it)));
  const auto woken = call(understudy_step, policy, state.c_str(), R"({"type":"tick"})", now_ms + 3'600'000);
  CHECK(woken.dump("ledger") ==
        R"([{"from_tier":2,"to_tier":1,"kind":"auto_resume","reason":"a tier is due again"}])");
}

TEST_CASE("every event of the tier machine has a type", "[capi]") {
  const auto on = R"("on":{"provider":"anthropic","model":"opus"})";
  for (const std::string& event :
       {std::string(R"({"type":"pause"})"), std::string(R"({"type":"unpause"})"),
        std::string(R"({"type":"reset"})"), std::string(R"({"type":"chain_changed"})"),
        std::string(R"({"type":"tick"})"),
        std::string(R"({"type":"budget_exceeded","below_at":1700000900000,)") + on + "}",
        std::string(R"({"type":"outcome","status":429,"verdict":{"kind":"rate_limit","retry_after_s":9},)") +
            on + "}"}) {
    CAPTURE(event);
    CHECK(call(understudy_step, policy, nullptr, event.c_str(), now_ms).code == UNDERSTUDY_OK);
  }
  CHECK(call(understudy_step, policy, nullptr, R"({"type":"stop"})", now_ms).text("error") ==
        "event: /type: must be one of outcome, budget_exceeded, pause, unpause, reset, chain_changed, tick");
}

TEST_CASE("what one agent met, another asks about", "[capi]") {
  std::string health;
  const auto step = [&](const std::string& event, std::int64_t now) {
    const auto next = call(understudy_health_step, policy, health.empty() ? nullptr : health.c_str(),
                           event.c_str(), now, 0.5);
    REQUIRE(next.code == UNDERSTUDY_OK);
    health = next.dump("health");
    return next;
  };
  const std::string a =
      R"("attempt":{"id":"1","agent":"a","task":"t","on":{"account":"acc","model":"opus"},"began":5})";
  const std::string b = R"("attempt":{"id":"2","agent":"b","on":{"account":"acc","model":"opus"},"began":5})";
  CHECK(step(R"({"type":"ask",)" + b + "}", now_ms).json.at("access").at("pass") == "free");
  const auto met =
      step(R"({"type":"ended",)" + a + R"(,"verdict":{"kind":"quota","rule":"billing"}})", now_ms);
  CHECK(met.dump("changed") == R"([{"account":"acc","scope":"account","model":"","who":""}])");
  CHECK(met.text("fate") == "usual");
  const auto asked = step(R"({"type":"ask",)" + b + "}", now_ms);
  CHECK(asked.json.at("access").at("pass") == "blocked");
  CHECK(asked.json.at("access").at("until") == now_ms + 3'600'000);
  CHECK(asked.dump("changed") == "[]");
  CHECK(step(R"({"type":"begins","early":true,"may_start_for_ms":1000,)" + b + "}", now_ms).dump("changed") !=
        "[]");
  for (
      const auto* event :
      {R"({"type":"running","id":"2"})", R"({"type":"restarted","adopted":["2"]})",
       R"({"type":"released","id":"2"})", R"({"type":"try_requested","account":"acc"})",
       R"({"type":"key_missing","account":"acc","reason":"KEY is not set"})",
       R"({"type":"key_changed","was":"acc","is":"new"})", R"({"type":"account_reset","account":"new"})",
       R"({"type":"agent_sent","agent":"b"})",
       R"({"type":"remembered","agent":"a","on":{"account":"x","model":"y"},"until":1700000900000,"kind":"quota"})",
       R"({"type":"tick"})",
       R"({"type":"reach_changed","tiers":[{"account":"new","model":"m"}],"agents":["b"]})"})
    step(event, now_ms);
  step(R"({"type":"waits",)" + b + "}", now_ms);
  step(R"({"type":"answered",)" + b + "}", now_ms);
}

TEST_CASE("every argument that is wrong is named", "[capi]") {
  const auto wrong = call(understudy_step, R"({"provider_chain":[]})", "{", nullptr, -1);
  CHECK(wrong.code == UNDERSTUDY_INVALID);
  CHECK(wrong.text("error") ==
        "policy: a chain has 1 to 3 tiers, this one has 0; "
        "state: not JSON: byte 1: a name in quotes is missing; event: it is NULL; "
        "now_ms: it must be from 0 to the year 9999");
  for (const double chance : {-0.1, 1.0, std::nan("")})
    CHECK(call(understudy_health_step, policy, nullptr, R"({"type":"tick"})", now_ms, chance).text("error") ==
          "chance: it must be in [0, 1)");
  CHECK(call(understudy_decide_retry, policy, nullptr, nullptr, R"({"kind":"quota"})", "{}").text("error") ==
        "state: it is NULL; on: must have a provider and a model");
  CHECK(understudy_classify("{}", now_ms, nullptr) == UNDERSTUDY_INVALID);
  understudy_free(nullptr);
}

TEST_CASE("text that is not UTF-8 goes in, and UTF-8 comes out", "[capi]") {
  const auto verdict =
      call(understudy_classify, "{\"surface\":\"cli_text\",\"exit_code\":1,\"body\":\"API Error: 529 \xff\"}",
           now_ms);
  CHECK(verdict.text("kind") == "server_error");
}

TEST_CASE("the functions may be called by many threads", "[capi]") {
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (int& count : right)
    threads.emplace_back([&count] {
      for (int i = 0; i < 200; ++i) {
        char* text = nullptr;
        if (understudy_step(policy, nullptr, R"({"type":"outcome","verdict":{"kind":"auth_error"}})", now_ms,
                            &text) == 0 &&
            std::string_view(text).find(R"("current_tier":2)") != std::string_view::npos)
          ++count;
        understudy_free(text);
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(right == std::vector<int>(4, 200));
}

TEST_CASE("the library says its version", "[capi]") {
  CHECK(std::string_view(understudy_version()).find('.') != std::string_view::npos);
}
