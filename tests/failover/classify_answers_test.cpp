// A 2xx is a success only when there is an answer in it.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"

using namespace understudy::failover;

namespace {

Kind ok(std::string body) {
  return kind_of(http(200, std::move(body)));
}

/// A chat completion with one choice.
std::string chat(const std::string& message, const std::string& finish, int tokens) {
  return R"({"id":"c","object":"chat.completion","choices":[{"index":0,"message":)" + message +
         R"(,"finish_reason":)" + finish + R"(}],"usage":{"prompt_tokens":9,"completion_tokens":)" +
         std::to_string(tokens) + "}}";
}

std::string events(std::initializer_list<const char*> all) {
  std::string body;
  for (const char* one : all) body += std::string{"data: "} + one + "\n\n";
  return body;
}

const std::string empty = R"({"role":"assistant","content":""})";
const std::string half = R"({"role":"assistant","content":"half a sen"})";
constexpr auto begun =
    R"({"object":"chat.completion.chunk","choices":[{"delta":{"content":"a"},"finish_reason":null}]})";
constexpr auto stopped =
    R"({"object":"chat.completion.chunk","choices":[{"delta":{},"finish_reason":"stop"}]})";

}  // namespace

TEST_CASE("a finish reason that names a failure is one") {
  CHECK(ok(chat(half, R"("error")", 3)) == Kind::server_error);
  CHECK(ok(chat(half, R"("network_error")", 3)) == Kind::network);
  CHECK(ok(chat(half, R"("insufficient_system_resource")", 3)) == Kind::server_error);
  CHECK(ok(chat(half, R"("abort")", 3)) == Kind::server_error);
  CHECK(ok(chat(half, R"("content_filter")", 3)) == Kind::content_policy);
  CHECK(ok(R"({"candidates":[{"finishReason":"SAFETY"}],"usageMetadata":{"promptTokenCount":9}})") ==
        Kind::content_policy);
  CHECK(ok(R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}})") == Kind::content_policy);
  for (const char* fine : {R"("stop")", R"("length")", R"("tool_calls")", "null"})
    CHECK(ok(chat(half, fine, 3)) == Kind::success);
}

TEST_CASE("a full window is the conversation's fault only when tokens were counted") {
  const auto message = [](int tokens, const char* content) {
    return R"({"type":"message","content":)" + std::string{content} +
           R"(,"stop_reason":"model_context_window_exceeded","usage":{"input_tokens":0,"output_tokens":)" +
           std::to_string(tokens) + "}}";
  };
  CHECK(ok(message(0, "[]")) == Kind::server_error);
  CHECK(ok(message(900, R"([{"type":"text","text":"x"}])")) == Kind::context_length);
}

TEST_CASE("an answer without text, call or token is none") {
  CHECK(ok(chat(empty, R"("stop")", 0)) == Kind::server_error);
  CHECK(ok(R"({"object":"chat.completion","choices":[]})") == Kind::server_error);
  CHECK(
      ok(R"({"type":"message","content":[],"stop_reason":"end_turn","usage":{"input_tokens":0,"output_tokens":0}})") ==
      Kind::server_error);
  CHECK(ok(R"({"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP"}]})") ==
        Kind::server_error);
  CHECK(ok(events({"[DONE]"})) == Kind::server_error);

  CHECK(ok(chat(empty, R"("stop")", 2)) == Kind::success);  // the model chose to say nothing
  CHECK(ok(chat(R"({"content":null,"tool_calls":[{"function":{"name":"f","arguments":""}}]})",
                R"("tool_calls")", 0)) == Kind::success);
  CHECK(ok(chat(R"({"content":"","reasoning_content":"hm"})", R"("length")", 0)) == Kind::success);
  CHECK(ok(R"({"id":"r","object":"response","status":"in_progress","output":[]})") == Kind::success);
}

TEST_CASE("an error counts on the choice and on the response, not in what the model called") {
  const std::string on_choice =
      R"({"choices":[{"error":{"code":429,"message":"Rate limit exceeded"},"message":{"content":"half"}}]})";
  CHECK(ok(on_choice) == Kind::rate_limit);
  CHECK(
      ok(R"({"type":"response.failed","response":{"error":{"code":"insufficient_quota","message":"no"}}})") ==
      Kind::quota);
  CHECK(ok(R"({"type":"message","content":[{"type":"tool_use","input":{"error":{"message":"429"}}}]})") ==
        Kind::success);
  CHECK(ok(R"({"object":"response","error":null,"output":[{"type":"mcp_call","error":"401"},)"
           R"({"type":"message","content":[{"type":"output_text","text":"ok"}]}]})") == Kind::success);
}

