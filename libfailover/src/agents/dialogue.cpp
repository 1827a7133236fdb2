#include "agents/dialogue.hpp"

#include <algorithm>

#include "agents/blocks.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

namespace {

/// The CLI writes this when it is told to stop, without a request to the provider.
bool is_interruption(json::View line) {
  bool found = false;
  for_each_block(line, [&](json::View block) {
    found = found || block["text"].string().starts_with("[Request interrupted by user");
  });
  return found;
}

std::string_view speaker_of(json::View line) {
  return line["parent_tool_use_id"].string();
}

}  // namespace

bool Dialogue::runs_a_tool(std::string_view speaker) const {
  return std::ranges::any_of(tools_, [&](const OpenTool& tool) { return tool.speaker == speaker; });
}

Dialogue::OpenCall* Dialogue::call_of(std::string_view speaker) {
  const auto found = std::ranges::find(calls_, speaker, &OpenCall::speaker);
  return found == calls_.end() ? nullptr : &*found;
}

Dialogue::OpenCall& Dialogue::begin(std::string_view speaker, Duration now) {
  end(speaker);
  if (calls_.size() == max_open) calls_.pop_front();
  return calls_.emplace_back(OpenCall{std::string(speaker), now});
}

void Dialogue::end(std::string_view speaker) {
  std::erase_if(calls_, [&](const OpenCall& call) { return call.speaker == speaker; });
}

void Dialogue::somebody_spoke() {
  unnamed_.reset();
  retrying_ = false;
}

void Dialogue::on_system(json::View line, Duration now) {
  const auto subtype = line["subtype"].string();
  const auto status = line["status"].string();
  if (subtype == "init") begin({}, now);
  if (subtype == "api_retry") retrying_ = true;
  if (subtype == "api_retry" || (subtype == "status" && (status == "compacting" || status == "requesting")))
    unnamed_ = now;
}

void Dialogue::on_user(json::View line, Duration now) {
  if (is_interruption(line)) return;
  somebody_spoke();
  for_each_block(line, [&](json::View block) {
    const auto id = block["tool_use_id"].string();
    if (id.empty()) return;
    std::erase_if(tools_, [&](const OpenTool& tool) { return tool.id == id; });
    end(id);  // the tool was a subagent
  });
  const auto speaker = speaker_of(line);
  if (runs_a_tool(speaker))
    end(speaker);
  else
    begin(speaker, now);
}

void Dialogue::on_assistant(json::View line, Duration now) {
  somebody_spoke();
  const auto speaker = speaker_of(line);
  for_each_block(line, [&](json::View block) {
    if (block["type"].string() != "tool_use") return;
    tools_.push_back({std::string(block["id"].string()), std::string(speaker)});
    if (tools_.size() > max_open) tools_.pop_front();
  });
  auto* call = call_of(speaker);
  if (call && call->message && *call->message == line["message"]["id"].string())
    call->since = now;
  else
    end(speaker);
}

void Dialogue::on_stream_event(json::View line, Duration now) {
  const auto event = line["event"];
  if (!event.is_object()) return;
  somebody_spoke();
  const auto type = event["type"].string();
  const auto speaker = speaker_of(line);
  if (type == "message_start") begin(speaker, now).message = event["message"]["id"].string();
  auto* call = call_of(speaker);
  if (!call || !call->message) return;
  call->since = now;
  if (event["delta"]["stop_reason"]) call->complete = true;
  if (type != "message_stop") return;
  if (call->complete)
    end(speaker);
  else
    begin(speaker, now);  // it was cut off, and the CLI asks again
}

void Dialogue::on_result(json::View line) {
  // A run that is told to stop may still print its result, which does not answer the pending request.
  if (line["subtype"].string() == "error_during_execution") return;
  somebody_spoke();
  calls_.clear();
}

std::optional<Duration> Dialogue::unanswered_since() const {
  auto since = unnamed_;
  for (const auto& call : calls_) since = std::min(since.value_or(call.since), call.since);
  return since;
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
