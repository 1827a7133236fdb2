#include "agents/claude_code.hpp"

#include <utility>

#include "agents/blocks.hpp"
#include "agents/evidence.hpp"
#include "characters.hpp"
#include "classify/evidence.hpp"
#include "json/parse.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

namespace {

std::optional<int> http_status(json::View event) {
  const auto number = event["api_error_status"].integer();
  if (!number || *number < 100 || *number > 599) return std::nullopt;
  return static_cast<int>(*number);
}

bool wrote_tokens(json::View message) {
  return tokens_in(message["usage"]["output_tokens"]).value_or(0) > 0;
}

/// The model said something. Where no token was written, runtimes write their own errors in its name.
bool is_answer(json::View line) {
  bool said = false;
  std::string_view words;
  for_each_block(line, [&](json::View block) {
    if (block["type"].string() != "text") return void(said = true);
    if (words.empty()) words = trimmed(block["text"].string());
    said = said || !words.empty();
  });
  if (!said) return false;
  Evidence ignored;
  return wrote_tokens(line["message"]) || words.empty() || !read_runtime_lines(words, std::nullopt, ignored);
}

/// The first event of a stream only shows that somebody listens.
bool is_piece_of_answer(json::View line) {
  return line["event"]["type"].string() == "content_block_delta";
}

}  // namespace

void ClaudeCodeReader::read_output(std::string_view bytes) {
  output_.feed(bytes, [this](std::string_view line, bool whole) { read_line(line, whole); });
}

void ClaudeCodeReader::read_errors(std::string_view bytes) {
  errors_.feed(bytes, [this](std::string_view line, bool) { keep_text(line); });
}

void ClaudeCodeReader::read_line(std::string_view line, bool whole) {
  line = trimmed(line);
  if (line.empty()) return;
  if (line.front() != '{') return keep_text(line);
  // A killed process leaves half an object, which may hold anybody's words.
  if (!whole) return;
  const json::Document document(line);
  if (document.root().is_object()) read_event(document.root());
}

void ClaudeCodeReader::read_event(json::View event) {
  const auto type = event["type"].string();
  if (type == "system") {
    dialogue_.on_system(event, uptime());
    trace_.on_system(event, now());
  } else if (type == "user") {
    dialogue_.on_user(event, uptime());
    trace_.on_user(event, now());
  } else if (type == "assistant") {
    dialogue_.on_assistant(event, uptime());
    trace_.on_assistant(event, is_api_error(event), now());
    if (!is_api_error(event)) {
      usage_.count_message(event["message"]);
      answered_ = answered_ || is_answer(event);
    }
  } else if (type == "stream_event") {
    dialogue_.on_stream_event(event, uptime());
    answered_ = answered_ || is_piece_of_answer(event);
  } else if (type == "result") {
    dialogue_.on_result(event);
    usage_.count_result(event);
    read_result(event);
  }
  if (auto evidence = evidence_in(event)) {
    evidence_.add(std::move(*evidence));
    troubled_ = true;
  } else if (type == "assistant" && troubled_) {
    // What was wrong before the model spoke did not end the run.
    evidence_.add(R"({"type":"assistant"})");
    troubled_ = false;
  }
}

void ClaudeCodeReader::read_result(json::View event) {
  status_ = http_status(event);
  answer_.reset();
  const auto result = event["result"];
  if (event["is_error"].boolean() == false && result.kind() == json::Kind::string)
    answer_ = valid_utf8(result.string());
  answered_ = answered_ || (answer_ && wrote_tokens(event));
}

RunSigns ClaudeCodeReader::signs() const {
  return {.answered = answered_,
          .unanswered_since = dialogue_.unanswered_since(),
          .retrying = dialogue_.retrying()};
}

void ClaudeCodeReader::keep_text(std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return;
  // A line of text must not be taken for one of the CLI's events.
  std::string kept = line.front() == '{' ? "stderr: " : "";
  text_.add(kept += clipped(line, max_error_line));
}

RunResult ClaudeCodeReader::finish(const ExitStatus& status) {
  output_.finish([this](std::string_view line, bool whole) { read_line(line, whole); });
  errors_.finish([this](std::string_view line, bool) { keep_text(line); });
  RunResult result;
  result.outcome.provider = provider_;
  result.outcome.surface = Surface::cli_stream_json;
  result.outcome.status = status_;
  text_.append_to(result.outcome.body);
  evidence_.append_to(result.outcome.body);
  result.outcome.exit_code = status.shell_code();
  result.outcome.usage = usage_.total();
  if (result.outcome.exit_code == 0) result.output = answer_;
  result.calls = trace_.finish();
  return result;
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