TEST_CASE("vendors' envelopes of an error are errors, and those of an answer are none") {
  CHECK(ok(R"({"error_code":17,"error_msg":"Open api daily request limit reached"})") == Kind::quota);
  CHECK(ok(R"({"code":1113,"msg":"…","success":false})") == Kind::quota);
  CHECK(ok(R"({"errors":[{"code":10000,"message":"Authentication error"}],"success":false})") ==
        Kind::auth_error);
  CHECK(ok(R"({"base_resp":{"status_code":1008,"status_msg":"no"}})") == Kind::quota);
  CHECK(ok(R"({"header":{"code":11202,"message":"no"}})") == Kind::rate_limit);
  CHECK(ok(R"([{"error":{"code":503,"message":"overloaded"}}])") == Kind::server_error);

  CHECK(ok(R"({"code":0,"message":"Success","choices":[{"message":{"content":"x"}}]})") == Kind::success);
  CHECK(ok(R"({"result":{"response":"Hello"},"success":true,"errors":[]})") == Kind::success);
  CHECK(ok(R"({"base_resp":{"status_code":0},"choices":[{"message":{"content":"x"}}]})") == Kind::success);
  CHECK(ok(R"({"object":"list","data":[{"id":"m"}]})") == Kind::success);
}

TEST_CASE("a stream ends with its dialect's mark or broke off") {
  CHECK(ok(events({begun})) == Kind::network);
  CHECK(ok(events({begun, stopped})) == Kind::success);
  CHECK(ok(events({begun, "[DONE]"})) == Kind::success);
  CHECK(ok(": PROCESSING\n\n: PROCESSING\n\n") == Kind::network);
  CHECK(ok("event: ping\ndata: {\"type\":\"ping\"}\n\n") == Kind::network);
  CHECK(ok("event:message_start\ndata:{\"type\":\"message_start\"}\n\n") == Kind::network);
  CHECK(ok(events({R"({"type":"response.output_text.delta","delta":"a"})"})) == Kind::network);
  CHECK(ok(events({R"({"type":"response.output_text.delta","delta":"a"})",
                   R"({"type":"response.completed","response":{}})"})) == Kind::success);
  CHECK(ok(events({R"({"candidates":[{"content":{"parts":[{"text":"x"}]}}]})"})) == Kind::network);
  CHECK(ok("{\"message\":{\"content\":\"a\"},\"done\":false}\n") == Kind::network);
  CHECK(ok("{\"response\":\"a\",\"done\":false}\n{\"error\":\"the runner stopped\"}\n") ==
        Kind::server_error);
  CHECK(ok("{\"response\":\"a\",\"done\":false}\n{\"response\":\"\",\"done\":true}\n") == Kind::success);
  CHECK(ok(R"({"choices":[{"message":{"content":"The first)") == Kind::network);
}

TEST_CASE("a page, by its content type too, is no answer") {
  CHECK(kind_of(http(200, "", {{"Content-Type", "text/html; charset=utf-8"}})) == Kind::network);
  CHECK(kind_of(http(200, "{}", {{"Content-Type", "text/html"}})) == Kind::success);
}

TEST_CASE("how the connection ended decides where no answer came, and only there") {
  const auto broken = [](Transport transport, std::optional<int> status, std::string body) {
    Outcome outcome = http(0, std::move(body));
    outcome.status = status;
    outcome.transport = transport;
    return classify(outcome, noon);
  };
  CHECK(broken(Transport::timeout, {}, "").kind == Kind::timeout);
  for (const Transport other : all_transports)
    if (other != Transport::timeout) CHECK(broken(other, {}, "").kind == Kind::network);
  CHECK(broken(Transport::dns, {}, "").rule == "transport-dns");
  CHECK(broken(Transport::refused, {}, "").evidence == "the connection was refused");
  CHECK(broken(Transport::closed, 200, events({begun})).rule == "transport-closed");
  CHECK(broken(Transport::closed, 200, events({begun, stopped})).kind == Kind::success);
  CHECK(broken(Transport::reset, 200, events({begun, R"({"error":{"code":402,"message":"no credits"}})"}))
            .kind == Kind::quota);
  CHECK(broken(Transport::closed, 429, "").kind == Kind::rate_limit);
  Outcome run = cli_text(1, "tests failed");
  run.transport = Transport::reset;
  CHECK(kind_of(run) == Kind::task_error);
  for (const Transport one : all_transports) CHECK(parse_transport(to_string(one)) == one);
}
