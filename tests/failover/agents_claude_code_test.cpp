#include <malloc.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "understudy/failover/agent_reader.hpp"
#include "understudy/failover/classify.hpp"

using namespace understudy::failover;

namespace {

const std::string init = R"({"type":"system","subtype":"init","session_id":"s"})";
const std::string says = R"({"type":"assistant","message":{"id":"m1","model":"claude-x","content":[
  {"type":"text","text":"The server said 529 overloaded_error."}],"usage":{"input_tokens":25,
  "cache_read_input_tokens":100,"output_tokens":1}},"parent_tool_use_id":null})";
const std::string calls_tool = R"({"type":"assistant","message":{"id":"m1","model":"claude-x","content":[
  {"type":"tool_use","id":"t1","name":"Bash","input":{"command":"curl -H 'key: sk-secret'"}}],"usage":{"input_tokens":25,
  "cache_read_input_tokens":100,"output_tokens":9}},"parent_tool_use_id":null})";
const std::string tool_answers = R"({"type":"user","message":{"role":"user","content":[{"type":"tool_result",
  "tool_use_id":"t1","content":"401 authentication_error: invalid x-api-key","is_error":true}]},
  "tool_use_result":"401 authentication_error","parent_tool_use_id":null})";
const std::string retry =
    R"({"type":"system","subtype":"api_retry","attempt":1,"max_retries":1,"error_status":529,"error":"overloaded"})";
const std::string api_error =
    R"({"type":"assistant","message":{"id":"e1","model":"<synthetic>","role":"assistant",
  "content":[{"type":"text","text":"Credit balance is too low"}],"usage":{"input_tokens":0,"output_tokens":0}},
  "error":"billing_error","is_api_error_message":true,"api_error_status":400})";
const std::string failed = R"({"type":"result","subtype":"success","is_error":true,"api_error_status":400,
  "terminal_reason":"api_error","result":"Credit balance is too low","usage":{"input_tokens":0,"output_tokens":0},
  "modelUsage":{},"permission_denials":[{"tool_name":"Bash","tool_input":{"command":"echo 429"}}]})";
const std::string done = R"({"type":"result","subtype":"success","is_error":false,"api_error_status":null,
  "result":"All 429 rows migrated.","usage":{"input_tokens":40,"cache_creation_input_tokens":2,
  "cache_read_input_tokens":200,"output_tokens":33},"permission_denials":[]})";

/// One line each, as the CLI prints it.
std::string stream(const std::vector<std::string>& events) {
  std::string text;
  for (auto event : events) {
    std::erase(event, '\n');
    text.append(event).append("\n");
  }
  return text;
}

std::string after(std::string text, const std::vector<std::string>& events) {
  return text.append(stream(events));
}

RunResult read(std::string_view output, const ExitStatus& end = {.exit_code = 0},
               std::string_view errors = {}) {
  const auto reader = make_agent_reader("claude-code", "anthropic");
  REQUIRE(reader);
  reader->read_output(output);
  reader->read_errors(errors);
  return reader->finish(end);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t heap_in_use() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

TEST_CASE("a run that went well has the answer, the tokens and no evidence of the model's words",
          "[agents]") {
  const auto reading = read(stream({init, says, calls_tool, tool_answers, says, done}));
  CHECK(reading.output == "All 429 rows migrated.");
  CHECK(reading.outcome.usage == Usage{242, 33});
  CHECK(reading.outcome.provider == "anthropic");
  CHECK(reading.outcome.surface == Surface::cli_stream_json);
  CHECK(reading.outcome.exit_code == 0);
  CHECK_FALSE(reading.outcome.status);
  CHECK_FALSE(reading.outcome.observed_at);
  CHECK(reading.outcome.body == "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false}\n");
}

TEST_CASE("a provider's failure is kept with its status and words", "[agents]") {
  const auto reading = read(stream({init, retry, api_error, failed}), {.exit_code = 1});
  CHECK_FALSE(reading.output);
  CHECK(reading.outcome.status == 400);
  CHECK(reading.outcome.exit_code == 1);
  const auto& body = reading.outcome.body;
  CHECK(std::count(body.begin(), body.end(), '\n') == 3);
  CHECK(contains(body, R"("subtype":"api_retry")"));
  CHECK(contains(body, R"("error_status":529)"));
  CHECK(contains(body, R"("error":"billing_error")"));
  CHECK(contains(body, R"("model":"<synthetic>")"));
  CHECK(contains(body, R"("result":"Credit balance is too low")"));
  CHECK(contains(body, R"("terminal_reason":"api_error")"));
}

TEST_CASE("neither a tool's output nor its input nor the model's words are evidence", "[agents]") {
  for (const auto& end : {done, failed}) {
    const auto body =
        read(stream({init, says, calls_tool, tool_answers, says, end}), {.exit_code = 1}).outcome.body;
    CHECK_FALSE(contains(body, "401"));
    CHECK_FALSE(contains(body, "authentication_error"));
    CHECK_FALSE(contains(body, "529"));
    CHECK_FALSE(contains(body, "429"));
    CHECK_FALSE(contains(body, "sk-secret"));
  }
}

TEST_CASE("a flagged line in the model's name keeps the flag without the words", "[agents]") {
  const auto body =
      read(
          stream(
              {R"({"type":"assistant","message":{"model":"claude-x","content":[{"type":"text","text":"401"}]},
           "error":"max_output_tokens"})"}),
          {.exit_code = 1})
          .outcome.body;
  CHECK(body == "{\"type\":\"assistant\",\"error\":\"max_output_tokens\"}\n");
}

TEST_CASE("that the model spoke after a trouble is evidence, without its words", "[agents]") {
  const auto body =
      read(stream({init, says, retry, says, says, api_error, says}), {.exit_code = 1}).outcome.body;
  std::size_t markers = 0;
  for (std::size_t at = 0; (at = body.find("{\"type\":\"assistant\"}\n", at)) != std::string::npos; ++at)
    ++markers;
  CHECK(markers == 2);
  CHECK(body.ends_with("{\"type\":\"assistant\"}\n"));
}

TEST_CASE("a rejected rate limit keeps its window and reset time", "[agents]") {
  const auto body = read(stream({R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected",
      "resetsAt":1755772800,"rateLimitType":"five_hour","overageStatus":"rejected"},"uuid":"u"})"}))
                        .outcome.body;
  CHECK(body == R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1755772800,)"
                R"("rateLimitType":"five_hour","overageStatus":"rejected"}})"
                "\n");
}

