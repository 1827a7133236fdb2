#include "config/credentials.hpp"
#include "daemon/api_world.hpp"
#include "support/small_disk.hpp"

using namespace api_world;
using http::Method;

namespace {

Answer put(Daemon& daemon, const json::value& document, const std::string& etag) {
  return daemon.call(Method::put, "/config", json::serialize(document), {{"If-Match", etag}});
}

}  // namespace

TEST_CASE("the configuration is shown without its secrets", "[api][config]") {
  Daemon daemon;
  const auto answer = daemon.get("/config");
  CHECK(answer.status == 200);
  CHECK(answer.at("/providers/anthropic/api_key") == "•••");
  CHECK(answer.at("/providers/bedrock/env/AWS_REGION") == "•••");
  CHECK(answer.at("/agent_types/coder/instances/1") == "b");
  CHECK(answer.field("ETag").starts_with('"'));
}

TEST_CASE("a change needs the ETag of what it changes", "[api][config]") {
  Daemon daemon;
  const auto document = json::parse(daemon.get("/config").body);
  CHECK(daemon.call(Method::put, "/config", json::serialize(document)).status == 428);
  const auto stale = put(daemon, document, "\"other\"");
  CHECK(stale.status == 412);
  CHECK(stale.field("ETag") == daemon.get("/config").field("ETag"));
  CHECK(daemon.call(Method::put, "/config", "{", {{"If-Match", stale.field("ETag")}}).status == 400);
  CHECK(testing::slurp(daemon.config_file.path) == configuration);
}

TEST_CASE("a saved change is followed by the fleet, and masked secrets stay", "[api][config]") {
  Daemon daemon;
  const auto before = daemon.get("/config");
  auto document = json::parse(before.body);
  document.at("agent_types").at("coder").at("instances").as_array().emplace_back("c");
  const auto saved = put(daemon, document, before.field("ETag"));
  CHECK(saved.status == 200);
  CHECK(saved.at("/agent_types/coder/instances/2") == "c");
  CHECK(saved.at("/providers/anthropic/api_key") == "•••");
  CHECK(saved.field("ETag") == daemon.get("/config").field("ETag"));
  CHECK(saved.field("ETag") != before.field("ETag"));
  CHECK(daemon.get("/agents/coder-c").status == 200);
  CHECK_THAT(testing::slurp(daemon.config_file.path), Catch::Contains("sk-very-secret"));
  REQUIRE(daemon.adopted.size() == 1);
  CHECK_THAT(daemon.adopted[0], Catch::Contains("sk-very-secret"));
  CHECK(put(daemon, document, before.field("ETag")).status == 412);
}

TEST_CASE("the keys of a configuration are read before the fleet follows it", "[api][config][keys]") {
  Daemon daemon;
  const auto is_followed = [&daemon] {
    return daemon.fleet.state().config->providers.at("deepseek").api_key_file.has_value();
  };
  std::vector<std::string> read;
  daemon.config_file.before_change = [&](const config::Config& next) -> asio::awaitable<void> {
    CHECK_FALSE(is_followed());
    read = config::key_files(next);
    co_return;
  };
  const auto before = daemon.get("/config");
  auto document = json::parse(before.body);
  document.at("providers").as_object()["deepseek"] = {{"api_key_file", "/run/secrets/key"}};
  CHECK(put(daemon, document, before.field("ETag")).status == 200);
  CHECK(read == std::vector<std::string>{"/run/secrets/key"});
  CHECK(is_followed());
  CHECK(daemon.get("/config").at("/providers/deepseek/api_key_file") == "/run/secrets/key");
}

TEST_CASE("all problems of a configuration are listed, and nothing is saved", "[api][config]") {
  Daemon daemon;
  const auto before = daemon.get("/config");
  auto document = json::parse(before.body);
  document.at("agent_types").at("coder").as_object()["usage_threshold_tokens"] = -5;
  document.at("agent_types").at("lazy").as_object()["typo"] = 1;
  document.at("providers").at("deepseek").as_object()["api_key"] = "•••";
  const auto refused = put(daemon, document, before.field("ETag"));
  CHECK(refused.status == 422);
  for (const std::string path :
       {"/agent_types/coder/usage_threshold_tokens", "/agent_types/lazy/typo", "/providers/deepseek/api_key"})
    CHECK_THAT(refused.body, Catch::Contains("\"path\":\"" + path + "\""));
  CHECK_THAT(refused.body, Catch::Contains("must be a positive integer, got -5"));
  CHECK(testing::slurp(daemon.config_file.path) == configuration);
  const auto checked = daemon.post("/config/check", json::serialize(document));
  CHECK(checked.status == 200);
  CHECK_THAT(checked.at("/errors"), Catch::Contains("/agent_types/lazy/typo"));
}

