#include "daemon/agl_world.hpp"

using namespace agl_world;

TEST_CASE("an enqueued rollout comes back unchanged", "[agl][queue]") {
  Store store;
  const auto answer = store.post(
      "/queues/rollouts/enqueue",
      R"({"rollouts": [{"input": {"z": 123456789012345678901234567890, "a": 1.0, "n": NaN, "e": "\u00e9\ud83d\ude00"},
          "mode": "train", "config": {"timeout_seconds": "5"}, "metadata": {"k": [1, {"z": null}]}, "other": 1}]})");
  CHECK(answer.status == 201);
  CHECK_THAT(answer.body,
             Catch::Contains(R"("input":{"z":123456789012345678901234567890,"a":1.0,"n":null,"e":"é😀"})"));
  CHECK_THAT(
      answer.body,
      Catch::Contains(
          R"("config":{"timeout_seconds":5.0,"unresponsive_seconds":null,"max_attempts":1,"retry_condition":[]})"));
  CHECK_THAT(answer.body, Catch::Contains(R"("metadata":{"k":[1,{"z":null}]})"));
  CHECK(answer.at("/0/status") == "queuing");
  CHECK_THAT(answer.body, !Catch::Contains("\"attempt\""));
  CHECK(store.get("/rollouts/" + answer.at("/0/rollout_id")).body ==
        answer.body.substr(1, answer.body.size() - 2));
}

TEST_CASE("the queue hands out each rollout once, first in first out", "[agl][queue]") {
  Store store;
  const auto first = store.enqueue();
  const auto second = store.enqueue();
  const auto taken = store.dequeue(R"({"limit": 1, "worker_id": "w-1"})");
  CHECK(taken.status == 200);
  CHECK(taken.at("/0/rollout_id") == first);
  CHECK(taken.at("/0/status") == "preparing");
  CHECK(taken.at("/0/attempt/sequence_id") == "1");
  CHECK(taken.at("/0/attempt/worker_id") == "w-1");
  CHECK(store.dequeue(R"({"limit": 5})").at("/0/rollout_id") == second);
  CHECK(store.dequeue().body == "[]");
  CHECK(store.post("/queues/rollouts/dequeue").body == "[]");
  CHECK(store.post("/queues/rollouts/dequeue", "null").body == "[]");
}

TEST_CASE("a limit of zero takes nothing", "[agl][queue]") {
  Store store;
  const auto id = store.enqueue();
  CHECK(store.dequeue(R"({"limit": 0})").body == "[]");
  CHECK(store.dequeue(R"({"limit": -3})").body == "[]");
  CHECK(store.status(id) == "queuing");
}

TEST_CASE("problems of a body are reported like pydantic's", "[agl][errors]") {
  Store store;
  const auto errors = [&](const std::string& body) {
    return store.post("/queues/rollouts/enqueue", body).body;
  };
  CHECK(errors("") ==
        R"({"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]})");
  CHECK(errors("{}") ==
        R"({"detail":[{"type":"missing","loc":["body","rollouts"],"msg":"Field required","input":{}}]})");
  CHECK(
      errors(R"({"rollouts": [{}]})") ==
      R"({"detail":[{"type":"missing","loc":["body","rollouts",0,"input"],"msg":"Field required","input":{}}]})");
  CHECK(
      errors("{bad") ==
      R"({"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting property name enclosed in double quotes"}}]})");
  CHECK(
      errors(R"({"rollouts": [{"input": 1, "mode": "bogus"}]})") ==
      R"({"detail":[{"type":"literal_error","loc":["body","rollouts",0,"mode"],"msg":"Input should be 'train', 'val' or 'test'","input":"bogus","ctx":{"expected":"'train', 'val' or 'test'"}}]})");
  CHECK(
      errors(R"({"rollouts": [{"input": 1, "config": {"max_attempts": 0}}]})") ==
      R"({"detail":[{"type":"greater_than_equal","loc":["body","rollouts",0,"config","max_attempts"],"msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}}]})");
  CHECK(
      errors("[1]") ==
      R"({"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}]})");
  CHECK(store.post("/queues/rollouts/enqueue", std::string(200, '[')).status == 422);
  CHECK(store.post("/queues/rollouts/enqueue", R"({"rollouts": [{"input": "\ud800"}]})").status == 422);
}

TEST_CASE("a body is JSON unless its Content-Type differs", "[agl][errors]") {
  Store store;
  const std::string body = R"({"rollouts": []})";
  const auto status = [&](http::Pairs headers) {
    return store.ask(Method::post, "/queues/rollouts/enqueue", body, std::move(headers)).status;
  };
  CHECK(status({{"X-None", ""}}) == 201);
  CHECK(status({{"Content-Type", "application/vnd.x+json; charset=utf-8"}}) == 201);
  CHECK(status({{"Content-Type", "text/plain"}}) == 422);
  CHECK(status({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}) == 400);
  // How aiohttp sends an empty body.
  CHECK(
      store.ask(Method::post, "/queues/rollouts/dequeue", "", {{"Content-Type", "application/octet-stream"}})
          .status == 200);
}

