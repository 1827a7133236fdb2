#include "daemon/agl_world.hpp"

using namespace agl_world;

TEST_CASE("a rollout is started with its first attempt", "[agl][rollouts]") {
  Store store;
  const auto answer = store.post("/rollouts", R"({"input": {"x": 1}, "mode": "train", "worker_id": "w-4"})");
  CHECK(answer.status == 201);
  CHECK(answer.at("/status") == "preparing");
  CHECK(answer.at("/attempt/sequence_id") == "1");
  CHECK(answer.at("/start_time") == answer.at("/attempt/start_time"));
  CHECK(store.dequeue().body == "[]");
  const auto id = answer.at("/rollout_id");
  CHECK(store.get("/rollouts/" + id).body == answer.body);
  CHECK(store.get("/rollouts/" + id + "/attempts").at("/total") == "1");
  CHECK(store.get("/workers/w-4").at("/status") == "busy");
  CHECK(store.post("/rollouts", R"({"input": 1, "metadata": {"agent": "coder-a"}})").status == 401);
}

TEST_CASE("a missing item is a 404, or null where the client expects it", "[agl][rollouts]") {
  Store store;
  CHECK(store.get("/rollouts/ro-none").body == "null");
  CHECK(store.get("/rollouts/ro-none/attempts/latest").body == "null");
  CHECK(store.get("/rollouts/ro-none/attempts").body == R"({"items":[],"limit":-1,"offset":0,"total":0})");
  CHECK(store.post("/rollouts/ro-none", R"({"status": "failed"})").status == 404);
  CHECK(store.post("/rollouts/ro-none/attempts").status == 404);
  CHECK(store.post("/rollouts/ro-none/attempts/latest", R"({"status": "failed"})").status == 404);
  const auto id = store.enqueue();
  CHECK(store.post("/rollouts/" + id + "/attempts/latest", R"({"status": "failed"})").status == 404);
  CHECK(store.get("/rollouts/" + id + "/attempts/latest").body == "null");
}

TEST_CASE("only given members of a rollout are changed", "[agl][rollouts]") {
  Store store;
  const auto id = store.enqueue(R"("input": "x", "metadata": {"a": 1})");
  const auto path = "/rollouts/" + id;
  CHECK(store.post(path, "{}").body == store.get(path).body);
  CHECK(store.post(path, R"({"status": null})").body ==
        R"({"detail":"status is invalid; it cannot be a null value."})");
  CHECK(store.post(path, R"({"config": null})").status == 400);
  const auto bare = store.post(path, R"({"metadata": null, "input": null, "mode": "val"})");
  CHECK(bare.at("/metadata") == "null");
  CHECK(bare.at("/input") == "null");
  CHECK(bare.at("/mode") == "val");
  CHECK(store.post(path, R"({"mode": null, "config": {"max_attempts": 2}})").at("/config/max_attempts") ==
        "2");
}

TEST_CASE("a cancelled rollout stays cancelled whatever its runner reports", "[agl][rollouts]") {
  Store store;
  const auto id = store.enqueue();
  store.dequeue();
  const auto cancelled = store.post("/rollouts/" + id, R"({"status": "cancelled"})");
  CHECK(cancelled.at("/end_time") != "null");
  CHECK(store.post("/rollouts/" + id + "/attempts/latest", R"({"status": "running"})").at("/status") ==
        "running");
  CHECK(store.status(id) == "cancelled");
  CHECK(store.post("/rollouts/" + id + "/attempts").status == 409);
  CHECK(store.post("/rollouts/" + id, R"({"status": "queuing"})").at("/status") == "queuing");
  CHECK(store.dequeue().at("/0/attempt/sequence_id") == "2");
}

TEST_CASE("an attempt that fails is tried again as its configuration says", "[agl][attempts]") {
  Store store;
  const auto id =
      store.enqueue(R"("input": 1, "config": {"max_attempts": 2, "retry_condition": ["failed"]})");
  store.dequeue();
  CHECK(store.post("/rollouts/" + id + "/attempts/latest", R"({"status": "failed"})").at("/status") ==
        "failed");
  CHECK(store.status(id) == "requeuing");
  CHECK(store.dequeue().at("/0/rollout_id") == id);
  store.post("/rollouts/" + id + "/attempts/latest", R"({"status": "failed"})");
  CHECK(store.status(id) == "failed");
  const auto page =
      store.post("/rollouts/" + id + "/attempts/search", R"({"sort_order": "desc", "limit": 1})");
  CHECK(page.at("/total") == "2");
  CHECK(page.at("/items/0/sequence_id") == "2");
  CHECK(store.post("/rollouts/" + id + "/attempts/latest", R"({"metadata": null})").status == 400);
}

