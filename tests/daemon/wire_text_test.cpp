// The texts that clients read: objects, floats, ids, verdicts, rollouts.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_json.hpp"
#include "wire/verdict_json.hpp"

using namespace understudy::daemon::wire;
namespace failover = understudy::failover;
namespace store = understudy::store;

TEST_CASE("an object is built in order, each member in its own way", "[wire]") {
  ObjectText json;
  json.text("a", "x\"y").integer("b", -5).number("c", 1.5).flag("d", true).null("e").raw("f", "[1.0]");
  json.text_or_null("g", std::nullopt)
      .text_or_null("h", "t")
      .integer_or_null("i", std::nullopt)
      .integer_or_null("j", 7);
  CHECK(std::move(json).done() ==
        R"({"a":"x\"y","b":-5,"c":1.5,"d":true,"e":null,"f":[1.0],"g":null,"h":"t","i":null,"j":7})");
  CHECK(ObjectText{}.done() == "{}");
  CHECK(ArrayText{}.done() == "[]");
  CHECK(ArrayText{}.raw("1").text("b").done() == R"([1,"b"])");
}

TEST_CASE("what JSON cannot say is null", "[wire]") {
  for (const double odd :
       {std::nan(""), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    CHECK(ObjectText{}.number("n", odd).done() == R"({"n":null})");
    CHECK(float_text(odd) == "null");
  }
}

TEST_CASE("floats read back as the same and whole ones keep their point", "[wire]") {
  CHECK(float_text(0) == "0.0");
  CHECK(float_text(1700000000) == "1700000000.0");
  CHECK(float_text(1700000000.123456) == "1700000000.123456");
  CHECK(float_text(-0.1) == "-0.1");
  for (const double value : {1e22, 5e-324, 1.7976931348623157e308, 0.1 + 0.2}) {
    const auto back = boost::json::parse(float_text(value));
    CHECK(back.to_number<double>() == Approx(value).epsilon(1e-15));
    CHECK(float_text(value).find_first_of(".e") != std::string::npos);
  }
}

TEST_CASE("ids are a prefix and random hex digits", "[wire]") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = random_id("ro-", 12);
    REQUIRE(id.size() == 15);
    REQUIRE(id.starts_with("ro-"));
    REQUIRE(id.find_first_not_of("0123456789abcdef", 3) == std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 1000);
  CHECK(random_id("", 65).size() == 65);
}

TEST_CASE("each rollout's id comes after the one before", "[wire]") {
  std::string before;
  for (int i = 0; i < 1000; ++i) {
    const auto id = rollout_id();
    REQUIRE(id.size() == 15);
    REQUIRE(id.starts_with("ro-"));
    REQUIRE(id.find_first_not_of("0123456789abcdef", 3) == std::string::npos);
    REQUIRE(id > before);
    before = id;
  }
}

TEST_CASE("a verdict says kind, blame, rule and evidence, and times only when known", "[wire]") {
  using namespace std::chrono_literals;
  failover::Verdict verdict;
  verdict.kind = failover::Kind::quota;
  verdict.failover = true;
  verdict.rule = "spend-cap";
  verdict.evidence = "\"balance\" too low";
  CHECK(verdict_json(verdict) ==
        R"({"kind":"quota","failover":true,"rule":"spend-cap","evidence":"\"balance\" too low"})");
  verdict.retry_after_s = 17;
  verdict.reset_at = failover::Instant{1'787'500'000'999ms};
  CHECK(verdict_json(verdict) ==
        R"({"kind":"quota","failover":true,"retry_after_s":17,"reset_at":"2026-08-23T15:46:40Z",)"
        R"("rule":"spend-cap","evidence":"\"balance\" too low"})");
}

TEST_CASE("a rollout keeps its user's own JSON and has an attempt only when there is one", "[wire]") {
  const store::RolloutRow rollout{.rollout_id = "ro-1",
                                  .input = R"({"n":1.0,"big":123456789012345678901})",
                                  .start_time = 1700000000,
                                  .mode = "train",
                                  .config = "{}",
                                  .metadata = R"({"k":1e5})"};
  const std::string head =
      R"({"rollout_id":"ro-1","input":{"n":1.0,"big":123456789012345678901},"start_time":1700000000.0,)"
      R"("end_time":null,"mode":"train","resources_id":null,"status":"queuing","config":{},"metadata":{"k":1e5})";
  CHECK(rollout_json(rollout, std::nullopt) == head + "}");
  const store::AttemptRow attempt{
      .rollout_id = "ro-1", .attempt_id = "at-1", .sequence_id = 1, .start_time = 1.5};
  const std::string inner =
      R"({"rollout_id":"ro-1","attempt_id":"at-1","sequence_id":1,"start_time":1.5,)"
      R"("end_time":null,"status":"preparing","worker_id":null,"last_heartbeat_time":null,)"
      R"("metadata":null})";
  CHECK(attempt_json(attempt) == inner);
  CHECK(rollout_json(rollout, attempt) == head + ",\"attempt\":" + inner + "}");
}

TEST_CASE("an agent reads a string as the text it means and anything else as its JSON", "[wire]") {
  CHECK(stdin_text(R"("say \"hi\"\n")") == "say \"hi\"\n");
  CHECK(stdin_text(R"({"n": 1.0})") == R"({"n": 1.0})");
  CHECK(stdin_text("123456789012345678901") == "123456789012345678901");
  CHECK(stdin_text("null") == "null");
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  CHECK(stdin_text(deep) == deep);
}