TEST_CASE("what the runtime writes on stderr or as plain text is evidence, before its events", "[agents]") {
  const auto reading =
      read(after("Execution error\n", {failed}), {.exit_code = 1}, "node: out of memory\nno end");
  CHECK(
      reading.outcome.body.starts_with("Execution error\nnode: out of memory\nno end\n{\"type\":\"result\""));
}

TEST_CASE("a line of stderr cannot pose as an event", "[agents]") {
  const auto reading =
      read(stream({failed}), {.exit_code = 0}, stream({done, R"(  {"type":"result","is_error":false})"}));
  CHECK_FALSE(reading.output);
  CHECK(reading.outcome.status == 400);
  CHECK_FALSE(reading.outcome.body.starts_with("{"));
  CHECK_FALSE(contains(reading.outcome.body, "\n{\"type\":\"result\",\"is_error\":false"));
}

TEST_CASE("the last result decides", "[agents]") {
  CHECK(read(stream({failed, done})).output == "All 429 rows migrated.");
  CHECK_FALSE(read(stream({failed, done})).outcome.status);
  CHECK_FALSE(read(stream({done, failed})).output);
  CHECK(read(stream({done, failed})).outcome.status == 400);
}

TEST_CASE("an answer needs a result without error and exit 0", "[agents]") {
  CHECK_FALSE(read(stream({done}), {.exit_code = 1}).output);
  CHECK_FALSE(read(stream({done}), {.signal = 15}).output);
  CHECK_FALSE(read(stream({done}), {}).output);
  CHECK_FALSE(read(stream({says})).output);
  CHECK_FALSE(read(stream({R"({"type":"result","subtype":"success","result":"who knows"})"})).output);
  CHECK_FALSE(
      read(stream({R"({"type":"result","subtype":"error_max_turns","is_error":false,"errors":["Max"]})"}))
          .output);
}

TEST_CASE("a killed run says how it ended", "[agents]") {
  CHECK(read("", {.signal = 9}).outcome.exit_code == 137);
  CHECK_FALSE(read("", {}).outcome.exit_code);
  CHECK(read("", {.signal = 9}).outcome.body.empty());
}

TEST_CASE("a killed run's tokens are those of its messages, each once", "[agents]") {
  const auto reading = read(stream({init, says, calls_tool, tool_answers}), {.signal = 9});
  CHECK(reading.outcome.usage == Usage{125, 9});
  CHECK_FALSE(read(stream({init, api_error}), {.signal = 9}).outcome.usage);
}

TEST_CASE("broken and foreign lines are passed over", "[agents]") {
  const std::string deep = std::string(R"({"type":"result","x":)") + std::string(5000, '[');
  const auto reading = read(stream(
      {"{", "{}", "{\"type\":5}", R"({"type":"assistant"})", R"({"type":"assistant","message":7})",
       R"({"type":"assistant","message":{"content":[1,null,{}],"usage":[]}})",
       R"({"type":"user","message":{"content":[[],{"tool_use_id":4}]}})",
       R"({"type":"result","is_error":"no","result":{},"errors":{},"usage":3,"modelUsage":[1]})",
       R"({"type":"rate_limit_event","rate_limit_info":[[]]})", deep, deep + std::string(5000, ']') + "}",
       R"({"type":"result","is_error":false,"result":"half)", done}));
  CHECK(reading.output == "All 429 rows migrated.");
}

TEST_CASE("half an event that a kill left is not evidence", "[agents]") {
  auto text = stream({init, tool_answers});
  text.resize(text.size() - 20);
  CHECK(read(text, {.signal = 9}).outcome.body.empty());
}

TEST_CASE("a result without a line end still counts", "[agents]") {
  auto text = stream({done});
  text.pop_back();
  CHECK(read(text).output == "All 429 rows migrated.");
}

TEST_CASE("invalid UTF-8 becomes valid text", "[agents]") {
  const auto reading =
      read(after("\xFF runtime\n", {R"({"type":"user","message":{"content":"bin )"
                                    "\xC3\x28"
                                    R"("}})",
                                    "{\"type\":\"result\",\"is_error\":false,\"result\":\"caf\xE9\"}"}));
  CHECK(reading.output == "caf\uFFFD");
  CHECK(reading.outcome.body.starts_with("\uFFFD runtime\n"));
}

