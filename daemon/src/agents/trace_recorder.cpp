#include "agents/trace_recorder.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "agents/json_fields.hpp"
#include "agents/text.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agents {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_answer = 8 * 1024;
constexpr std::size_t longest_part = 2 * 1024;
constexpr std::size_t max_said = 8;

const json::array* blocks_of(const json::object& line) {
  const auto* message = object_in(line, "message");
  return message != nullptr ? array_in(*message, "content") : nullptr;
}

/// Of a tool's result: text, or blocks of which the texts count.
std::string text_of(const json::value* content) {
  if (content == nullptr) return {};
  if (content->is_string()) return clipped(content->get_string(), longest_part);
  const auto* blocks = content->if_array();
  std::string text;
  if (blocks == nullptr) return text;
  for (const auto& block : *blocks)
    if (const auto* object = block.if_object(); object != nullptr && text.size() < longest_part)
      text += clipped(text_in(*object, "text"), longest_part - text.size());
  return text;
}

std::string first_line(std::string_view text) {
  return clipped(text.substr(0, text.find('\n')), 300);
}

/// input + cache creation + cache read are what the provider counts as input.
std::optional<TracedTokens> usage_in(const json::object& message) {
  const auto* usage = object_in(message, "usage");
  if (usage == nullptr) return std::nullopt;
  const auto number = [&](std::string_view key) {
    const auto* value = usage->if_contains(key);
    const auto* integer = value != nullptr ? value->if_int64() : nullptr;
    return integer != nullptr && *integer >= 0 ? std::min(*integer, std::int64_t{1} << 52) : 0;
  };
  const auto cached = number("cache_read_input_tokens");
  return TracedTokens{number("input_tokens") + number("cache_creation_input_tokens") + cached,
                      number("output_tokens"), cached};
}

}  // namespace

TracedCall* TraceRecorder::call(int number) {
  return number < 1 ? nullptr : &trace_.calls[static_cast<std::size_t>(number) - 1];
}

void TraceRecorder::set_attributes(TracedCall& call, std::string full, std::string_view bare) {
  text_ -= std::min(text_, call.attributes.size());
  call.attributes = text_ + full.size() > max_text ? std::string(bare) : std::move(full);
  text_ += call.attributes.size();
}

TracedCall* TraceRecorder::begin(std::string name, std::string_view speaker, double start, double now) {
  if (trace_.calls.size() >= max_calls) {
    ++trace_.unrecorded;
    return nullptr;
  }
  const auto parent = std::ranges::find(tools_, speaker, &ToolCall::id);
  trace_.calls.push_back({.number = static_cast<int>(trace_.calls.size()) + 1,
                          .parent = parent == tools_.end() || speaker.empty() ? 0 : parent->number,
                          .name = std::move(name),
                          .start = std::min(start, now)});
  return &trace_.calls.back();
}

double TraceRecorder::asked_at(std::string_view speaker, double now) const {
  const auto known = asked_.find(speaker);
  return known == asked_.end() ? now : known->second;
}

void TraceRecorder::heard_system(const json::object& line, double now) {
  const auto subtype = text_in(line, "subtype");
  if (subtype == "init") asked_[""] = now;
  if (subtype != "api_retry") return;
  const auto speaker = text_in(line, "parent_tool_use_id");
  auto* refused = begin("llm.call", speaker, asked_at(speaker, now), now);
  asked_[std::string(speaker)] = now;
  if (refused == nullptr) return;
  refused->end = now;
  refused->failed = true;
  refused->trouble = first_line(text_in(line, "error"));
  wire::ObjectText attributes;
  attributes.text("gen_ai.operation.name", "chat").text("error.type", first_line(text_in(line, "error")));
  if (const auto* status = line.if_contains("error_status"); status != nullptr && status->is_int64())
    attributes.integer("http.response.status_code", status->get_int64());
  refused->attributes = std::move(attributes).done();
}

void TraceRecorder::end_tool(const json::object& result, double now) {
  const auto id = text_in(result, "tool_use_id");
  const auto tool = std::ranges::find(tools_, id, &ToolCall::id);
  if (id.empty() || tool == tools_.end()) return;
  if (auto* traced = call(tool->number)) {
    const auto text = text_of(result.if_contains("content"));
    traced->end = now;
    traced->failed = is_flag(result, "is_error", true);
    if (traced->failed) traced->trouble = first_line(text);
    wire::ObjectText bare;
    bare.text("gen_ai.operation.name", "execute_tool").text("gen_ai.tool.call.id", tool->id);
    auto full = bare;
    full.text("gen_ai.tool.call.arguments", tool->input).text("gen_ai.tool.call.result", text);
    set_attributes(*traced, std::move(full).done(), std::move(bare).done());
  }
  tools_.erase(tool);
}

