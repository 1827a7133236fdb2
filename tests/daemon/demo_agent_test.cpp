#include <map>

#include "demo/agent_command.hpp"
#include "scripted_world.hpp"
#include "understudy/failover/classify.hpp"

using namespace scripted_world;
namespace demo = understudy::daemon::demo;
namespace failover = understudy::failover;

namespace {

struct Run {
  int exit_code{-1};
  std::vector<json::value> lines{};
  std::string text{};

  /// "system/init", "assistant", "result", …
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> kinds;
    for (const auto& line : lines) {
      std::string kind(line.at("type").as_string());
      if (kind == "system") kind.append("/").append(line.at("subtype").as_string());
      kinds.push_back(std::move(kind));
    }
    return kinds;
  }
  [[nodiscard]] failover::Verdict verdict() const {
    failover::Outcome outcome;
    outcome.provider = "anthropic";
    outcome.surface = failover::Surface::cli_stream_json;
    outcome.body = text;
    outcome.exit_code = exit_code;
    return failover::classify(outcome, failover::Instant{});
  }
};

Run run(demo::AgentOptions options) {
  Run result;
  result.exit_code = demo::run_agent(options, "do it", [&](std::string_view line) {
    result.lines.push_back(json::parse(line));
    result.text.append(line).append("\n");
  });
  return result;
}

demo::AgentOptions options_for(const std::string& url, int retries = 0) {
  demo::AgentOptions options;
  options.base_url = url;
  options.api_key = "k1";
  options.model = "m-1";
  options.max_retries = retries;
  options.backoff = std::chrono::milliseconds{1};
  options.limit = std::chrono::milliseconds{5'000};
  return options;
}

std::expected<demo::AgentOptions, std::string> read(const demo::AgentArguments& arguments,
                                                    std::map<std::string, std::string> env) {
  return demo::read_agent_options(arguments, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = env.find(name);
    return found == env.end() ? std::nullopt : std::optional(found->second);
  });
}

const std::map<std::string, std::string> usual{{"ANTHROPIC_BASE_URL", "http://127.0.0.1:1"},
                                               {"ANTHROPIC_MODEL", "m"}};

}  // namespace

TEST_CASE("a demo agent reports an answered task as the real CLI does") {
  World world(
      R"({"answer": "done by {model}", "api_key": "k1", "usage": {"input_tokens": 40, "output_tokens": 8}})");
  const auto result = run(options_for(world.url()));
  CHECK(result.exit_code == 0);
  CHECK(result.kinds() == std::vector<std::string>{"system/init", "assistant", "result"});
  const auto& last = result.lines.back();
  CHECK(last.at("is_error") == false);
  CHECK(last.at("result") == "done by m-1");
  CHECK(last.at_pointer("/usage/input_tokens") == 40);
  CHECK(last.at_pointer("/usage/output_tokens") == 8);
  CHECK(last.at("session_id") == result.lines.front().at("session_id"));
  CHECK(result.verdict().kind == failover::Kind::success);
  const auto seen = world.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].stream);
  CHECK(seen[0].model == "m-1");
}

TEST_CASE("a demo agent sends a token as Bearer and keeps the path of its base URL") {
  World world;
  auto options = options_for(world.url() + "/anthropic/");
  options.api_key.clear();
  options.auth_token = "t1";
  CHECK(run(options).exit_code == 1);
  const auto seen = world.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].path == "/anthropic/v1/messages");
  CHECK(seen[0].headers.front() == std::pair<std::string, std::string>{"authorization", "Bearer t1"});
}

TEST_CASE("each way a provider fails gives a run that is judged as that failure") {
  struct Case {
    std::string step;
    failover::Kind kind;
  };
  using failover::Kind;
  const auto one = GENERATE(values<Case>({
      {R"({"fault": "status", "status": 401})", Kind::auth_error},
      {R"({"fault": "status", "status": 402, "body": {"error": {"message": "Insufficient Balance"}}})",
       Kind::quota},
      {R"({"fault": "status", "status": 429})", Kind::rate_limit},
      {R"({"fault": "status", "status": 400,
           "body": {"type": "error", "error": {"type": "invalid_request_error",
                    "message": "Your credit balance is too low to access the Anthropic API."}}})",
       Kind::quota},
      {R"({"fault": "status", "status": 529})", Kind::server_error},
      {R"({"fault": "status", "status": 503, "body": "upstream is down"})", Kind::server_error},
      {R"({"fault": "mid_stream_error", "after_events": 4})", Kind::server_error},
      {R"({"fault": "reset"})", Kind::network},
      {R"({"fault": "reset", "after_events": 4})", Kind::network},
  }));
  CAPTURE(one.step);
  World world(std::string(R"({"steps": [)").append(one.step).append("]}"));
  const auto result = run(options_for(world.url()));
  CHECK(result.exit_code == 1);
  CHECK(result.kinds() == std::vector<std::string>{"system/init", "assistant", "result"});
  CHECK(result.lines.back().at("is_error") == true);
  CHECK(result.verdict().kind == one.kind);
  CHECK(result.verdict().failover);
}

