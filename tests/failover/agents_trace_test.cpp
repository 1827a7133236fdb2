#include "agents/trace_recorder.hpp"

#include <catch2/catch.hpp>

#include "failover/json_line.hpp"

using understudy::failover::TracedCall;
using understudy::failover::agents::TraceRecorder;

namespace {

using line = JsonLine;

std::string attribute(const TracedCall& call, std::string_view key) {
  for (const auto& [name, value] : call.attributes)
    if (name == key) {
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr ? *text : std::to_string(std::get<std::int64_t>(value));
    }
  return "(none)";
}

}  // namespace

TEST_CASE("a run's calls to its model and its tools are traced from its lines", "[agents][trace]") {
  TraceRecorder recorder;
  recorder.on_system(line(R"({"type":"system","subtype":"init"})"), 100);
  recorder.on_assistant(
      line(
          R"({"message":{"id":"m1","model":"claude-opus-4-7","usage":{"input_tokens":10,"cache_read_input_tokens":5,
               "output_tokens":1},"content":[{"type":"text","text":"I will read."}]}})"),
      false, 102);
  recorder.on_assistant(
      line(
          R"({"message":{"id":"m1","model":"claude-opus-4-7","usage":{"input_tokens":10,"cache_read_input_tokens":5,
               "output_tokens":20},"content":[{"type":"tool_use","id":"t1","name":"Read","input":{"path":"a"}}]}})"),
      false, 103);
  recorder.on_user(
      line(
          R"({"message":{"content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"no such file\nmore"}]}})"),
      104);
  recorder.on_assistant(
      line(R"({"message":{"id":"m2","model":"claude-opus-4-7","content":[{"type":"text","text":"Gone."}]}})"),
      false, 107);
  const auto calls = recorder.finish();
  REQUIRE(calls.size() == 3);
  CHECK(calls[0].name == "llm.call");
  CHECK(calls[0].start == 100);
  CHECK(calls[0].end == 103);
  CHECK(attribute(calls[0], "gen_ai.usage.input_tokens") == "15");
  CHECK(attribute(calls[0], "gen_ai.usage.output_tokens") == "20");
  CHECK(attribute(calls[0], "gen_ai.completion.0.content") == "I will read.");
  CHECK(calls[1].name == "tool.Read");
  CHECK(calls[1].end == 104);
  CHECK(calls[1].failed);
  CHECK(calls[1].error == "no such file");
  CHECK(attribute(calls[1], "gen_ai.tool.call.arguments") == R"({"path":"a"})");
  CHECK(calls[2].start == 104);
  CHECK(attribute(calls[2], "gen_ai.prompt.0.role") == "tool");
  CHECK(attribute(calls[2], "gen_ai.prompt.0.content") == "no such file\nmore");
}

TEST_CASE("a refused call is a failed one, and the next begins where it ended", "[agents][trace]") {
  TraceRecorder recorder;
  recorder.on_system(line(R"({"subtype":"init"})"), 10);
  recorder.on_system(line(R"({"subtype":"api_retry","error_status":529,"error":"overloaded"})"), 12);
  recorder.on_assistant(
      line(
          R"({"message":{"id":"x","model":"<synthetic>","content":[{"type":"text","text":"API Error: 529"}]}})"),
      true, 15);
  const auto calls = recorder.finish();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].failed);
  CHECK(attribute(calls[0], "http.response.status_code") == "529");
  CHECK(calls[1].start == 12);
  CHECK(calls[1].error == "API Error: 529");
}

TEST_CASE("a subagent's calls lie under the tool call it works for", "[agents][trace]") {
  TraceRecorder recorder;
  recorder.on_assistant(
      line(R"({"message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"Task","input":{}}]}})"),
      false, 1);
  recorder.on_assistant(
      line(R"({"parent_tool_use_id":"t","message":{"id":"s","content":[{"type":"text","text":"working"}]}})"),
      false, 2);
  const auto calls = recorder.finish();
  REQUIRE(calls.size() == 3);
  CHECK(calls[1].parent == 0);
  CHECK(calls[2].parent == calls[1].number);
}

TEST_CASE("an endless run is traced up to a bound", "[agents][trace]") {
  TraceRecorder recorder;
  for (int i = 0; i < 1500; ++i)
    recorder.on_assistant(line(R"({"message":{"id":"m)" + std::to_string(i) + R"(","content":[]}})"), false,
                          i);
  CHECK(recorder.finish().size() == 500);
}
