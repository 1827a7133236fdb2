#include "daemon/api_world.hpp"
#include "http/respond.hpp"
#include "http/server.hpp"

using namespace api_world;
using namespace std::chrono_literals;

namespace {

/// A provider on the daemon's own loop that records requests and their credentials.
struct Provider {
  http::Router router{};
  http::Gate gate{{}};
  http::Site site{router, gate, nullptr};
  http::Server server;
  int port{0};
  std::vector<std::string> requests{};
  int status{200};
  std::string body{R"({"data": [{"id": "opus"}, {"id": "haiku"}, {"no": 1}]})"};

  explicit Provider(asio::io_context& io) : server(io, site) {
    for (const std::string path : {"/v1/models", "/models"})
      router.add({http::Method::get, path, http::Access::open, http::plain([this](http::Request& request) {
                    requests.push_back(std::string(request.route) + " " +
                                       std::string(request.headers.get("x-api-key").value_or("-")) + " " +
                                       std::string(request.headers.get("Authorization").value_or("-")));
                    return http::json(status, body);
                  })});
    const auto bound = server.listen("127.0.0.1", 0);
    REQUIRE(bound);
    port = *bound;
    server.start();
  }
};

struct World {
  Daemon daemon{};
  Provider provider{daemon.io};

  World() { point_at(provider.port); }
  ~World() {
    auto ending = provider.server.shutdown(1s);
    bool ended = false;
    asio::co_spawn(daemon.io, std::move(ending), [&](std::exception_ptr) { ended = true; });
    daemon.io.restart();
    while (!ended) daemon.io.run_one();
  }
  void point_at(int port) {
    auto document = json::parse(configuration);
    const auto address = "http://127.0.0.1:" + std::to_string(port);
    document.at("providers").at("anthropic").at("base_url") = address;
    document.at("providers").at("deepseek").at("base_url") = address + "/anthropic";
    auto parsed = config::parse_config(document);
    REQUIRE(parsed.config);
    daemon.tell(fleet::ConfigChanged{std::make_shared<const config::Config>(std::move(*parsed.config))});
  }
};

}  // namespace

TEST_CASE("a provider's models are requested once, with its key", "[api][models]") {
  World world;
  const auto first = world.daemon.get("/agents/models?provider=anthropic");
  CHECK(first.body == R"({"models":["opus","haiku"]})");
  CHECK(world.daemon.get("/agents/models?provider=anthropic").body == first.body);
  CHECK(world.provider.requests == std::vector<std::string>{"/v1/models sk-very-secret -"});
}

TEST_CASE("an endpoint in /anthropic has its list at the root", "[api][models]") {
  World world;
  CHECK(world.daemon.get("/agents/models?provider=deepseek").status == 200);
  CHECK(world.provider.requests == std::vector<std::string>{"/v1/models - Bearer deep-secret"});
}

TEST_CASE("a provider without a list is a 502 with the reason", "[api][models]") {
  World world;
  const auto detail = [&](const std::string& provider) {
    const auto answer = world.daemon.get("/agents/models?provider=" + provider);
    CHECK(answer.status == 502);
    return answer.at("/detail");
  };
  world.provider.status = 401;
  CHECK(detail("anthropic") == "provider 'anthropic' answered 401 when asked for its models");
  CHECK_THAT(detail("bedrock"), Catch::Contains("no base_url"));
  world.daemon.recorder.variables.clear();
  CHECK_THAT(detail("deepseek"), Catch::Contains("DEEPSEEK_KEY is not set"));
  world.point_at(1);
  CHECK_THAT(detail("anthropic"), Catch::Contains("does not answer"));
}

TEST_CASE("a response that is not a list is reported as such", "[api][models]") {
  World world;
  world.provider.body = R"({"data": "none"})";
  CHECK_THAT(world.daemon.get("/agents/models?provider=anthropic").at("/detail"),
             Catch::Contains("not a list of models"));
}

TEST_CASE("only configured providers have models", "[api][models]") {
  Daemon daemon;
  CHECK(daemon.get("/agents/models").status == 400);
  CHECK(daemon.get("/agents/models?provider=nobody").status == 404);
}

TEST_CASE("concurrent requests for a provider's models are sent once", "[api][models]") {
  World world;
  auto& daemon = world.daemon;
  int answered = 0;
  for (int i = 0; i < 50; ++i) {
    auto asking = daemon.models.models_of("anthropic", daemon.fleet.state().config->providers.at("anthropic"),
                                          daemon.recorder);
    asio::co_spawn(daemon.io, std::move(asking),
                   [&](std::exception_ptr, api::ModelLists::Models models) { answered += models ? 1 : 0; });
  }
  daemon.io.restart();
  while (answered < 50) daemon.io.run_one_for(1s);
  CHECK(world.provider.requests.size() == 1);
}
