// Agents' text for readers who may not see it: names instead.
#include <catch2/catch.hpp>

#include "sse/hub.hpp"
#include "wire/agent_text.hpp"

namespace wire = understudy::daemon::wire;
namespace sse = understudy::daemon::sse;

namespace {

const std::string secret = "SAID-BY-THE-AGENT";

bool is_clean(std::string_view text) {
  return text.find(secret) == text.npos;
}

}  // namespace

TEST_CASE("a verdict names its rule, an error its kind", "[agent_text]") {
  const auto detail =
      R"({"rollout_id":"ro-1","verdict":{"kind":"auth_error","failover":true,"rule":"http-401","evidence":")" +
      secret + R"("},"error":")" + secret + R"("})";
  CHECK(
      wire::without_agent_text(detail, "rollout.attempt_finished") ==
      R"({"rollout_id":"ro-1","verdict":{"kind":"auth_error","failover":true,"rule":"http-401","evidence":"http-401"},"error":"auth_error"})");
  CHECK(wire::without_agent_text(R"({"error":")" + secret + R"(","kind":"invalid_spec","log_tail":")" +
                                     secret + R"(","attempt":2})",
                                 "container.lazy_start_failed") ==
        R"({"error":"invalid_spec","kind":"invalid_spec","log_tail":"invalid_spec","attempt":2})");
  CHECK(wire::without_agent_text(R"({"runtime":"docker","error":")" + secret + R"("})",
                                 "container.engine_unreachable") ==
        R"({"runtime":"docker","error":"engine_unreachable"})");
  CHECK(wire::without_agent_text(R"({"kind":"auth_error","reason":"auth_error: )" + secret + R"("})",
                                 "provider.failover") == R"({"kind":"auth_error","reason":"auth_error"})");
}

TEST_CASE("the health of a provider names its kind, or how it stands", "[agent_text]") {
  const auto shown = [](const std::string& health) {
    return wire::without_agent_text(R"({"provider":"p","health":)" + health + "}", "provider.health").value();
  };
  CHECK(shown(R"({"state":"open","kind":"auth_error","reason":"401 )" + secret + R"("})") ==
        R"({"provider":"p","health":{"state":"open","kind":"auth_error","reason":"auth_error"}})");
  CHECK(shown(R"({"state":"unconfigured","reason":")" + secret + R"("})") ==
        R"({"provider":"p","health":{"state":"unconfigured","reason":"unconfigured"}})");
}

TEST_CASE("an event without agents' text is the same for all", "[agent_text]") {
  for (const auto* detail : {"{}", R"({"idle_seconds":720,"reason":"idle"})", R"({"error":"","log_tail":""})",
                             R"({"kind":"auth_error","reason":"401 auth_error"})"})
    CHECK_FALSE(wire::without_agent_text(detail, "container.lazy_stopped"));
}

TEST_CASE("sentences end where agents' text begins, but for a kind", "[agent_text]") {
  CHECK(wire::sentence_without_agent_text("coder ① → ②: 401 auth_error") == "coder ① → ②: 401 auth_error");
  CHECK(wire::sentence_without_agent_text("coder ① → ②: auth_error: " + secret) == "coder ① → ②: auth_error");
  CHECK(wire::sentence_without_agent_text("coder failed ro-1: task_error") ==
        "coder failed ro-1: task_error");
  CHECK(wire::sentence_without_agent_text("ro-1: quota by rule x: " + secret) == "ro-1: quota");
  CHECK(wire::sentence_without_agent_text("coder could not start: " + secret) == "coder could not start");
  CHECK(wire::sentence_without_agent_text("coder stopped after 12 min idle") ==
        "coder stopped after 12 min idle");
}

TEST_CASE("of the metadata of an attempt or a task only what the daemon wrote is shown", "[agent_text]") {
  const auto attempt = wire::attempt_metadata_without_agent_text(
      R"({"tier":1,"model":"m","verdict":{"kind":"task_error","rule":"exit","evidence":")" + secret +
      R"("},"error":")" + secret + R"(","output":")" + secret + R"(","note":{"any":")" + secret + R"("}})");
  CHECK(
      attempt ==
      R"({"tier":1,"model":"m","verdict":{"kind":"task_error","rule":"exit","evidence":"exit"},"error":"task_error","output":"•••","note":"•••"})");
  CHECK(wire::task_metadata_without_agent_text(R"({"agent":"coder-a","ticket":")" + secret + R"("})") ==
        R"({"agent":"coder-a","ticket":"•••"})");
}

TEST_CASE("the stream renders an event twice only when a reader may not see agents' text",
          "[agent_text][sse]") {
  sse::Hub hub;
  auto reader = hub.subscribe({}, {}, true);
  auto stranger = hub.subscribe({}, {}, false);
  hub.publish({.id = 1,
               .type = "container.crashed",
               .instance = "coder",
               .summary = "coder crashed: " + secret,
               .detail = R"({"error":")" + secret + R"("})"});
  hub.publish({.id = 2, .type = "config.changed", .summary = "the configuration changed"});
  const auto whole = reader.take(100'000);
  const auto plain = stranger.take(100'000);
  REQUIRE(whole.size() == 2);
  REQUIRE(plain.size() == 2);
  CHECK_FALSE(is_clean(whole[0]->text));
  CHECK(is_clean(plain[0]->text));
  CHECK(plain[0]->text.find("crashed") != std::string::npos);
  CHECK(whole[1] == plain[1]);
  const auto json = wire::to_json({.id = 1,
                                   .type = "container.crashed",
                                   .summary = "c: " + secret,
                                   .detail = R"({"error":")" + secret + R"("})"});
  CHECK(is_clean(wire::event_without_agent_text(json)));
}