TEST_CASE("a run cut at any byte reads the same", "[agents]") {
  const auto text = after("plain ü\r\n", {init, says, calls_tool, tool_answers, retry, api_error, failed});
  const auto whole = read(text, {.exit_code = 1});
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const auto reader = make_agent_reader("claude-code", "anthropic");
    reader->read_output(std::string_view(text).substr(0, at));
    reader->read_output(std::string_view(text).substr(at));
    const auto reading = reader->finish({.exit_code = 1});
    if (reading.outcome.body == whole.outcome.body && reading.outcome.usage == whole.outcome.usage &&
        reading.outcome.status == whole.outcome.status)
      continue;
    CAPTURE(at);
    CHECK(reading.outcome.body == whole.outcome.body);
  }
  const auto reader = make_agent_reader("claude-code", "anthropic");
  for (const char c : text) reader->read_output({&c, 1});
  CHECK(reader->finish({.exit_code = 1}).outcome.body == whole.outcome.body);
}

TEST_CASE("the evidence is bounded and keeps the newest", "[agents]") {
  const std::string long_words(100'000, 'w');
  std::vector<std::string> events(2000, retry);
  events.push_back(R"({"type":"result","is_error":true,"result":")" + long_words + R"(","error":")" +
                   long_words + "\"}");
  const auto body = read(stream(events), {.exit_code = 1}, std::string(200'000, 'e')).outcome.body;
  CHECK(body.size() <= 80 * 1024);
  CHECK(body.size() > 60 * 1024);
  CHECK(contains(body.substr(body.rfind("\n{") + 1), R"({"type":"result","is_error":true)"));
}

TEST_CASE("50 MB of output are read in bounded memory", "[agents]") {
  const auto reader = make_agent_reader("claude-code", "anthropic");
  const auto turn = stream({says, calls_tool, tool_answers, retry, api_error});
  const std::string chatter =
      R"({"type":"user","message":{"content":")" + std::string(200'000, 'x') + "\"}}\n";
  const std::string endless(64 * 1024, 'y');
  const auto before = heap_in_use();
  std::size_t most = 0;
  std::size_t fed = 0;
  const auto feed = [&](std::string_view bytes) {
    reader->read_output(bytes);
    fed += bytes.size();
    most = std::max(most, heap_in_use());
  };
  while (fed < 20'000'000) {
    for (int i = 0; i < 50; ++i) feed(turn);
    feed(chatter);
  }
  feed(R"({"type":"user","message":{"content":")");
  while (fed < 40'000'000) feed(endless);  // one line
  feed("\"}}\n");
  while (fed < 50'000'000) feed(endless);  // one line of text
  feed(after("\n", {done}));
  CHECK(most < before + 10'000'000);
  CHECK(heap_in_use() < before + 500'000);
  CHECK(reader->finish({.exit_code = 0}).output == "All 429 rows migrated.");
}

TEST_CASE("what is left out of a real capture changes no verdict", "[agents][corpus]") {
  std::ifstream corpus(UNDERSTUDY_TEST_DATA "/corpus_public.jsonl");
  std::size_t runs = 0;
  const Instant now{std::chrono::milliseconds{1'755'000'000'000}};
  for (std::string line; std::getline(corpus, line);) {
    const auto item = boost::json::parse(line).as_object();
    if (item.at("surface").as_string() != "cli_stream_json") continue;
    ++runs;
    const auto* code = item.if_contains("exit_code");
    const int exit_code = code != nullptr && code->is_int64() ? static_cast<int>(code->get_int64()) : 1;
    const std::string body(item.at("body").as_string());
    const auto reading = read(body, {.exit_code = exit_code});
    Outcome raw = reading.outcome;
    raw.body = body;
    const auto expected = classify(raw, now);
    const auto verdict = classify(reading.outcome, now);
    CAPTURE(item.at("id").as_string(), reading.outcome.body);
    CHECK(to_string(verdict.kind) == to_string(expected.kind));
    CHECK(verdict.failover == expected.failover);
    CHECK(verdict.reset_at == expected.reset_at);
    if (const auto& status = item.at("status"); status.is_int64())
      CHECK(reading.outcome.status == status.get_int64());
    else
      CHECK_FALSE(reading.outcome.status);
    CHECK(reading.outcome.body.size() < 4096);
  }
  CHECK(runs > 100);
}
