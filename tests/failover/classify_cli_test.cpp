// Agent runtimes: only what the runtime itself wrote can blame the provider.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"

using namespace understudy::failover;

namespace {

const std::string tool_output =
    R"({"type":"user","message":{"role":"user","content":[{"type":"tool_result","content":"HTTP 429 Too Many Requests; )"
    R"(insufficient_quota; Credit balance is too low"}]}})"
    "\n";
const std::string prose =
    R"({"type":"assistant","message":{"model":"claude-opus-4-7","content":[{"type":"text","text":"API Error: 529 )"
    R"(Overloaded"}]}})"
    "\n";
const std::string done =
    R"({"type":"result","subtype":"success","is_error":false,"result":"Claude AI usage limit reached|1"})";

std::string failed(const std::string& fields) {
  return R"({"type":"result","subtype":"success","is_error":true,"terminal_reason":"api_error",)" + fields +
         "}";
}

}  // namespace

TEST_CASE("a result line without an error and exit 0 is a success, whatever is said in the run") {
  CHECK(kind_of(stream(0, tool_output + prose + done)) == Kind::success);
  CHECK(kind_of(stream(1, tool_output + prose + done)) == Kind::task_error);
}

TEST_CASE("the text of a run without a result line decides nothing") {
  CHECK(kind_of(stream(0, tool_output + prose)) == Kind::task_error);
  CHECK(kind_of(stream(1, tool_output + prose)) == Kind::task_error);
  CHECK(kind_of(stream(143, tool_output + prose)) == Kind::task_error);
  CHECK(kind_of(stream(1, "")) == Kind::task_error);
}

TEST_CASE("a result's own fields say what the API answered") {
  CHECK(kind_of(stream(1, failed(R"("api_error_status":401,"result":"Invalid API key")"))) ==
        Kind::auth_error);
  CHECK(kind_of(stream(1, failed(R"("api_error_status":529,"result":"API Error: 529 Overloaded")"))) ==
        Kind::server_error);
  CHECK(kind_of(stream(1, failed(R"("api_error":"connection_failed","result":"API Error: x")"))) ==
        Kind::network);
  CHECK(kind_of(stream(
            1,
            failed(
                R"("api_error_status":429,"api_error_code":"enforced_spend_limit_reached","result":"x")"))) ==
        Kind::quota);
  CHECK(kind_of(stream(1, failed(R"("api_error_status":400,"result":"Credit balance is too low")"))) ==
        Kind::quota);
}

TEST_CASE("the runtime's own message names the cause when an older result does not") {
  const std::string message =
      R"({"type":"assistant","message":{"model":"<synthetic>","content":[]},"error":"billing_error"})"
      "\n";
  const std::string result =
      R"({"type":"result","subtype":"success","is_error":true,"result":"Credit balance is too low"})";
  CHECK(kind_of(stream(1, message + result)) == Kind::quota);
}

TEST_CASE("retries that ended well are not a failure, and the last error decides when they did not") {
  const std::string retry =
      R"({"type":"system","subtype":"api_retry","attempt":1,"error_status":529,"error":"overloaded"})"
      "\n";
  CHECK(kind_of(stream(0, retry + done)) == Kind::success);
  CHECK(kind_of(stream(1, retry + failed(R"("api_error_status":401,"result":"Invalid API key")"))) ==
        Kind::auth_error);
  CHECK(kind_of(stream(1, retry + failed(R"("result":"")"))) == Kind::server_error);
}

TEST_CASE("a call that was tried again without a status is the last word, until the model speaks") {
  const std::string retry =
      R"({"type":"system","subtype":"api_retry","attempt":1,"error_status":null,"error":"unknown"})"
      "\n";
  const std::string spoke = R"({"type":"assistant"})"
                            "\n";
  const auto broken_off = [](std::string_view more) {
    return R"({"type":"result","subtype":"error_during_execution","is_error":true,"errors":[)" +
           std::string{more} + "]}\n";
  };
  const std::string unknown = failed(R"("result":"it broke","terminal_reason":"completed")");
  for (const auto& end : {std::string{}, unknown, broken_off(R"("it broke")"), broken_off("")}) {
    CAPTURE(end);
    CHECK(kind_of(stream(1, retry + end)) == Kind::network);
    CHECK(kind_of(stream(1, end)) == Kind::task_error);
    CHECK(kind_of(stream(1, retry + spoke + end)) == Kind::task_error);
    CHECK(kind_of(stream(143, retry + end)) == Kind::task_error);  // somebody killed it
  }
  CHECK(kind_of(stream(1, retry + failed(R"("result":"Request timed out")"))) == Kind::timeout);
  CHECK(kind_of(stream(1, retry + R"({"type":"result","subtype":"error_max_turns","is_error":true})")) ==
        Kind::task_error);
}

