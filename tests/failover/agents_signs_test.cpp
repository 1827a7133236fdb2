// What a run of Claude Code shows of its provider while it goes on: that it answered, and that a call waits.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "understudy/failover/agent_reader.hpp"

using namespace understudy::failover;

namespace {

using std::string;

string quoted(const string& text) {
  return text.empty() ? "null" : '"' + text + '"';
}

const string init = R"({"type":"system","subtype":"init"})";
const string retry =
    R"({"type":"system","subtype":"api_retry","attempt":1,"error_status":null,"error":"unknown"})";
const string requesting = R"({"type":"system","subtype":"status","status":"requesting"})";
const string compacting = R"({"type":"system","subtype":"status","status":"compacting"})";
const string api_error = R"({"type":"assistant","message":{"model":"<synthetic>","content":[{"type":"text",
  "text":"API Error: terminated"}]},"error":"unknown"})";
const string done = R"({"type":"result","subtype":"success","is_error":false,"result":"ok",
  "usage":{"input_tokens":5,"output_tokens":0}})";
const string interrupted =
    R"({"type":"user","message":{"content":[{"type":"text","text":"[Request interrupted by user]"}]}})";
const string broken_off = R"({"type":"result","subtype":"error_during_execution","is_error":false})";

string assistant(const string& block, const string& of = "", const string& id = "m1") {
  return R"({"type":"assistant","message":{"id":")" + id + R"(","model":"m","content":[)" + block +
         R"(]},"parent_tool_use_id":)" + quoted(of) + "}";
}
string text(const string& words) {
  return R"({"type":"text","text":")" + words + "\"}";
}
string says(const string& of = "") {
  return assistant(text("Done."), of);
}
string calls(const string& tool, const string& of = "") {
  return assistant(R"({"type":"tool_use","id":")" + tool + R"(","name":"Bash","input":{}})", of);
}
string result_of(const string& tool, const string& of = "") {
  return R"({"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":")" + tool +
         R"(","content":"429"}]},"parent_tool_use_id":)" + quoted(of) + "}";
}
string asked(const string& of) {
  return R"({"type":"user","message":{"content":"look"},"parent_tool_use_id":)" + quoted(of) + "}";
}
string piece(const string& event, const string& of = "") {
  return R"({"type":"stream_event","event":{)" + event + R"(},"parent_tool_use_id":)" + quoted(of) + "}";
}
string starts(const string& id = "m1") {
  return piece(R"("type":"message_start","message":{"id":")" + id +
               R"(","content":[],"usage":{"input_tokens":25,"output_tokens":1}})");
}
const string block = piece(R"("type":"content_block_start","content_block":{"type":"text","text":""})");
const string word = piece(R"("type":"content_block_delta","delta":{"type":"text_delta","text":"wo"})");
const string stops = piece(R"("type":"message_stop")");
string ends_for(const string& reason) {
  return piece(R"("type":"message_delta","delta":{"stop_reason":")" + reason + "\"}");
}

/// Lines a second apart; the first at 0.
struct Run {
  std::unique_ptr<AgentReader> reader = make_agent_reader("claude-code", "anthropic");
  Duration now{0};

  explicit Run(const std::vector<string>& lines) {
    for (auto line : lines) {
      std::erase(line, '\n');
      reader->set_now(0, now);
      reader->read_output(line + "\n");
      now += std::chrono::seconds{1};
    }
  }
  [[nodiscard]] RunSigns signs() const { return reader->signs(); }
};

bool awaits(const std::vector<string>& lines) {
  return Run(lines).signs().unanswered_since.has_value();
}
bool answered(const std::vector<string>& lines) {
  return Run(lines).signs().answered;
}
/// In seconds; -1: no call is open.
std::int64_t since(const std::vector<string>& lines) {
  return Run(lines).signs().unanswered_since.value_or(Duration{-1000}).count() / 1000;
}

}  // namespace

TEST_CASE("the provider is awaited after the start, a tool's answer or a retry", "[agents]") {
  CHECK_FALSE(awaits({}));
  CHECK(awaits({init}));
  CHECK(awaits({init, retry}));
  CHECK_FALSE(awaits({init, says()}));
  CHECK_FALSE(awaits({init, calls("t1")}));  // the tool is
  CHECK(awaits({init, calls("t1"), result_of("t1")}));
  CHECK_FALSE(awaits({init, calls("t1"), result_of("t1"), says()}));
  CHECK(awaits({init, says(), retry}));
  CHECK(awaits({init, says(), compacting}));
  CHECK(awaits({init, says(), requesting}));
  CHECK_FALSE(awaits({init, api_error}));
  CHECK_FALSE(awaits({init, says(), done}));
  CHECK_FALSE(awaits({init, done}));
}

TEST_CASE("the provider is not awaited while one of several tools still runs", "[agents]") {
  CHECK_FALSE(awaits({init, calls("t1"), calls("t2"), result_of("t1")}));
  CHECK(awaits({init, calls("t1"), calls("t2"), result_of("t1"), result_of("t2")}));
}

