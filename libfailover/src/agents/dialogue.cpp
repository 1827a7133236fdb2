#include "agents/dialogue.hpp"

#include <algorithm>

#include "agents/json_fields.hpp"

namespace understudy::failover::agents {

namespace {

namespace json = boost::json;

/// The CLI writes this when it is told to stop, without a request to the provider.
bool is_interruption(const json::object& line) {
  bool found = false;
  for_each_block(line, [&](const json::object& block) {
    found = found || text_in(block, "text").starts_with("[Request interrupted by user");
  });
  return found;
}

std::string_view speaker_of(const json::object& line) {
  return text_in(line, "parent_tool_use_id");
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
  return calls_.emplace_back(std::string(speaker), now);
}

void Dialogue::end(std::string_view speaker) {
  std::erase_if(calls_, [&](const OpenCall& call) { return call.speaker == speaker; });
}

void Dialogue::somebody_spoke() {
  unnamed_.reset();
  retrying_ = false;
}

void Dialogue::on_system(const json::object& line, Duration now) {
  const auto subtype = text_in(line, "subtype");
  const auto status = text_in(line, "status");
  if (subtype == "init") begin({}, now);
  if (subtype == "api_retry") retrying_ = true;
  if (subtype == "api_retry" || (subtype == "status" && (status == "compacting" || status == "requesting")))
    unnamed_ = now;
}

void Dialogue::on_user(const json::object& line, Duration now) {
  if (is_interruption(line)) return;
  somebody_spoke();
  for_each_block(line, [&](const json::object& block) {
    const auto id = text_in(block, "tool_use_id");
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

void Dialogue::on_assistant(const json::object& line, Duration now) {
  somebody_spoke();
  const auto speaker = speaker_of(line);
  for_each_block(line, [&](const json::object& block) {
    if (text_in(block, "type") != "tool_use") return;
    tools_.push_back({std::string(text_in(block, "id")), std::string(speaker)});
    if (tools_.size() > max_open) tools_.pop_front();
  });
  const auto* message = object_in(line, "message");
  auto* call = call_of(speaker);
  if (call && call->message && message != nullptr && *call->message == text_in(*message, "id"))
    call->since = now;
  else
    end(speaker);
}

void Dialogue::on_stream_event(const json::object& line, Duration now) {
  const auto* event = object_in(line, "event");
  if (event == nullptr) return;
  somebody_spoke();
  const auto type = text_in(*event, "type");
  const auto speaker = speaker_of(line);
  if (type == "message_start") {
    const auto* message = object_in(*event, "message");
    begin(speaker, now).message = message != nullptr ? text_in(*message, "id") : std::string_view{};
  }
  auto* call = call_of(speaker);
  if (!call || !call->message) return;
  call->since = now;
  if (const auto* delta = object_in(*event, "delta"); delta && has(*delta, "stop_reason"))
    call->complete = true;
  if (type != "message_stop") return;
  if (call->complete)
    end(speaker);
  else
    begin(speaker, now);  // it was cut off, and the CLI asks again
}

void Dialogue::on_result(const json::object& line) {
  // A run that is told to stop may still print its result, which does not answer the pending request.
  if (text_in(line, "subtype") == "error_during_execution") return;
  somebody_spoke();
  calls_.clear();
}

std::optional<Duration> Dialogue::unanswered_since() const {
  auto since = unnamed_;
  for (const auto& call : calls_) since = std::min(since.value_or(call.since), call.since);
  return since;
}

}  // namespace understudy::failover::agents
