// Errors that are told by their shape, not by words that a table lists.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"

using namespace understudy::failover;

TEST_CASE("an agent's lone error counts when it speaks of a model") {
  for (const char* text : {
           "Error: Rate limit of 20 RPM reached for the model, wait a moment",
           "✗ Rate limit reached for gpt-5",
           "🚧 Error: rate limit reached for grok-4",
           "RateLimitError: 429 Please slow down\n    at makeStatusError (/app/sdk/error.js:63:20)",
           "2026-08-22T10:00:00.123Z ERROR agent::llm: rate limit reached for qwen3\n",
           "Agent v1.2\nmodel: some/one\n\nERROR  Too many requests to the model\n  try another\n",
           "Error: Nova API error: 429 rate limit reached, inference of the model denied",
       }) {
    CAPTURE(text);
    CHECK(kind_of(cli_text(1, text)) == Kind::rate_limit);
  }
}

TEST_CASE("so do the messages of SDKs, which have a shape of their own") {
  CHECK(kind_of(cli_text(1, "Error: 402 {\"detail\":\"no\"}")) == Kind::quota);
  CHECK(kind_of(cli_text(1, "Error: 403 \"no\"")) == Kind::auth_error);
  CHECK(kind_of(cli_text(1, "404 status code (no body)")) == Kind::model_not_found);
  CHECK(kind_of(cli_text(1, "Error: Forbidden: {\"a\":\"b\"}")) == Kind::auth_error);
  CHECK(kind_of(cli_text(
            1, "Task failed: AI_RetryError: Failed after 3 attempts. Last error: Payment Required")) ==
        Kind::quota);
}

TEST_CASE("a short sentence about a failure counts too, and prose about one does not") {
  CHECK(kind_of(cli_text(1, "Rate limit exceeded for mistral (model: devstral)")) == Kind::rate_limit);
  CHECK(kind_of(cli_text(1, "HTTP 429: Error from provider (Console): slow down")) == Kind::rate_limit);
  CHECK(kind_of(cli_text(1, "Chat broke: RateLimitError: Error code: 429 - {'message': 'TPM limit'}")) ==
        Kind::rate_limit);
  for (const char* prose : {
           "I could not finish: the OpenAI API in the sandbox answered 401 Unauthorized.",
           "OpenAI's `rate limit exceeded` was hard-coded thrice; now it is one constant.",
           "The OpenAI tests failed: 3 of 12 expect a 429 that never comes.\nSee tests/client.\nNothing "
           "changed.",
           "Rate limit exceeded for user 7",
       }) {
    CAPTURE(prose);
    CHECK(kind_of(cli_text(1, prose)) == Kind::task_error);
  }
}

TEST_CASE("the same numbers from compilers, test runners and package managers are the task's failure") {
  for (const char* text : {
           "error TS2322: Type 'RateLimitError' is not assignable to type 'OpenAIError'.",
           "error[E0432]: unresolved import `anthropic::RateLimitError`\n --> src/client.rs:3:5",
           "ERROR tests/test_openai.py::test_stream - openai.RateLimitError: Error code: 429",
           "Error: MCP server \"openai-docs\" failed to start: 401 Unauthorized",
           "error An unexpected error occurred: \"https://registry.yarnpkg.com/openai: ETIMEDOUT\".",
           "Error: connect ECONNREFUSED 127.0.0.1:5432",
           "the notes on OpenAI:\nError: 429 rate limit of the model\nand so on",
       }) {
    CAPTURE(text);
    CHECK(kind_of(cli_text(1, text)) == Kind::task_error);
  }
}

TEST_CASE("a contraction reads as the words that it stands for") {
  for (const char* words : {"You do not have access to it", "You don't have access to it",
                            "You don’t have access to it", R"(You don\u2019t have access to it)"}) {
    CAPTURE(words);
    CHECK(kind_of(http(403, R"({"error":{"message":")" + std::string{words} + "\"}}")) == Kind::auth_error);
    CHECK(kind_of(exception("Error: " + std::string{words})) == Kind::auth_error);
  }
}

TEST_CASE("a reason phrase alone is a status, a phrase inside a sentence is none") {
  CHECK(kind_of(exception("AI_APICallError: Not Found")) == Kind::model_not_found);
  CHECK(kind_of(exception("AI_APICallError: Payment Required")) == Kind::quota);
  CHECK(kind_of(exception("SomeException: 404 -")) == Kind::model_not_found);
  CHECK(kind_of(exception("Error: the file was not found")) == Kind::task_error);
}

TEST_CASE("a proxy's 407 is the network's, whatever it says of authentication") {
  CHECK(kind_of(exception("ProxyError: Tunnel connection failed: 407 Proxy Authentication Required")) ==
        Kind::network);
}

TEST_CASE("events that name the agent's own failure, or its tools', blame no provider") {
  const auto failed = [](const char* error) {
    return stream(1, R"({"type":"init","session_id":"s"})"
                     "\n"
                     R"({"type":"result","status":"error","error":)" +
                         std::string{error} + "}\n");
  };
  CHECK(kind_of(failed(R"({"type":"Error","message":"HTTP 429 Too Many Requests"})")) == Kind::rate_limit);
  CHECK(kind_of(failed(R"({"type":"FatalToolExecutionError","message":"HTTP 429 Too Many Requests"})")) ==
        Kind::task_error);
  CHECK(kind_of(failed(R"({"type":"Error","message":"MCP server 'a' failed: 401 Unauthorized"})")) ==
        Kind::task_error);
}