TEST_CASE("each subagent awaits the provider by itself", "[agents]") {
  CHECK(awaits({init, calls("t1"), asked("t1")}));
  CHECK_FALSE(awaits({init, calls("t1"), asked("t1"), says("t1")}));
  const std::vector both{init, calls("t1"), calls("t2"), asked("t1"), asked("t2"), says("t2")};
  CHECK(since(both) == 3);
  auto other_is_done = both;
  other_is_done.push_back(result_of("t2"));
  CHECK(since(other_is_done) == 3);
  other_is_done.push_back(result_of("t1"));  // whatever became of its call
  CHECK(since(other_is_done) == 7);
}

TEST_CASE("a call that nobody names ends with the next word of anybody", "[agents]") {
  CHECK_FALSE(awaits({init, calls("t1"), asked("t1"), requesting, retry, says("t1")}));
}

TEST_CASE("being told to stop is not an answer", "[agents]") {
  CHECK(awaits({init, interrupted}));
  CHECK(awaits({init, interrupted, broken_off}));
  CHECK_FALSE(awaits({init, says(), interrupted, broken_off}));
  CHECK_FALSE(awaits({init, calls("t1"), interrupted, broken_off}));
}

TEST_CASE("a call is unanswered since it began, or since the last piece of its answer", "[agents]") {
  CHECK(since({init}) == 0);
  CHECK(since({init, calls("t1"), result_of("t1")}) == 2);
  CHECK(since({init, starts()}) == 1);
  CHECK(since({init, starts(), block, word}) == 3);
}

TEST_CASE("an answer that is printed in pieces is over with its end, not with its first block", "[agents]") {
  CHECK(awaits({init, starts(), block, word, says()}));
  CHECK_FALSE(awaits({init, starts(), block, word, says(), ends_for("end_turn"), stops}));
  CHECK_FALSE(awaits({init, starts(), calls("t1"), ends_for("tool_use"), stops}));
  CHECK(awaits({init, starts(), calls("t1"), ends_for("tool_use"), stops, result_of("t1")}));
}

TEST_CASE("a tool may be done before the message that called it", "[agents]") {
  CHECK(awaits({init, starts(), calls("t1"), result_of("t1"), ends_for("tool_use"), stops}));
}

TEST_CASE("a stream that breaks off is asked for again, until an answer comes whole", "[agents]") {
  const std::vector cut{init, starts("m1"), block, word, stops};  // as 2.1.332 ends it
  CHECK(since(cut) == 4);
  auto asked_again = cut;
  asked_again.push_back(assistant(text("whole"), "", "m2"));
  CHECK_FALSE(awaits(asked_again));
  CHECK_FALSE(awaits({init, starts("m1"), block, word, assistant(text("whole"), "", "m2")}));  // 2.1.101
  CHECK_FALSE(awaits({init, starts("m1"), block, word, api_error}));
}

TEST_CASE("a retry is the last word until somebody speaks", "[agents]") {
  CHECK(Run({init, retry}).signs().retrying);
  CHECK(Run({init, retry, interrupted, broken_off}).signs().retrying);
  CHECK_FALSE(Run({init, retry, says()}).signs().retrying);
  CHECK_FALSE(Run({init, retry, starts()}).signs().retrying);
  CHECK_FALSE(Run({init, retry, done}).signs().retrying);
}

TEST_CASE("the provider answered when it wrote something", "[agents]") {
  CHECK(answered({init, says()}));
  CHECK(answered({init, calls("t1")}));
  CHECK(answered({init, starts(), block, word}));
  CHECK(answered({R"({"type":"result","is_error":false,"result":"ok","usage":{"output_tokens":2}})"}));
}

TEST_CASE("what only looks like an answer is none", "[agents]") {
  CHECK_FALSE(answered({init, requesting, retry}));
  CHECK_FALSE(answered({init, starts(), block}));  // it listens, and says nothing
  CHECK_FALSE(answered({init, api_error}));
  CHECK_FALSE(answered({init, assistant("")}));
  CHECK_FALSE(answered({init, assistant(text(" \\n"))}));
  CHECK_FALSE(answered({init, result_of("t1")}));
  CHECK_FALSE(answered({init, done}));  // no token was written
  CHECK_FALSE(answered({R"({"type":"result","is_error":true,"result":"no","usage":{"output_tokens":2}})"}));
}

TEST_CASE("a runtime's error in the model's name is an answer only with tokens", "[agents]") {
  const string error = "[API Error: 401 status code (no body)]";  // as qwen-code writes it
  CHECK_FALSE(answered({init, assistant(text(error))}));
  CHECK(answered({R"({"type":"assistant","message":{"model":"m","content":[)" + text(error) +
                  R"(],"usage":{"input_tokens":9,"output_tokens":4}}})"}));
}

TEST_CASE("text on either stream shows nothing of the provider", "[agents]") {
  Run run({init});
  run.reader->read_output("Thinking\n");
  run.reader->read_errors(says() + "\n");
  CHECK_FALSE(run.signs().answered);
  CHECK(run.signs().unanswered_since);
}
