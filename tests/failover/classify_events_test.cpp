// Agents other than Claude Code, and runs that call themselves a success without an answer.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"

using namespace understudy::failover;

namespace {

const std::string begun = R"({"type":"thread.started","thread_id":"t"})"
                          "\n";
const std::string worked =
    R"({"type":"item.completed","item":{"type":"command_execution","aggregated_output":"429 insufficient_quota"}})"
    "\n";
const std::string limit =
    R"({"type":"error","message":"You've hit your usage limit. Try again in 4 days 20 hours 9 minutes."})"
    "\n";
const std::string completed = R"({"type":"turn.completed","usage":{"output_tokens":3}})"
                              "\n";

/// A result line that claims success.
std::string result(const std::string& text, int tokens, const std::string& more = "") {
  return R"({"type":"result","subtype":"success","is_error":false,"result":")" + text +
         R"(","usage":{"input_tokens":)" + std::to_string(tokens) + R"(,"output_tokens":0})" + more + "}";
}

}  // namespace

TEST_CASE("of an agent's events the last that speaks of the run's end decides") {
  CHECK(kind_of(stream(1, begun + limit)) == Kind::quota);
  CHECK(classify(stream(1, begun + limit), noon).retry_after_s == 418'140);
  CHECK(kind_of(stream(0, begun + worked + completed)) == Kind::success);
  CHECK(kind_of(stream(0, begun +
                              R"({"type":"error","message":"Reconnecting... 1/5: 429"})"
                              "\n" +
                              worked + completed)) == Kind::success);
  CHECK(kind_of(stream(1, begun + worked + completed)) == Kind::task_error);
  CHECK(kind_of(stream(1, begun + worked)) == Kind::task_error);
  CHECK(kind_of(stream(137, begun + limit)) == Kind::task_error);
}

TEST_CASE("a provider's own error is found in the string that the agent put it in") {
  CHECK(
      kind_of(stream(
          1,
          begun +
              R"({"type":"turn.failed","error":{"message":"{\"type\":\"error\",\"status\":401,\"error\":{}}"}})")) ==
      Kind::auth_error);
  CHECK(kind_of(stream(1, R"({"type":"error","sessionID":"s","error":{"name":"APIError","data":)"
                          R"({"message":"no","statusCode":402}}})")) == Kind::quota);
  CHECK(kind_of(stream(1, R"({"type":"error","sessionID":"s","error":{"name":"ProviderAuthError"}})")) ==
        Kind::auth_error);
  CHECK(kind_of(stream(1, R"({"session_id":"s","error":{"type":"TerminalQuotaError","message":)"
                          R"("You have exhausted your daily quota on this model.","code":429}})")) ==
        Kind::quota);
  CHECK(kind_of(stream(0, R"({"event":"result","result":{"status":"ERROR","error":"API error (attempt 3): )"
                          R"(UNAVAILABLE (code 503): overloaded"}})")) == Kind::server_error);
}

TEST_CASE("an agent's own end is the task's, and its warnings end nothing") {
  const std::string init = R"({"type":"init","session_id":"s"})"
                           "\n";
  CHECK(kind_of(stream(53, init + R"({"type":"result","status":"error","error":{"message":"max turns"}})")) ==
        Kind::task_error);
  CHECK(kind_of(stream(0, init +
                              R"({"type":"error","severity":"warning","message":"429 quota"})"
                              "\n" +
                              R"({"type":"result","status":"success"})")) == Kind::success);
}

TEST_CASE("on a terminal events are believed by their members, and anybody's JSON is not") {
  CHECK(kind_of(cli_text(1, begun + limit)) == Kind::quota);
  CHECK(kind_of(cli_text(1, R"({"success":false,"error":"Conversation run failed for id=1: )"
                            R"(litellm.AuthenticationError: no"})")) == Kind::auth_error);
  CHECK(kind_of(cli_text(1, R"({"error":{"code":429,"message":"quota exceeded"}})")) == Kind::task_error);
  CHECK(kind_of(cli_text(1, R"({"level":"error","msg":"HTTP 429"})")) == Kind::task_error);
  CHECK(kind_of(cli_text(0, R"({"type":"error","message":"429 quota exceeded"})")) == Kind::success);
}

TEST_CASE("runtimes' own lines are found below their chatter and above their hints") {
  CHECK(kind_of(cli_text(1,
                         "starting session | provider: openai\nRan into this error: Server error: 503 "
                         "Service Unavailable.\n\nPlease retry if you think this is transient.")) ==
        Kind::server_error);
  CHECK(kind_of(cli_text(1,
                         "litellm.AuthenticationError: OpenAIException - no\nThe API provider is not able "
                         "to authenticate you. Check your API key.")) == Kind::auth_error);
  CHECK(kind_of(cli_text(1, "user\nfix it\nERROR: Selected model is at capacity. Please try another.")) ==
        Kind::server_error);
  CHECK(kind_of(cli_text(1,
                         "Failed to get response from the AI model; retried 5 times Last error: CAPIError: "
                         "429 429 quota exceeded\n\nChanges   +0 -0\nDuration  1m 34s")) == Kind::quota);
  CHECK(kind_of(cli_text(1, "ERROR Too Many Requests")) == Kind::rate_limit);
  CHECK(kind_of(cli_text(1, "Error: Your credit balance is too low to access the Anthropic API.")) ==
        Kind::quota);
  CHECK(kind_of(cli_text(1, R"x(Error: 401 {"type":"error","error":{"type":"authentication_error"}})x")) ==
        Kind::auth_error);
  CHECK(kind_of(cli_text(1,
                         "[2025-08-20T12:00:00] ERROR: exceeded retry limit, last status: 429 Too Many "
                         "Requests\n[2025-08-20T12:00:00] tokens used: 1234")) == Kind::rate_limit);
}