TEST_CASE("a verdict knows the status of the answer, wherever the run tells it") {
  const auto status_of = [](const std::string& lines) { return classify(stream(1, lines), noon).status; };
  const std::string retry =
      R"({"type":"system","subtype":"api_retry","attempt":1,"error_status":401,"error":"authentication_failed"})"
      "\n";
  const std::string message =
      R"({"type":"assistant","message":{"model":"<synthetic>","content":[]},"error":"rate_limit"})"
      "\n";
  CHECK(status_of(failed(R"("api_error_status":429,"result":"no")")) == 429);
  CHECK(status_of(retry + failed(R"("result":"Invalid API key")")) == 401);
  CHECK(status_of(message + failed(R"x("result":"API Error: 429 {\"type\":\"error\"}")x")) == 429);
  CHECK_FALSE(status_of(message + failed(R"("result":"Credit balance is too low")")));
  CHECK(
      classify(stream(1, message + failed(R"x("result":"API Error: 429 {\"a\":\"b\"}")x")), noon).evidence ==
      R"(API Error: 429 {"a":"b"})");
}

TEST_CASE("a runtime that waits longer than its own back-off shows what the provider asked for") {
  const auto waited_for = [](const char* retry, const char* status) {
    const std::string line = R"({"type":"system","subtype":"api_retry",)" + std::string{retry} + "}\n";
    const std::string result = R"("result":"API Error","api_error_status":)" + std::string{status};
    return classify(stream(1, line + failed(result)), noon).retry_after_s;
  };
  CHECK(waited_for(R"("attempt":1,"retry_delay_ms":20000,"error_status":429)", "429") == 20.0);
  CHECK(waited_for(R"("attempt":2,"retry_delay_ms":1251,"error_status":529)", "529") == 1.251);
  CHECK_FALSE(waited_for(R"("attempt":1,"retry_delay_ms":624.9,"error_status":429)", "429"));
  CHECK_FALSE(waited_for(R"("attempt":9,"retry_delay_ms":40000,"error_status":529)", "529"));
  CHECK_FALSE(waited_for(R"("attempt":1,"retry_delay_ms":20000,"error_status":529)", "401"));
  CHECK_FALSE(waited_for(R"("retry_delay_ms":20000,"error_status":429)", "429"));

  const std::string throttled =
      R"({"type":"system","subtype":"api_retry","attempt":1,"retry_delay_ms":20000,"error_status":429})"
      "\n";
  const std::string words =
      R"x("api_error_status":429,"result":"You've hit your session limit · resets 3pm (UTC)")x";
  CHECK(kind_of(stream(1, throttled + failed(words))) == Kind::quota);
}

TEST_CASE("the runtime's own limits are the task's failure") {
  for (const char* subtype : {"error_max_turns", "error_max_budget_usd", "error_during_execution"})
    CHECK(kind_of(stream(1, tool_output + R"({"type":"result","subtype":")" + subtype +
                                R"(","is_error":true})")) == Kind::task_error);
}

TEST_CASE(
    "a rejected window decides only when it is named, not paid over, and the model did not answer after it") {
  const auto event = [](const char* rest) {
    return std::string{R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected")"} + rest +
           "}}\n";
  };
  const char* closed = R"(,"resetsAt":1787500000,"rateLimitType":"five_hour","overageStatus":"rejected")";
  const Verdict verdict = classify(stream(0, event(closed) + done), noon);
  CHECK(verdict.kind == Kind::quota);
  REQUIRE(verdict.reset_at);
  CHECK(*verdict.reset_at == Instant{std::chrono::seconds{1'787'500'000}});
  CHECK(kind_of(stream(0, event("") + done)) == Kind::success);
  CHECK(kind_of(stream(0, event(R"(,"rateLimitType":"five_hour","isUsingOverage":true)") + done)) ==
        Kind::success);
  CHECK(kind_of(stream(0, event(closed) + prose + done)) == Kind::success);
}

TEST_CASE("of a terminal's text only the runtime's own lines are believed") {
  CHECK(kind_of(cli_text(1, "API Error: 529 Overloaded")) == Kind::server_error);
  CHECK(kind_of(cli_text(1, "I begin.\n  ⎿  API Error: 401 Invalid bearer token")) == Kind::auth_error);
  CHECK(kind_of(cli_text(1, "\x1b[31mClaude AI usage limit reached|1786692000\x1b[0m")) == Kind::quota);
  CHECK(kind_of(cli_text(1, "5-hour limit reached ∙ resets 3pm")) == Kind::quota);
  CHECK(kind_of(cli_text(1, "curl: (7) Failed to connect to localhost port 3000")) == Kind::task_error);
  CHECK(kind_of(cli_text(7, "curl: (7) Failed to connect to localhost port 3000")) == Kind::network);
  CHECK(kind_of(cli_text(1, "error: 429 Too Many Requests while fetching https://example.com")) ==
        Kind::task_error);
  CHECK(kind_of(cli_text(1, "E   openai.RateLimitError: insufficient_quota\n1 failed")) == Kind::task_error);
  CHECK(kind_of(cli_text(1, "fatal: unable to access 'x': Could not resolve host: github.com")) ==
        Kind::task_error);
}

TEST_CASE("exit 0 with words is a success, silence and signals are the task's") {
  CHECK(kind_of(cli_text(0, "API Error: 529 is what your log shows")) == Kind::success);
  CHECK(kind_of(cli_text(0, "")) == Kind::task_error);
  CHECK(kind_of(cli_text(143, "API Error: 529 Overloaded")) == Kind::task_error);
}

TEST_CASE("an operator's rule comes first, on whatever text the outcome has") {
  const std::vector<OperatorRule> rules{{"our-proxy", "upstream BUDGET gone", Kind::quota},
                                        {"our-notice", "maintenance-window", Kind::server_error}};
  const auto judged = [&](const Outcome& outcome) { return classify(outcome, noon, rules); };
  CHECK(judged(http(500, R"({"error":"Upstream budget gone"})")).rule == "our-proxy");
  CHECK(judged(http(401, R"({"error":"Upstream budget gone"})")).kind == Kind::quota);
  CHECK(judged(http(200, R"({"choices":[{"message":{"content":"Upstream budget gone"}}]})")).kind ==
        Kind::quota);
  CHECK(judged(cli_text(1, "our wrapper says: upstream budget gone")).kind == Kind::quota);
  CHECK(judged(cli_text(0, "our wrapper says: upstream budget gone")).kind == Kind::quota);
  CHECK(judged(cli_text(137, "upstream budget gone")).kind == Kind::quota);
  CHECK(judged(stream(0, done + "\nstderr: upstream budget gone")).kind == Kind::quota);
  CHECK(judged(cli_text(1, "API Error: 401 Invalid API key (maintenance window)")).kind ==
        Kind::server_error);

  const Verdict far = judged(cli_text(1, std::string(9000, 'x') + " upstream budget gone, try again in 40s"));
  CHECK(far.failover);
  CHECK(far.retry_after_s == 40);
  CHECK(far.evidence.find("upstream budget gone") != std::string::npos);
  CHECK_FALSE(judged(cli_text(0, "all well")).failover);
}

TEST_CASE("a tool's line that only sounds like the runtime is the task's failure") {
  CHECK(kind_of(cli_text(1, "Invalid API key · Fix external API key")) == Kind::auth_error);
  CHECK(kind_of(cli_text(1, "Invalid API key in fixtures/stripe.json, test aborted")) == Kind::task_error);
  CHECK(kind_of(cli_text(1, "Request timed out")) == Kind::timeout);
  CHECK(kind_of(cli_text(1, "Request timed out waiting for selector '#login'")) == Kind::task_error);
  CHECK(
      kind_of(cli_text(1, "unexpected status 401 Unauthorized, url: https://api.openai.com/v1/responses")) ==
      Kind::auth_error);
  CHECK(kind_of(cli_text(1, "unexpected status 500 from http://localhost:8080/health")) == Kind::task_error);
}

TEST_CASE("an error in the middle of someone's log did not end the run") {
  CHECK(kind_of(cli_text(1, "> npm test\nAPI Error: 500 from the stub\n2 failed, 40 passed")) ==
        Kind::task_error);
  CHECK(kind_of(cli_text(1, "I begin.\nAPI Error: 500 Internal server error.\n\n✻ Brewed for 3s")) ==
        Kind::server_error);
}
