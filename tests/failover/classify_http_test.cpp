// HTTP exchanges: what a provider's status, headers and body mean together.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"

using namespace understudy::failover;

TEST_CASE("a status alone is understood when nothing else is said") {
  CHECK(kind_of(http(200, "")) == Kind::success);
  CHECK(kind_of(http(400, "")) == Kind::invalid_request);
  CHECK(kind_of(http(401, "")) == Kind::auth_error);
  CHECK(kind_of(http(402, "")) == Kind::quota);
  CHECK(kind_of(http(404, "")) == Kind::model_not_found);
  CHECK(kind_of(http(408, "")) == Kind::timeout);
  CHECK(kind_of(http(413, "")) == Kind::context_length);
  CHECK(kind_of(http(429, "")) == Kind::rate_limit);
  CHECK(kind_of(http(500, "")) == Kind::server_error);
  CHECK(kind_of(http(504, "")) == Kind::timeout);
  CHECK(kind_of(http(529, "")) == Kind::server_error);
}

TEST_CASE("an empty account is quota, whatever its status") {
  CHECK(kind_of(http(400, R"({"type":"error","error":{"type":"invalid_request_error","message":)"
                          R"("Your credit balance is too low to access the Anthropic API."}})")) ==
        Kind::quota);
  CHECK(kind_of(http(401, R"({"error":{"message":"Budget has been exceeded","type":"auth_error"}})")) ==
        Kind::quota);
  CHECK(
      kind_of(http(402, R"({"error":{"message":"Insufficient Balance","code":"invalid_request_error"}})")) ==
      Kind::quota);
  CHECK(kind_of(http(403, R"({"error":"You have run out of credits"})")) == Kind::quota);
  CHECK(kind_of(http(429, R"({"error":{"code":"1113","message":"Balance"}})")) == Kind::quota);
  CHECK(kind_of(http(502, R"({"error":"402 Payment Required: monthly included credits"})")) == Kind::quota);
}

TEST_CASE("Google's two windows with identical words are told apart by the quota id") {
  const auto body = [](const char* quota_id) {
    return std::string{
               R"({"error":{"code":429,"message":"You exceeded your current quota, please check your plan and )"
               R"(billing details.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":")"} +
           quota_id + R"("}]},{"retryDelay":"34s"}]}})";
  };
  CHECK(kind_of(http(429, body("GenerateRequestsPerMinutePerProjectPerModel"))) == Kind::rate_limit);
  CHECK(kind_of(http(429, body("GenerateRequestsPerDayPerProjectPerModel"))) == Kind::quota);
}

TEST_CASE("a 429 that is an overloaded engine is the server's fault") {
  CHECK(kind_of(http(429, R"({"error":{"type":"engine_overloaded_error","message":"try again later"}})")) ==
        Kind::server_error);
  CHECK(kind_of(http(429, R"({"error":{"code":"1312","message":"busy"}})")) == Kind::server_error);
}

TEST_CASE("the request's own fault never fails over, whatever words it quotes") {
  CHECK(kind_of(http(
            400, R"({"error":{"type":"invalid_request_error","message":"messages.3.content.0.text: Input )"
                 R"(should be a valid string, got 'insufficient_quota, 401 unauthorized'"}})")) ==
        Kind::invalid_request);
  CHECK(kind_of(http(500, R"({"error":{"code":500,"message":"Context size has been exceeded."}})")) ==
        Kind::context_length);
  CHECK(kind_of(http(403, R"({"error":{"code":403,"message":"Your input was flagged for violence"}})")) ==
        Kind::content_policy);
}

TEST_CASE("a gateway's page counts by its status, not by its words") {
  const char* page =
      "<!doctype html><html><body><h1>Service Unavailable</h1>Rate limit exceeded.</body></html>";
  CHECK(kind_of(http(503, page)) == Kind::server_error);
  CHECK(kind_of(http(429, page)) == Kind::rate_limit);
  CHECK(kind_of(http(200, page)) == Kind::network);
}

TEST_CASE("an error event in a stream that began with 200 is the provider's answer") {
  CHECK(kind_of(http(200,
                     "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                     "\"message\":\"Overloaded\"}}\n\n")) == Kind::server_error);
  CHECK(kind_of(http(200, "event: message_start\ndata: {\"type\":\"message_start\"}\n\n")) == Kind::network);
}

