#include "agl/memo.hpp"

#include "daemon/agl_world.hpp"

using namespace agl_world;

TEST_CASE("an answer is cached until the store changes", "[agl][memo]") {
  understudy::daemon::agl::Memo memo;
  memo.keep(1, "how many?", "2");
  REQUIRE(memo.find(1, "how many?"));
  CHECK(*memo.find(1, "how many?") == "2");
  CHECK_FALSE(memo.find(1, "which?"));
  CHECK_FALSE(memo.find(2, "how many?"));
  CHECK_FALSE(memo.find(1, "how many?"));
}

TEST_CASE("long answers are not cached, and the cache is small", "[agl][memo]") {
  understudy::daemon::agl::Memo memo;
  memo.keep(1, "long", std::string(600'000, 'x'));
  CHECK_FALSE(memo.find(1, "long"));
  for (int i = 0; i < 20; ++i) memo.keep(1, std::to_string(i), std::string(400'000, 'x'));
  CHECK(memo.find(1, "9"));
  CHECK_FALSE(memo.find(1, "10"));
}

TEST_CASE("a repeated list shows what was written in between", "[agl][memo]") {
  Store daemon;
  const auto total = [&](const std::string& list) { return daemon.get(list).at("/total"); };
  const auto first = daemon.enqueue();
  CHECK(total("/rollouts") == "1");
  CHECK(total("/rollouts") == "1");
  daemon.enqueue();
  CHECK(total("/rollouts") == "2");

  CHECK(total("/spans?rollout_id=" + first) == "0");
  const auto attempt = daemon.post("/rollouts/" + first + "/attempts").at("/attempt/attempt_id");
  const auto added = daemon.post("/spans", R"({"rollout_id":")" + first + R"(","attempt_id":")" + attempt +
                                               R"(","sequence_id":1,"trace_id":"1","span_id":"1","name":"n",)"
                                               R"("status":{"status_code":"OK"},"attributes":{},"events":[],)"
                                               R"("links":[],"resource":{"attributes":{},"schema_url":""},)"
                                               R"("parent_id":null,"start_time":1,"end_time":2,)"
                                               R"("context":null,"parent":null})");
  CHECK(added.status == 201);
  CHECK(total("/spans?rollout_id=" + first) == "1");
  CHECK(total("/rollouts?status_in=running") == "1");
}

TEST_CASE("the operator's answer is not given to others", "[agl][memo]") {
  Store daemon;
  REQUIRE(daemon
              .operators(Method::post, "/queues/rollouts/enqueue",
                         R"({"rollouts":[{"input":"hush","metadata":{"agent":"coder-a"}}]})")
              .status == 201);
  const auto seen = daemon.operators(Method::get, "/rollouts").body;
  CHECK(seen.find("hush") != std::string::npos);
  CHECK(daemon.get("/rollouts").body.find("hush") == std::string::npos);
}
