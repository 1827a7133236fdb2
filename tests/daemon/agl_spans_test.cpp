#include "daemon/agl_world.hpp"

using namespace agl_world;

namespace {

std::string span_body(const std::string& rollout, const std::string& attempt, const std::string& span_id,
                      const std::string& sequence = "1", const std::string& attributes = "{}",
                      const std::string& extra = "") {
  return R"({"rollout_id": ")" + rollout + R"(", "attempt_id": ")" + attempt + R"(", "sequence_id": )" +
         sequence + R"(, "trace_id": "00000000000000000000000000000001", "span_id": ")" + span_id +
         R"(", "parent_id": null, "name": "s", "status": {"status_code": "OK", "weird": 1}, "attributes": )" +
         attributes +
         R"(, "events": [{"name": "ev", "attributes": {"k": 1}, "timestamp": 1.25}], "links": [], "start_time": 2,)" +
         R"( "end_time": null, "context": null, "parent": null, "resource": {"attributes": {}, "schema_url": ""})" +
         extra + "}";
}

struct Traced : Store {
  std::string rollout;
  std::string attempt;
  Traced() {
    const auto started = post("/rollouts", R"({"input": 1})");
    rollout = started.at("/rollout_id");
    attempt = started.at("/attempt/attempt_id");
  }
  Answer add(const std::string& span_id, const std::string& attributes = "{}",
             const std::string& extra = "") {
    return post("/spans", span_body(rollout, attempt, span_id, "1", attributes, extra));
  }
};

}  // namespace

TEST_CASE("a span is echoed with all its numbers and unknown members", "[agl][spans]") {
  Traced store;
  const auto answer =
      store.add("aa", R"({"i": 1, "f": 1.0, "big": 12345678901234567890123, "l": [1, 2.5], "e": []})",
                R"(, "more": {"deep": [1.50]})");
  CHECK(answer.status == 201);
  CHECK_THAT(
      answer.body,
      Catch::Contains(R"("attributes":{"i":1,"f":1.0,"big":12345678901234567890123,"l":[1.0,2.5],"e":[]})"));
  CHECK_THAT(answer.body, Catch::Contains(R"("status":{"status_code":"OK","description":null,"weird":1})"));
  CHECK_THAT(answer.body,
             Catch::EndsWith(R"("resource":{"attributes":{},"schema_url":""},"more":{"deep":[1.50]}})"));
  CHECK_THAT(answer.body, Catch::Contains(R"("start_time":2.0,"end_time":null)"));
  CHECK(store.get("/spans?rollout_id=" + store.rollout).body ==
        R"({"items":[)" + answer.body + R"(],"limit":-1,"offset":0,"total":1})");
  CHECK(store.status(store.rollout) == "running");
}

TEST_CASE("a duplicate span is null", "[agl][spans]") {
  Traced store;
  CHECK(store.add("aa").status == 201);
  const auto again = store.add("aa");
  CHECK(again.status == 201);
  CHECK(again.body == "null");
}

TEST_CASE("spans of unknown rollouts and attempts are refused", "[agl][spans]") {
  Traced store;
  CHECK(store.post("/spans", span_body("ro-none", store.attempt, "aa")).status == 404);
  CHECK(store.post("/spans", span_body(store.rollout, "at-none", "aa")).status == 404);
  CHECK(store.get("/spans?rollout_id=ro-none&attempt_id=latest&limit=7&offset=3").body ==
        R"({"items":[],"limit":7,"offset":3,"total":0})");
}

TEST_CASE("an attribute is a scalar or a list of one kind", "[agl][spans]") {
  Traced store;
  for (const auto* attribute : {"null", R"({"nested": 1})", R"([1, "a"])", "[null]", "[[1]]", "[true, 1]"}) {
    const auto answer = store.add("aa", std::string(R"({"d": )") + attribute + "}");
    CHECK(answer.status == 422);
    CHECK(answer.at("/detail/0/loc") == R"(["body","attributes","d"])");
  }
  const auto bare = store.post("/spans", R"({"rollout_id": "ro-1"})");
  CHECK(bare.at("/detail/0/loc") == R"(["body","attempt_id"])");
  CHECK(bare.at("/detail/14/loc") == R"(["body","resource"])");
}

TEST_CASE("many spans come in one call", "[agl][spans]") {
  Traced store;
  const auto answer = store.post("/spans", "[" + span_body(store.rollout, store.attempt, "aa") + "," +
                                               span_body("ro-none", store.attempt, "bb") + "," +
                                               span_body(store.rollout, store.attempt, "aa") + "," +
                                               span_body(store.rollout, store.attempt, "cc", "7") + "]");
  CHECK(answer.status == 201);
  CHECK(answer.at("/0/span_id") == "aa");
  CHECK(answer.at("/1") == "null");
  CHECK(answer.at("/2") == "null");
  CHECK(answer.at("/3/sequence_id") == "7");
  CHECK(
      store.post("/spans/next", R"({"rollout_id": ")" + store.rollout + R"(", "attempt_id": "any"})").body ==
      R"({"sequence_id":8})");
}