TEST_CASE("a check shows warnings and changes nothing", "[api][config]") {
  Daemon daemon;
  const auto document = json::parse(daemon.get("/config").body);
  const auto checked = daemon.post("/config/check", json::serialize(document));
  CHECK(checked.at("/errors") == "[]");
  CHECK(checked.at("/warnings/0/path").empty() == (checked.at("/warnings") == "[]"));
  CHECK(daemon.post("/config/check", "{").status == 400);
  CHECK(daemon.adopted.empty());
}

TEST_CASE("a check lists the first hundred problems of any kind", "[api][config][budget]") {
  Daemon daemon;
  const auto many = [](const std::string& begin, const std::string& each, const std::string& end) {
    std::string text = begin;
    for (int i = 0; i < 20'000; ++i) {
      auto one = each;
      one.replace(one.find('#'), 1, std::to_string(i));
      text.append(i > 0 ? "," : "").append(one);
    }
    return text + end;
  };
  const auto body = GENERATE_COPY(
      as<std::string>{}, many("{", R"("k#":0)", "}"), many(R"({"providers":{)", R"("p#":{"x":1})", "}}"),
      many(R"({"providers":{)", R"("p#":{"api_key":"•••"})", "}}"),
      many(R"({"agent_types":{)", R"("t#":{})", "}}"), many(R"({"classifier_rules":[)", R"({"a":#})", "]}"),
      many(R"({"service":{"allowed_hosts":[)", "#", "]}}"),
      many(R"({"agent_types":{"t":{"provider_chain":[{"provider":"p","model":"m"}],"instances":[)", R"("I#")",
           "]}}}"),
      many(R"({"agent_types":{"t":{"agent":{"env":{)", R"("#":"x")", "}}}}}"));
  INFO(body.substr(0, 60));
  const auto checked = daemon.post("/config/check", body);
  CHECK(checked.status == 200);
  CHECK(json::parse(checked.body).at("errors").as_array().size() == 100);
  CHECK(checked.body.size() < 100'000);
}

TEST_CASE("a document with more values than any fleet needs is refused", "[api][config][budget]") {
  Daemon daemon;
  std::string values = "[0";
  for (int i = 0; i < 250'000; ++i) values += ",0";
  CHECK(daemon.post("/config/check", R"({"a":)" + values + "]}").status == 413);
  CHECK(daemon.post("/agents/coder-a/outcomes", R"({"a":)" + values + "]}").status == 413);
}

TEST_CASE("a configuration that the fleet refuses is undone on disk", "[api][config]") {
  const support::SmallDisk disk(200);
  Daemon daemon;
  const auto body = R"({"input": ")" + std::string(200'000, 'x') + R"("})";
  for (int i = 0; i < 20 && daemon.post("/agents/coder-a/tasks", body).status == 201; ++i) continue;
  const auto before = daemon.get("/config");
  auto document = json::parse(before.body);
  document.at("agent_types").at("coder").at("instances").as_array().emplace_back("c");
  CHECK(put(daemon, document, before.field("ETag")).status == 507);
  CHECK(testing::slurp(daemon.config_file.path) == configuration);
  CHECK(daemon.adopted.empty());
}

TEST_CASE("without a file the configuration is empty", "[api][config]") {
  Daemon daemon;
  std::filesystem::remove(daemon.config_file.path);
  const auto empty = daemon.get("/config");
  CHECK(empty.body == "{}");
  CHECK(put(daemon, json::parse(configuration), empty.field("ETag")).status == 200);
  CHECK(!testing::slurp(daemon.config_file.path).empty());
}

TEST_CASE("a removed agent leaves the file and the fleet", "[api][config]") {
  Daemon daemon;
  CHECK(daemon.call(Method::delete_, "/agents/coder-b").status == 202);
  CHECK(daemon.get("/agents/coder-b").status == 404);
  CHECK(daemon.get("/agents/coder-a").status == 200);
  CHECK(daemon.get("/config").at("/agent_types/coder/instances") == R"(["a"])");
  CHECK(daemon.call(Method::delete_, "/agents/coder-b").status == 404);
  CHECK(daemon.call(Method::delete_, "/agents/coder-a?force=x").status == 400);
}

TEST_CASE("removing the only instance leaves its type empty", "[api][config]") {
  Daemon daemon;
  CHECK(daemon.call(Method::delete_, "/agents/lazy-default?force=1").status == 202);
  CHECK(daemon.get("/config").at("/agent_types/lazy/instances") == "[]");
}

TEST_CASE("a removed agent finishes its task first, unless forced", "[api][config]") {
  Daemon daemon;
  const auto id = daemon.post("/agents/coder-b/tasks", R"({"input": 1})").at("/rollout_id");
  CHECK(daemon.call(Method::delete_, "/agents/coder-b").status == 202);
  CHECK(daemon.get("/agents/coder-b").at("/leaving") == "true");
  CHECK(daemon.get("/agents/coder-b").at("/current_rollout_id") == id);
  CHECK(daemon.call(Method::delete_, "/agents/coder-b?force=1").status == 202);
}