TEST_CASE("an answer that talks about errors is a success") {
  CHECK(kind_of(http(
            200, R"({"type":"message","content":[{"type":"text","text":"402 Insufficient Balance"}]})")) ==
        Kind::success);
  CHECK(kind_of(http(
            200,
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":"
            "\"data: {\\\"type\\\":\\\"error\\\"}\"}}\n\nevent: message_stop\ndata: {}\n")) == Kind::success);
}

TEST_CASE("Bedrock's header names the error that its body does not") {
  CHECK(kind_of(http(400, R"({"message":"Please slow your calls."})",
                     {{"X-Amzn-ErrorType", "ThrottlingException:x"}})) == Kind::rate_limit);
  CHECK(kind_of(http(403, R"({"message":"no"})", {{"x-amzn-errortype", "ExpiredTokenException"}})) ==
        Kind::auth_error);
}

TEST_CASE("an exception's text carries the provider's error, as JSON or as a Python dictionary") {
  CHECK(kind_of(exception(
            "openai.APIStatusError: Error code: 402 - {'error': {'message': 'Insufficient Balance'}}")) ==
        Kind::quota);
  CHECK(kind_of(exception("APIError: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}")) ==
        Kind::server_error);
  CHECK(kind_of(exception("litellm: b'{\"error\":{\"type\":\"authentication_error\"}}'")) ==
        Kind::auth_error);
}

TEST_CASE("transport failures and timeouts are told apart") {
  CHECK(kind_of(exception("TypeError: fetch failed\n[cause]: Error: connect ECONNREFUSED 127.0.0.1:11434")) ==
        Kind::network);
  CHECK(kind_of(exception("Error: getaddrinfo ENOTFOUND api.example.com")) == Kind::network);
  CHECK(kind_of(exception("httpx.ReadTimeout: The read operation timed out")) == Kind::timeout);
  CHECK(kind_of(exception("net/http: TLS handshake timeout")) == Kind::timeout);
  CHECK(kind_of(exception("AWS default-chain credential resolve timed out")) == Kind::auth_error);
}

TEST_CASE("what HTTP libraries of C and C++ say without an answer is the network") {
  for (const char* said :
       {"Could not establish connection", "Failed to read connection", "Failed to write connection",
        "Connection handling canceled", "SSL connection failed", "SSL server verification failed",
        "Couldn't connect to server", "Transferred a partial file",
        "transfer closed with outstanding read data remaining",
        "Server returned nothing (no headers, no data)", "Failed sending data to the peer",
        "Failure when receiving data from the peer", "SSL connect error",
        "SSL peer certificate or SSH remote key was not OK", "Error in the HTTP2 framing layer"}) {
    CAPTURE(said);
    CHECK(kind_of(exception(said)) == Kind::network);
    Outcome unanswered;
    unanswered.body = said;
    CHECK(kind_of(unanswered) == Kind::network);
  }
}

TEST_CASE("a number is a status only where a status belongs") {
  CHECK(kind_of(exception("assertion failed: 1429 rows, port 4290, req-429, v4.0.1")) == Kind::task_error);
  CHECK(kind_of(exception("KeyError: 'content' at line 503")) == Kind::task_error);
  CHECK(kind_of(exception("HTTP 503: try later")) == Kind::server_error);
}

TEST_CASE("a subscription's rejected window and a gateway's spend limit are known from headers alone") {
  CHECK(kind_of(http(429, "", {{"Anthropic-Ratelimit-Unified-Status", "rejected"}})) == Kind::quota);
  CHECK(kind_of(http(429, "", {{"anthropic-ratelimit-unified-status", "allowed"}})) == Kind::rate_limit);
  CHECK(kind_of(http(429, "", {{"x-should-retry", "false"}})) == Kind::quota);
  CHECK(kind_of(http(429, "", {{"x-should-retry", "false"}, {"retry-after", "5"}})) == Kind::rate_limit);
}

TEST_CASE("what a refused request quotes is not a cause") {
  CHECK(
      kind_of(http(
          400, R"({"error":{"type":"invalid_request_error","message":"Function 'rate_limit' is not defined, )"
               R"(use \"insufficient_quota\" or `billing_limit`."}})")) == Kind::invalid_request);
  CHECK(kind_of(http(400, R"({"error":{"message":"You've an insufficient balance, it's gone."}})")) ==
        Kind::quota);
  CHECK(kind_of(http(400, R"({"error":{"message":"upstream: {\"message\":\"Insufficient Balance\"}"}})")) ==
        Kind::quota);
}