TEST_CASE("a list of spans has a limited length", "[agl][spans][budget]") {
  Store store;
  std::string list = "[{}";
  for (int i = 1; i < 50'001; ++i) list += ",{}";
  const auto refused = store.post("/spans", list + "]");
  CHECK(refused.status == 422);
  CHECK(refused.at("/detail/0/type") == "too_long");
  CHECK(refused.body.size() < 10'000);
}

TEST_CASE("a body with too many values is not parsed", "[agl][errors][budget]") {
  Store store;
  std::string list = "[0";
  for (int i = 0; i < 2'000'000; ++i) list += ",0";
  CHECK(store.post("/rollouts", R"({"input": )" + list + "]}").status == 413);
}

TEST_CASE("any client gets sequence numbers for spans", "[agl][spans]") {
  Store store;
  const auto next = [&] {
    return store.post("/spans/next", R"({"rollout_id": "ro-none", "attempt_id": "x"})").body;
  };
  CHECK(next() == R"({"sequence_id":1})");
  CHECK(next() == R"({"sequence_id":2})");
  CHECK(store.post("/spans/next", R"({"rollout_id": "ro-none"})").status == 422);
}

TEST_CASE("spans are found by their names and ids", "[agl][spans]") {
  Traced store;
  store.add("a1");
  store.add("b2");
  const auto total = [&](const std::string& query) {
    return store.get("/spans?rollout_id=" + store.rollout + "&" + query).at("/total");
  };
  CHECK(total("span_id=a1") == "1");
  CHECK(total("span_id_contains=2") == "1");
  CHECK(total("filter_logic=or&span_id=a1&name_contains=zzz") == "1");
  CHECK(total("filter_logic=or") == "2");
  CHECK(total("attempt_id=latest") == "2");
  CHECK(store.get("/spans?rollout_id=x&sort_by=status").status == 400);
  CHECK(store.get("/spans?rollout_id=x&sort_by=duration").status == 200);
  CHECK(store.post("/spans/search", R"({"rollout_id": ")" + store.rollout + R"(", "sort_by": null})")
            .at("/total") == "2");
}

TEST_CASE("resources are kept in versions, with defaults filled in", "[agl][resources]") {
  Store store;
  CHECK(store.get("/resources/latest").body == "null");
  const auto first = store.post(
      "/resources", R"({"m": {"resource_type": "llm", "endpoint": "e", "model": "m", "extra": 1}})");
  CHECK(first.status == 201);
  CHECK_THAT(
      first.body,
      Catch::EndsWith(
          R"("resources":{"m":{"resource_type":"llm","endpoint":"e","model":"m","api_key":null,"sampling_parameters":{}}}})"));
  const auto put = [&](const std::string& text) {
    return store.post("/resources/own", R"({"p": {"resource_type": "prompt_template", "template": ")" + text +
                                            R"(", "engine": "jinja"}})");
  };
  CHECK(put("a").at("/version") == "1");
  CHECK(put("b").at("/version") == "2");
  CHECK(store.get("/resources/latest").at("/resources/p/template") == "b");
  CHECK(store.get("/resources/own/versions").size() == 2);
  CHECK(store.get("/resources?resources_id_contains=ow").at("/total") == "1");
  CHECK(store.get("/resources/none").body == "null");
  CHECK(store.get("/rollouts/" + store.enqueue()).at("/resources_id") == "own");
  CHECK(
      store.post("/resources", R"({"x": {"resource_type": "nope"}})").body ==
      R"({"detail":[{"type":"union_tag_invalid","loc":["body","x"],"msg":"Input tag 'nope' found using 'resource_type' does not match any of the expected tags: 'llm', 'proxy_llm', 'prompt_template'","input":{"resource_type":"nope"},"ctx":{"discriminator":"'resource_type'","tag":"nope","expected_tags":"'llm', 'proxy_llm', 'prompt_template'"}}]})");
  CHECK(store.post("/resources", R"({"x": {"model": "m"}})").at("/detail/0/type") == "union_tag_not_found");
}

TEST_CASE("workers are known by their heartbeats", "[agl][workers]") {
  Store store;
  CHECK(store.get("/workers/w").body == "null");
  CHECK(store.post("/workers/w").at("/status") == "unknown");
  CHECK_THAT(store.post("/workers/w", R"({"heartbeat_stats": {"cpu": 1.0}})").body,
             Catch::Contains(R"("heartbeat_stats":{"cpu":1.0})"));
  CHECK_THAT(store.post("/workers/w", "{}").body, Catch::Contains(R"("heartbeat_stats":{"cpu":1.0})"));
  CHECK(store.post("/workers/w", R"({"heartbeat_stats": null})").body ==
        R"({"detail":"heartbeat_stats is invalid; it cannot be a null value."})");
  store.dequeue(R"({"worker_id": "idler"})");
  CHECK(store.get("/workers?status_in=idle").at("/total") == "1");
  CHECK(store
            .post("/workers/search",
                  R"({"worker_id_contains": "idl", "status_in": ["busy"], "filter_logic": "or"})")
            .at("/total") == "1");
  CHECK(store.get("/statistics").at("/total_workers") == "2");
}