TEST_CASE("rollouts are listed in pages, filtered and sorted", "[agl][lists]") {
  Store store;
  const auto a = store.enqueue(R"("input": 1, "mode": "train", "metadata": {"run": "x", "n": 5})");
  const auto b = store.enqueue(R"("input": 2, "mode": "val")");
  const auto c = store.enqueue(R"("input": 3, "metadata": {"run": "y"})");
  const auto ids = [&](const std::string& query) {
    const auto answer = store.get("/rollouts?" + query);
    std::string found;
    for (std::size_t i = 0; !answer.at("/items/" + std::to_string(i)).empty(); ++i) {
      const auto id = answer.at("/items/" + std::to_string(i) + "/rollout_id");
      found += id == a ? 'a' : id == b ? 'b' : 'c';
    }
    return found;
  };
  CHECK(ids("") == "abc");
  CHECK(ids("limit=2") == "ab");
  CHECK(ids("limit=2&offset=2") == "c");
  CHECK(ids("sort_by=start_time&sort_order=desc").size() == 3);
  CHECK(ids("mode_in=val&mode_in=train") == "ab");
  CHECK(ids("metadata.run=x&metadata.n=5") == "a");
  CHECK(ids("status_in=running") == "");
  CHECK(ids("filter_logic=or&mode_in=val&metadata.run=y") == "bc");
  CHECK(ids("rollout_id_in=" + b + "&rollout_id_in=ro-none") == "b");
  CHECK(store.post("/rollouts/search", R"({"status_in": [], "limit": "2"})").body ==
        R"({"items":[],"limit":2,"offset":0,"total":0})");
  CHECK(store.post("/rollouts/search", R"({"metadata": {"n": 5}})").at("/total") == "1");
}

TEST_CASE("an invalid page is refused with the reference's message", "[agl][lists]") {
  Store store;
  const auto detail = [&](const std::string& query) { return store.get("/rollouts?" + query).at("/detail"); };
  CHECK(detail("sort_by=bogus") ==
        "Invalid sort_by: bogus, allowed fields are: rollout_id, input, start_time, end_time, mode, "
        "resources_id, "
        "status, config, metadata, attempt_id, worker_id, last_heartbeat_time, duration");
  CHECK(detail("limit=0") == "Limit must be greater than 0 or -1 for no limit");
  CHECK(detail("limit=-5") == "Limit must be greater than 0 or -1 for no limit");
  CHECK(detail("offset=-1") == "Offset must be greater than or equal to 0");
  CHECK(store.get("/rollouts?sort_by=input").status == 400);
  CHECK(store.get("/rollouts?sort_by=duration").status == 200);
  CHECK(
      store.get("/rollouts?limit=abc").body ==
      R"({"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"abc"}]})");
  CHECK(store.get("/rollouts?status_in=a,b").at("/detail/0/loc") == R"(["query","status_in",0])");
  CHECK(store.post("/rollouts/search", R"({"limit": 1.5})").at("/detail/0/type") == "int_from_float");
  CHECK(store.get("/spans").at("/detail/0/input") == "null");
}