TEST_CASE("a request with an idempotency key is carried out once", "[agl][queue]") {
  Store store;
  const http::Pairs key{{"Idempotency-Key", "k-1"}};
  const auto send = [&](const std::string& input) {
    return store.ask(Method::post, "/queues/rollouts/enqueue", R"({"rollouts": [{"input": )" + input + "}]}",
                     key);
  };
  const auto first = send("1");
  CHECK(first.status == 201);
  CHECK(send("1").body == first.body);
  CHECK(send("2").status == 409);
  CHECK(store.get("/statistics").at("/total_rollouts") == "1");
  // Each call has its own keys.
  CHECK(store.ask(Method::post, "/rollouts", R"({"input": 1})", key).status == 201);
}

TEST_CASE("a long list with a key is enqueued in steps, each of them once", "[agl][queue][budget]") {
  Store store;
  std::string list = R"({"input": 0})";
  for (int i = 1; i < 1'100; ++i) list += R"(,{"input": 0})";
  const http::Pairs keyed{{"Content-Type", "application/json"}, {"Idempotency-Key", "long"}};
  const auto send = [&] {
    return store.ask(Method::post, "/queues/rollouts/enqueue", R"({"rollouts": [)" + list + "]}", keyed);
  };
  const auto first = send();
  CHECK(first.status == 201);
  CHECK(first.size() == 1'100);
  CHECK(send().body == first.body);
  CHECK(store.get("/rollouts?limit=1").at("/total") == "1100");
  CHECK(store.dequeue(R"({"limit": 1050})").size() == 1'050);
  CHECK(store.dequeue(R"({"limit": 1050})").size() == 50);
}

TEST_CASE("only the operator enqueues rollouts of our agents, and no client dequeues them",
          "[agl][managed]") {
  Store store;
  REQUIRE(store.operators(Method::post, "/queues/rollouts/enqueue", R"({"rollouts": []})").status == 201);
  const std::string body = R"({"rollouts": [{"input": "hush", "metadata": {"agent": "coder-a"}}]})";
  CHECK(store.post("/queues/rollouts/enqueue", body).status == 401);
  CHECK(store
            .operators(Method::post, "/queues/rollouts/enqueue",
                       R"({"rollouts": [{"input": 1}, {"input": 1, "metadata": {"agent": "nobody"}}]})")
            .status == 404);
  CHECK(store.get("/statistics").at("/total_rollouts") == "0");
  store.call(Method::post, "/agents/coder-a/pause");
  const auto kept = store.operators(Method::post, "/queues/rollouts/enqueue", body);
  REQUIRE(kept.status == 201);
  CHECK(store.dequeue().body == "[]");
  CHECK(store.call(Method::get, "/agents/coder-a").at("/queue_depth") == "1");
  const auto id = kept.at("/0/rollout_id");
  CHECK_THAT(store.get("/rollouts/" + id).body, !Catch::Contains("hush"));
  CHECK_THAT(store.operators(Method::get, "/rollouts/" + id).body, Catch::Contains("hush"));
  CHECK(store.post("/rollouts/" + id, R"({"status": "cancelled"})").status == 401);
  CHECK(store.post("/rollouts/" + id + "/attempts").status == 401);
  CHECK(store.operators(Method::post, "/rollouts/" + id + "/attempts").status == 409);
  CHECK(store.operators(Method::post, "/rollouts/" + id, R"({"status": "cancelled"})").at("/status") ==
        "cancelled");
  CHECK(store.call(Method::get, "/agents/coder-a").at("/queue_depth") == "0");
  CHECK(store.operators(Method::post, "/rollouts/" + id, R"({"status": "queuing"})").at("/status") ==
        "queuing");
  CHECK(store.call(Method::get, "/agents/coder-a").at("/queue_depth") == "1");
}

TEST_CASE("every step of a rollout is an event", "[agl][events]") {
  Store store;
  const auto id = store.enqueue();
  store.dequeue(R"({"worker_id": "w-1"})");
  store.post("/rollouts/" + id + "/attempts/latest", R"({"status": "succeeded"})");
  CHECK(store.events("rollout.enqueued") == std::vector<std::string>{id + " waits for a worker"});
  CHECK(store.events("rollout.attempt_started") ==
        std::vector<std::string>{"w-1 takes " + id + " (attempt 1)"});
  CHECK(store.events("rollout.attempt_finished") == std::vector<std::string>{id + ": attempt 1 succeeded"});
  CHECK(store.events("rollout.finished") == std::vector<std::string>{id + " succeeded"});
}

TEST_CASE("the draft takes one rollout, and gives one or null", "[agl][draft]") {
  Store store;
  const auto draft = [&](const std::string& path, const std::string& body = {}) {
    return store.call(Method::post, path, body, {}, false);
  };
  CHECK(draft("/queues/rollouts/dequeue").body == "null");
  const auto id = draft("/queues/rollouts/enqueue", R"({"input": "x"})").at("/rollout_id");
  CHECK(draft("/queues/rollouts/dequeue", R"({"worker_id": "w"})").at("/rollout_id") == id);
  CHECK(draft("/queues/rollouts/enqueue", R"({"mode": 5})").at("/errors/0/path") == "/input");
  CHECK(draft("/rollouts/search", R"({"status": ["preparing"]})").size() == 1);
  CHECK(draft("/rollouts/search", R"({"status": ["queuing"]})").body == "[]");
  CHECK(store.call(Method::get, "/rollouts").size() == 1);
  CHECK(store.call(Method::get, "/rollouts/" + id + "/attempts/latest").at("/worker_id") == "w");
}
