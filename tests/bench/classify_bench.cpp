// ns for classifying one outcome: small answers of each surface, and bodies of 16 KiB that hide the words in
// noise.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include "understudy/failover/classify.hpp"

namespace {

using namespace understudy::failover;
using Clock = std::chrono::steady_clock;

constexpr std::size_t large = 16 * 1024;
const Instant now{std::chrono::hours{500'000}};

Outcome small_http() {
  Outcome outcome;
  outcome.provider = "anthropic";
  outcome.status = 429;
  outcome.headers = {{"content-type", "application/json"}, {"retry-after", "17"}};
  outcome.body =
      R"({"type":"error","error":{"type":"rate_limit_error","message":"Number of requests has exceeded your rate limit."}})";
  return outcome;
}

Outcome small_text() {
  Outcome outcome;
  outcome.surface = Surface::cli_text;
  outcome.exit_code = 1;
  outcome.body = "API Error: 529 Overloaded. This is a server-side issue, usually temporary.";
  return outcome;
}

Outcome small_stream() {
  Outcome outcome;
  outcome.surface = Surface::cli_stream_json;
  outcome.exit_code = 1;
  outcome.body =
      R"({"type":"result","subtype":"success","is_error":true,"terminal_reason":"api_error","api_error_status":529,)"
      R"("api_error_type":"overloaded_error","result":"API Error: 529 Overloaded."})";
  return outcome;
}

/// A provider that echoes 16 KiB of the request in its message.
Outcome large_http() {
  Outcome outcome = small_http();
  outcome.status = 400;
  std::string echo;
  while (echo.size() < large) echo += "messages.12.content: rate the limits of the quotation, ";
  outcome.body = R"({"type":"error","error":{"type":"invalid_request_error","message":")" + echo + "\"}}";
  return outcome;
}

Outcome large_success() {
  Outcome outcome = small_http();
  outcome.status = 200;
  outcome.headers.clear();
  std::string words;
  while (words.size() < large) words += "The server answered 429 with rate_limit_error and we wait. ";
  outcome.body = R"({"id":"msg_1","type":"message","content":[{"type":"text","text":")" + words +
                 R"("}],"usage":{"output_tokens":9}})";
  return outcome;
}

Outcome large_stream() {
  Outcome outcome = small_stream();
  std::string lines;
  while (lines.size() < large)
    lines +=
        R"({"type":"user","message":{"role":"user","content":[{"type":"tool_result","content":"HTTP 429 Too Many)"
        R"( Requests; insufficient_quota; overloaded_error in the log of the service under test"}]}})"
        "\n";
  outcome.body = lines + outcome.body;
  return outcome;
}

Outcome large_text() {
  Outcome outcome = small_text();
  std::string lines;
  while (lines.size() < large)
    lines += "ok 12 - GET /v1/items answers 429 when the API is throttled (4 ms)\n";
  outcome.body = lines + outcome.body;
  return outcome;
}

/// The best of many short batches: other work on the machine only ever adds.
double measure(const Outcome& outcome, long rounds) {
  std::size_t sink = 0;
  double best = 1e18;
  for (int batch = 0; batch < 50; ++batch) {
    const auto begin = Clock::now();
    for (long i = 0; i < rounds; ++i) sink += classify(outcome, now).rule.size();
    const double ns = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
    best = std::min(best, ns / static_cast<double>(rounds));
  }
  return sink == 0 ? 0 : best;
}

void compare(std::string_view name, const Outcome& small, const Outcome& big) {
  const double few = measure(small, 2'000);
  const double many = measure(big, 200);
  std::printf("classify, %-18s %8.0f ns small, %8.0f ns with 16 KiB (%zu bytes), %5.1fx\n", name.data(), few,
              many, big.body.size(), many / few);
}

}  // namespace

int main() {
  compare("http error", small_http(), large_http());
  compare(
      "http success",
      [] {
        auto it = small_http();
        it.status = 200;
        it.body = R"({"type":"message"})";
        return it;
      }(),
      large_success());
  compare("cli stream-json", small_stream(), large_stream());
  compare("cli text", small_text(), large_text());
}
