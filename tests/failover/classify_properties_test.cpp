// Whatever bytes arrive, there is a verdict, and what tools print never turns a task's failure into the
// provider's.
#include <catch2/catch.hpp>

#include "failover/classify_given.hpp"
#include "support/random.hpp"

using namespace understudy::failover;

namespace {

bool valid_utf8(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (size == 0 || at + size > text.size()) return false;
    for (std::size_t i = 1; i < size; ++i)
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0u) != 0x80) return false;
    at += size;
  }
  return true;
}

void check_sane(const Outcome& outcome) {
  const Verdict verdict = classify(outcome, noon);
  CHECK(verdict.failover == is_provider_fault(verdict.kind));
  CHECK_FALSE(verdict.rule.empty());
  CHECK(verdict.evidence.size() <= 300);
  CHECK(valid_utf8(verdict.evidence));
  if (verdict.retry_after_s) CHECK(*verdict.retry_after_s >= 0);
  CHECK(verdict == classify(outcome, noon));
}

constexpr std::array surfaces{Surface::http, Surface::sdk_exception, Surface::cli_stream_json,
                              Surface::cli_text};

const std::vector<std::string> seeds{
    R"({"type":"error","error":{"type":"rate_limit_error","message":"try again in 9m38s \u4f59\u989d \n x"}})",
    R"({"type":"result","is_error":true,"api_error_status":529,"result":"API Error: 529 Overloaded"})",
    "API Error: 429 {\"error\":{'message': 'resets Aug 24 at 1am (Europe/Zagreb)'}}\n[cause]: limit "
    "reached|1787500000",
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"code\":502}}\n\n"};

}  // namespace

TEST_CASE("any bytes on any surface get a verdict") {
  understudy::support::Random random{7};
  const std::string alphabet = "{}[]\":,'\\u012eE \n\t<>|()resets at pm limit\x80\xc3\xe2\xf0\xff";
  for (int round = 0; round < 4000; ++round) {
    std::string body;
    const auto size = random() % 300;
    for (std::size_t i = 0; i < size; ++i)
      body += round % 2 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
    for (const Surface surface : surfaces) {
      Outcome outcome;
      outcome.surface = surface;
      outcome.body = body;
      if (round % 3 != 0) outcome.status = static_cast<int>(random() % 700) - 50;
      if (round % 5 != 0) outcome.exit_code = static_cast<int>(random() % 300) - 20;
      outcome.headers = {
          {"retry-after", body.substr(0, 20)}, {"anthropic-ratelimit-x-reset", body}, {body, body}};
      check_sane(outcome);
    }
  }
}

TEST_CASE("a body cut off anywhere, or with a byte changed, gets a verdict") {
  understudy::support::Random random{11};
  for (const std::string& seed : seeds) {
    for (std::size_t cut = 0; cut <= seed.size(); ++cut) {
      std::string changed = seed;
      changed[random() % changed.size()] = static_cast<char>(random() % 256);
      for (const Surface surface : surfaces)
        for (const std::string& body : {seed.substr(0, cut), changed}) {
          Outcome outcome;
          outcome.surface = surface;
          outcome.body = body;
          outcome.status = 429;
          outcome.exit_code = 1;
          check_sane(outcome);
        }
    }
  }
}

TEST_CASE("deep nesting and huge bodies are read without harm") {
  for (const std::string& deep :
       {std::string(200'000, '['), std::string(200'000, '{'), std::string(200'000, '"'),
        std::string(200'000, '\\'), std::string(200'000, '\n')}) {
    for (const Surface surface : surfaces) {
      Outcome outcome;
      outcome.surface = surface;
      outcome.body = deep;
      outcome.exit_code = 1;
      check_sane(outcome);
    }
  }
  std::string nested;
  for (int i = 0; i < 20'000; ++i) nested += R"({"error":)";
  check_sane(http(200, nested));
  check_sane(http(500, nested));
}

TEST_CASE("what a tool prints never turns a task's failure, or a success, into a failover") {
  const std::vector<std::string> outputs{
      "HTTP 429 Too Many Requests", "API Error: 529 Overloaded", "Credit balance is too low",
      R"({\"type\":\"result\",\"is_error\":true})",
      R"(\n{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"}})"};
  const std::vector<std::string> ends{
      R"({"type":"result","subtype":"success","is_error":false,"result":"done"})",
      R"({"type":"result","subtype":"error_max_turns","is_error":true})", ""};
  for (const std::string& output : outputs)
    for (const std::string& end : ends)
      for (const int exit_code : {0, 1, 137}) {
        const std::string line =
            R"({"type":"user","message":{"content":[{"type":"tool_result","content":")" + output + "\"}]}}\n";
        const std::string newer = R"({"message":{"content":[{"type":"tool_result","content":")" + output +
                                  R"("}]},"type":"user"})" + "\n";
        CHECK_FALSE(classify(stream(exit_code, line + newer + end), noon).failover);
      }
}

TEST_CASE("header names are read in any case") {
  for (const char* name : {"retry-after", "Retry-After", "RETRY-AFTER"})
    CHECK(classify(http(429, "", {{name, "42"}}), noon).retry_after_s == 42);
}

TEST_CASE("evidence shows the deciding words and no credential") {
  const auto shown = [](const std::string& text) { return classify(exception(text), noon).evidence; };
  CHECK(shown("Error: 402 Insufficient Balance") == "Error: 402 Insufficient Balance");
  const std::string key = std::string{"sk-"} + "ant-api03-abcdefGHIJKL" + "mnop";
  CHECK(shown("Incorrect API key provided: " + key + ". Visit us").find("abcdef") == std::string::npos);
  CHECK(shown("api key invalid: {'key': '" + key + "'}").find("abcdef") == std::string::npos);
  CHECK(shown("unauthorized: Bearer abcdef0123456789abcdef").find("abcdef0123") == std::string::npos);
  CHECK(shown("invalid api key " + std::string(30, 'a') + "1234567890" + std::string(30, 'b'))
            .find("1234567890") == std::string::npos);
  CHECK(shown(std::string(900, 'x') + " Insufficient Balance " + std::string(5000, 'y'))
            .find("Insufficient Balance") != std::string::npos);
}