TEST_CASE("the same words from a tool are the task's failure") {
  for (const char* line :
       {"Error: Too Many Requests", "error: Unauthorized", "ERROR Failed to compile with 429 errors",
        "Error: 5 tests failed\n  openai.RateLimitError mapped to quota: expected 429",
        "Error: insufficient credits for gateway sms", "stripe.error.AuthenticationError: Invalid API Key",
        "Error response from daemon: toomanyrequests: pull rate limit", "Model not found: ./weights.onnx",
        "google.api_core.exceptions.ResourceExhausted: 429 Quota exceeded for bigquery.googleapis.com",
        "Rate limit exceeded. Please wait 60 seconds.\n  at scripts/seed.ts:12",
        "E   litellm.exceptions.RateLimitError: insufficient_quota\nFAILED test_llm.py - "
        "litellm.RateLimitError: 429",
        "FAILED tests/test_llm.py::test_quota - openai.RateLimitError: Error code: 429",
        "The build fails: API Error: 401 is hard-coded in src/x.ts.",
        "Unexpected status 429 from https://api.github.com/graphql",
        "Error: insufficient funds for gas * price + value",
        "helm: Error: UPGRADE FAILED: context deadline exceeded"}) {
    CAPTURE(line);
    CHECK(kind_of(cli_text(1, line)) == Kind::task_error);
  }
}

TEST_CASE("exit 0 with nothing but a runtime's error is none; an answer that quotes one is") {
  CHECK(kind_of(cli_text(0, "Error: AI_APICallError: No auth credentials found")) == Kind::auth_error);
  CHECK(kind_of(cli_text(0, "[API Error: 401 Incorrect API key provided.]")) == Kind::auth_error);
  CHECK(kind_of(cli_text(0, "The last line reads\nAI_APICallError: Too Many Requests")) == Kind::success);
  CHECK(kind_of(cli_text(0, "AI_APICallError is now caught: Too Many Requests is shown.")) == Kind::success);
  CHECK(kind_of(cli_text(0, "[API Error] column renamed to [Error].")) == Kind::success);
}

TEST_CASE("without a token the model said nothing, so the words are the runtime's") {
  CHECK(kind_of(stream(0, result("[API Error: 401 Invalid API key]", 0))) == Kind::auth_error);
  CHECK(kind_of(stream(0, result("[API Error: 401 Invalid API key]", 90))) == Kind::success);
  CHECK(kind_of(stream(0, result("Help: commands are listed", 0))) == Kind::success);
  CHECK(kind_of(stream(0, result("", 0))) == Kind::server_error);
  CHECK(kind_of(stream(0, result("", 90))) == Kind::success);
}

TEST_CASE("a run whose answer did not end is cut off, whatever it calls itself") {
  CHECK(kind_of(stream(0, result("half a sen", 9, R"(,"stop_reason":null)"))) == Kind::network);
  CHECK(kind_of(stream(0, result("done", 9, R"(,"stop_reason":"end_turn")"))) == Kind::success);
  CHECK(kind_of(stream(0, result("half", 9, R"(,"stop_reason":"network_error")"))) == Kind::network);
  const auto ended = [](const char* errors, const char* more = "") {
    return R"({"type":"result","subtype":"error_during_execution","is_error":true,"errors":[)" +
           std::string{errors} + "]" + more + "}";
  };
  constexpr auto marker = R"("[ede_diagnostic] result_type=assistant stop_reason=null")";
  const std::string cause = std::string{marker} + R"(,"API Error: 529 Overloaded","Error: MCP gone")";
  CHECK(kind_of(stream(1, ended(marker))) == Kind::network);
  CHECK(kind_of(stream(143, ended(marker))) == Kind::task_error);
  CHECK(kind_of(stream(1, ended(cause.c_str()))) == Kind::server_error);
  CHECK(kind_of(stream(1, ended(R"("Error: MCP gone: 429")"))) == Kind::task_error);
}

TEST_CASE("an ending has evidence: the code, the signal, the memory, and what was said last") {
  const auto evidence = [](const Outcome& outcome) { return classify(outcome, noon).evidence; };
  CHECK(evidence(cli_text(0, "")) == "exit code 0, no output");
  CHECK(evidence(cli_text(3, "")) == "exit code 3, no output");
  CHECK(evidence(cli_text(2, "2 failed")) == "exit code 2: 2 failed");
  CHECK(evidence(cli_text(143, "building\nhalf way")) == "killed by signal 15: half way");
  CHECK(evidence(stream(137, "")) == "killed by signal 9");
  CHECK(evidence(stream(1, "stderr: cannot find module x")) == "exit code 1: stderr: cannot find module x");
  CHECK(evidence(cli_text(134, "FATAL ERROR: JavaScript heap out of memory"))
            .starts_with("killed by signal 6, out of memory"));
  Outcome gone = cli_text(0, "");
  gone.exit_code.reset();
  CHECK(evidence(gone) == "ended without an exit code");
  CHECK(evidence(http(503, "")) == "status 503");
}