void TraceRecorder::heard_user(const json::object& line, double now) {
  const auto speaker = text_in(line, "parent_tool_use_id");
  asked_[std::string(speaker)] = now;
  const auto* blocks = blocks_of(line);
  if (blocks == nullptr) return;
  auto& to_say = to_say_[std::string(speaker)];
  for (const auto& block : *blocks) {
    const auto* object = block.if_object();
    if (object == nullptr) continue;
    const bool is_result = text_in(*object, "type") == "tool_result";
    auto text =
        is_result ? text_of(object->if_contains("content")) : clipped(text_in(*object, "text"), longest_part);
    if (to_say.size() < max_said) to_say.push_back({is_result ? "tool" : "user", std::move(text)});
    if (is_result) end_tool(*object, now);
  }
  forget_speakers();
}

void TraceRecorder::describe(const ModelCall& model) {
  auto* traced = call(model.number);
  if (traced == nullptr) return;
  wire::ObjectText bare;
  bare.text("gen_ai.operation.name", "chat").text("gen_ai.response.model", model.model);
  if (!model.stop_reason.empty()) bare.text("gen_ai.response.finish_reason", model.stop_reason);
  if (model.usage) {
    bare.integer("gen_ai.usage.input_tokens", model.usage->input)
        .integer("gen_ai.usage.output_tokens", model.usage->output);
    if (model.usage->cached > 0) bare.integer("gen_ai.usage.cache_read_input_tokens", model.usage->cached);
  }
  auto attributes = bare;
  std::size_t index = 0;
  for (const auto& [role, content] : model.prompt) {
    const auto key = "gen_ai.prompt." + std::to_string(index++);
    attributes.text(key + ".role", role).text(key + ".content", content);
  }
  if (!model.answer.empty())
    attributes.text("gen_ai.completion.0.role", "assistant")
        .text("gen_ai.completion.0.content", model.answer);
  set_attributes(*traced, std::move(attributes).done(), std::move(bare).done());
}

void TraceRecorder::heard_assistant(const json::object& line, bool refused, double now) {
  const auto* message = object_in(line, "message");
  if (message == nullptr) return;
  const auto speaker = text_in(line, "parent_tool_use_id");
  const auto id = text_in(*message, "id");
  auto known = std::ranges::find(models_, id, &ModelCall::id);
  if (known == models_.end() || id.empty()) {
    const auto* begun = begin("llm.call", speaker, asked_at(speaker, now), now);
    models_.push_back({.number = begun != nullptr ? begun->number : 0,
                       .id = std::string(id),
                       .model = clipped(text_in(*message, "model"), 200),
                       .prompt = std::exchange(to_say_[std::string(speaker)], {})});
    if (models_.size() > max_models) models_.pop_front();
    known = std::prev(models_.end());
  }
  auto& model = *known;
  model.usage = usage_in(*message);
  model.stop_reason = clipped(text_in(*message, "stop_reason"), 100);
  if (const auto* blocks = blocks_of(line)) {
    for (const auto& block : *blocks) {
      const auto* object = block.if_object();
      if (object == nullptr) continue;
      if (text_in(*object, "type") == "text" && model.answer.size() < longest_answer) {
        if (!model.answer.empty()) model.answer += '\n';
        model.answer += clipped(text_in(*object, "text"), longest_answer - model.answer.size());
      }
      if (text_in(*object, "type") != "tool_use") continue;
      const auto* input = object->if_contains("input");
      const auto* tool = begin("tool." + clipped(text_in(*object, "name"), 100), speaker, now, now);
      tools_.push_back({.number = tool != nullptr ? tool->number : 0,
                        .id = std::string(text_in(*object, "id")),
                        .input = input != nullptr ? clipped(json::serialize(*input), longest_part) : ""});
      if (tools_.size() > max_tools) tools_.pop_front();
    }
  }
  forget_speakers();
  describe(model);
  if (auto* traced = call(model.number)) {
    traced->end = now;
    traced->failed = refused;
    if (refused) traced->trouble = first_line(model.answer);
  }
}

/// Of many speakers the main conversation, whose name is empty, stays.
void TraceRecorder::forget_speakers() {
  while (asked_.size() > max_speakers) asked_.erase(std::prev(asked_.end()));
  while (to_say_.size() > max_speakers) to_say_.erase(std::prev(to_say_.end()));
}

Trace TraceRecorder::finish() {
  return std::move(trace_);
}

}  // namespace understudy::daemon::agents