TEST_CASE("an error status reaches the result line with the provider's own type and words") {
  World world(R"({"steps": [{"fault": "status", "status": 401}]})");
  const auto result = run(options_for(world.url()));
  CHECK(result.lines.back().at("api_error_status") == 401);
  CHECK(result.lines.back().at("api_error_type") == "authentication_error");
  CHECK(result.lines.back().at("result") == "Failed to authenticate. API Error: 401 the script says 401");
}

TEST_CASE("a stream that breaks still says the tokens it had counted") {
  World world(R"({"usage": {"input_tokens": 31}, "steps": [{"fault": "mid_stream_error"}]})");
  const auto result = run(options_for(world.url()));
  CHECK(result.lines.back().at_pointer("/usage/input_tokens") == 31);
  CHECK(result.lines.back().at("api_error_status").is_null());
}

TEST_CASE("a refused connection is a network failure, and a silent provider a timeout") {
  const auto refused = run(options_for("http://127.0.0.1:1"));
  CHECK(refused.exit_code == 1);
  CHECK(refused.verdict().kind == failover::Kind::network);
  World world(R"({"steps": [{"fault": "slow_first_byte", "ms": 60000}]})");
  auto options = options_for(world.url());
  options.limit = std::chrono::milliseconds{50};
  CHECK(run(options).verdict().kind == failover::Kind::timeout);
}

TEST_CASE("a demo agent retries what may pass, and says so") {
  World world(R"({"steps": [{"fault": "status", "status": 529}, {"fault": "reset"}]})");
  const auto result = run(options_for(world.url(), 2));
  CHECK(result.exit_code == 0);
  CHECK(result.kinds() == std::vector<std::string>{"system/init", "system/api_retry", "system/api_retry",
                                                   "assistant", "result"});
  CHECK(result.lines[1].at("error_status") == 529);
  CHECK(result.lines[1].at("error") == "overloaded");
  CHECK(result.lines[1].at("max_retries") == 2);
  CHECK(result.lines[2].at("error_status").is_null());
  CHECK(result.verdict().kind == failover::Kind::success);
}

TEST_CASE("a demo agent does not retry a bad key, nor more often than it may") {
  World world(
      R"({"steps": [{"fault": "status", "status": 401}, {"fault": "status", "status": 500, "times": "forever"}]})");
  CHECK(run(options_for(world.url(), 5)).exit_code == 1);
  CHECK(world.requests().size() == 1);
  CHECK(run(options_for(world.url(), 2)).exit_code == 1);
  CHECK(world.requests().size() == 4);
}

TEST_CASE("a 200 that is not of the Messages API is a failed run") {
  World world(R"({"steps": [{"fault": "status", "status": 200, "body": "<html>log in</html>"}]})");
  const auto result = run(options_for(world.url()));
  CHECK(result.exit_code == 1);
  CHECK(result.lines.back().at("is_error") == true);
}

TEST_CASE("the options of a demo agent come from its environment and its arguments") {
  auto env = usual;
  env["ANTHROPIC_API_KEY"] = "k";
  env["CLAUDE_CODE_MAX_RETRIES"] = "1";
  const auto options = read({.seconds = 1.5}, env);
  REQUIRE(options);
  CHECK(options->api_key == "k");
  CHECK(options->max_retries == 1);
  CHECK(options->work == std::chrono::milliseconds{1500});
  CHECK(read({.retries = 0}, env)->max_retries == 0);
}

TEST_CASE("a demo agent refuses what it cannot use with a sentence") {
  CHECK(read({}, {}).error().starts_with("ANTHROPIC_BASE_URL must begin with http://"));
  CHECK(read({}, {{"ANTHROPIC_BASE_URL", "https://api.anthropic.com"}, {"ANTHROPIC_MODEL", "m"}})
            .error()
            .find("scripted providers only") != std::string::npos);
  CHECK(read({}, {{"ANTHROPIC_BASE_URL", "http://x"}}).error() == "ANTHROPIC_MODEL is not set");
  auto env = usual;
  env["CLAUDE_CODE_MAX_RETRIES"] = "16";
  CHECK(read({}, env).error() == "CLAUDE_CODE_MAX_RETRIES must be a number from 0 to 15, got '16'");
}