TEST_CASE("a wait ends when all have ended, or at its timeout", "[agl][waits]") {
  Store store;
  const auto id = store.enqueue();
  const auto wait = [&](const std::string& rest) { return store.post("/waits/rollouts", "{" + rest + "}"); };
  CHECK(wait(R"("rollout_ids": [], "timeout": null)").body == "[]");
  CHECK(wait(R"("rollout_ids": ["ro-none"])").body == "[]");
  CHECK(wait(R"("rollout_ids": [")" + id + R"("], "timeout": 0.02)").body == "[]");
  CHECK(wait(R"("rollout_ids": [")" + id + R"("], "timeout": -1)").body == "[]");
  CHECK(wait(R"("timeout": 1)").status == 422);
  // It ends during a wait without a timeout.
  asio::steady_timer later(store.io, std::chrono::milliseconds{30});
  later.async_wait([&](auto) {
    store.fleet.post({fleet::StoreWrite{[&](fleet::Turn& turn) -> fleet::Answer {
                        static_cast<void>(turn.tx().change_rollout(
                            id, {.status = store::RolloutStatus::succeeded}, turn.now_s()));
                        turn.announce("rollout.finished", "", "", R"({"rollout_id":")" + id + R"("})");
                        return "";
                      }},
                      {},
                      {}});
  });
  const auto ended = wait(R"("rollout_ids": [")" + id + R"(", "ro-none", ")" + id + R"("], "timeout": null)");
  CHECK(ended.size() == 2);
  CHECK(ended.at("/0/status") == "succeeded");
  std::string many = R"("rollout_ids": ["a")";
  for (int i = 0; i < 100'000; ++i) many += R"(,"a")";
  CHECK(wait(many + "]").at("/detail/0/msg") ==
        "List should have at most 100000 items after validation, not 100001");
}

TEST_CASE("a long poll is woken by a queued rollout", "[agl][waits]") {
  Store store;
  asio::steady_timer later(store.io, std::chrono::milliseconds{30});
  later.async_wait([&](auto) {
    auto request =
        std::make_shared<http::Request>(http::Request{.method = Method::post,
                                                      .path = "/v1/agl/queues/rollouts/enqueue",
                                                      .body = R"({"rollouts": [{"input": "late"}]})"});
    const auto match = store.router.match(request->method, request->path);
    auto task = std::get<http::Matched>(match).route->handler(*request);
    asio::co_spawn(store.io, std::move(task), [request](std::exception_ptr, const http::Response&) {});
  });
  const auto before = std::chrono::steady_clock::now();
  const auto taken = store.dequeue(R"({"wait_s": 20})");
  CHECK(taken.at("/0/input") == "late");
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds{10});
  CHECK(store.dequeue(R"({"wait_s": 0.02})").body == "[]");
  CHECK(store.dequeue(R"({"wait_s": 301})").status == 422);
}

TEST_CASE("a long list is read in pages, each from the end of the last one", "[agl][lists]") {
  Store store;
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i)
    ids.push_back(store.enqueue(i == 3 ? R"("input": 1, "mode": "val")" : R"("input": 1)"));
  const auto read_all = [&](const std::string& query) {
    std::vector<std::string> found;
    std::string after;
    for (int page = 0; page < 9; ++page) {
      const auto answer = store.get("/rollouts?limit=3&after=" + after + query);
      REQUIRE(answer.status == 200);
      CHECK(answer.at("/total") == (query.find("mode") == std::string::npos ? "7" : "1"));
      for (std::size_t i = 0; answer.at("/items/" + std::to_string(i) + "/rollout_id") != ""; ++i)
        found.push_back(answer.at("/items/" + std::to_string(i) + "/rollout_id"));
      after = answer.at("/next");
      if (after == "null") break;
    }
    return found;
  };
  CHECK(read_all("") == ids);
  CHECK(read_all("&mode_in=val") == std::vector{ids[3]});
  std::ranges::reverse(ids);
  CHECK(read_all("&sort_by=start_time&sort_order=desc").size() == ids.size());
  CHECK_THAT(store.get("/rollouts?limit=3").body, !Catch::Contains("\"next\""));
  CHECK(store.get("/rollouts?after=&sort_by=status").status == 400);
  CHECK(store.get("/rollouts?after=here").status == 400);
  CHECK(store.post("/rollouts/search", R"({"after": "", "limit": 2})").at("/next") != "null");
}

TEST_CASE("an unknown sort is refused with the list of known ones", "[agl][lists]") {
  Store store;
  CHECK_THAT(store.get("/rollouts?sort_by=colour").at("/detail"),
             Catch::StartsWith("Invalid sort_by: colour, allowed fields are: rollout_id, ") &&
                 Catch::EndsWith("metadata, attempt_id, worker_id, last_heartbeat_time, duration"));
}
