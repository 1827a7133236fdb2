#include "agents/trace_recorder.hpp"

#include <algorithm>

#include "agents/blocks.hpp"
#include "agents/text.hpp"
#include "agents/usage_meter.hpp"
#include "json/writer.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

namespace {

constexpr std::size_t max_answer = 8 * 1024;
constexpr std::size_t max_part = 2 * 1024;
constexpr std::size_t max_parts = 8;

/// A tool's result is a text, or blocks of which the texts count.
std::string text_of(json::View content) {
  std::string text = clipped(content.string(), max_part);
  for (const auto block : content.elements())
    if (text.size() < max_part) text += clipped(block["text"].string(), max_part - text.size());
  return text;
}

std::string first_line(std::string_view text) {
  return clipped(text.substr(0, text.find('\n')), 300);
}

}  // namespace

/// Providers count input, cache creation and cache reads as input.
std::optional<TraceRecorder::Tokens> TraceRecorder::usage_in(json::View message) {
  const auto usage = message["usage"];
  if (!usage.is_object()) return std::nullopt;
  const auto number = [&](std::string_view key) { return tokens_in(usage[key]).value_or(0); };
  const auto cached = number("cache_read_input_tokens");
  return Tokens{number("input_tokens") + number("cache_creation_input_tokens") + cached,
                number("output_tokens"), cached};
}

std::size_t TraceRecorder::text_size(const Attributes& attributes) {
  std::size_t size = 0;
  for (const auto& [name, value] : attributes) {
    const auto* text = std::get_if<std::string>(&value);
    size += name.size() + (text != nullptr ? text->size() : 0);
  }
  return size;
}

TracedCall* TraceRecorder::call(int number) {
  return number < 1 ? nullptr : &calls_[static_cast<std::size_t>(number) - 1];
}

void TraceRecorder::set_attributes(TracedCall& call, Attributes basic, Attributes texts) {
  text_ -= text_size(call.attributes);
  call.attributes = std::move(basic);
  if (text_ + text_size(call.attributes) + text_size(texts) <= max_text)
    std::ranges::move(texts, std::back_inserter(call.attributes));
  text_ += text_size(call.attributes);
}

TracedCall* TraceRecorder::begin(std::string name, std::string_view speaker, double start, double now) {
  if (calls_.size() >= max_calls) return nullptr;
  const auto parent = std::ranges::find(tools_, speaker, &ToolCall::id);
  calls_.push_back({.number = static_cast<int>(calls_.size()) + 1,
                    .parent = parent == tools_.end() || speaker.empty() ? 0 : parent->number,
                    .name = std::move(name),
                    .start = std::min(start, now)});
  return &calls_.back();
}

double TraceRecorder::requested_at(std::string_view speaker, double now) const {
  const auto known = requested_.find(speaker);
  return known == requested_.end() ? now : known->second;
}

void TraceRecorder::on_system(json::View line, double now) {
  const auto subtype = line["subtype"].string();
  if (subtype == "init") requested_[""] = now;
  if (subtype != "api_retry") return;
  const auto speaker = line["parent_tool_use_id"].string();
  auto* failed = begin("llm.call", speaker, requested_at(speaker, now), now);
  requested_[std::string(speaker)] = now;
  if (failed == nullptr) return;
  failed->end = now;
  failed->failed = true;
  failed->error = first_line(line["error"].string());
  failed->attributes = {{"gen_ai.operation.name", "chat"}, {"error.type", failed->error}};
  if (const auto status = line["error_status"].integer())
    failed->attributes.emplace_back("http.response.status_code", *status);
}

void TraceRecorder::begin_tool(json::View block, std::string_view speaker, double now) {
  const auto* tool = begin("tool." + clipped(block["name"].string(), 100), speaker, now, now);
  tools_.push_back({.number = tool != nullptr ? tool->number : 0,
                    .id = std::string(block["id"].string()),
                    .input = clipped(json::Writer().value(block["input"]).done(), max_part)});
  if (tools_.size() > max_tools) tools_.pop_front();
}

void TraceRecorder::end_tool(json::View result, double now) {
  const auto id = result["tool_use_id"].string();
  const auto tool = std::ranges::find(tools_, id, &ToolCall::id);
  if (id.empty() || tool == tools_.end()) return;
  if (auto* traced = call(tool->number)) {
    auto text = text_of(result["content"]);
    traced->end = now;
    traced->failed = result["is_error"].boolean() == true;
    if (traced->failed) traced->error = first_line(text);
    set_attributes(*traced, {{"gen_ai.operation.name", "execute_tool"}, {"gen_ai.tool.call.id", tool->id}},
                   {{"gen_ai.tool.call.arguments", std::move(tool->input)},
                    {"gen_ai.tool.call.result", std::move(text)}});
  }
  tools_.erase(tool);
}

void TraceRecorder::on_user(json::View line, double now) {
  const auto speaker = line["parent_tool_use_id"].string();
  requested_[std::string(speaker)] = now;
  for_each_block(line, [&](json::View block) {
    const bool is_result = block["type"].string() == "tool_result";
    auto text = is_result ? text_of(block["content"]) : clipped(block["text"].string(), max_part);
    auto& prompt = prompts_[std::string(speaker)];
    if (prompt.size() < max_parts) prompt.push_back({is_result ? "tool" : "user", std::move(text)});
    if (is_result) end_tool(block, now);
  });
  forget_speakers();
}

void TraceRecorder::describe(const ModelCall& model) {
  auto* traced = call(model.number);
  if (traced == nullptr) return;
  Attributes basic{{"gen_ai.operation.name", "chat"}, {"gen_ai.response.model", model.model}};
  if (!model.stop_reason.empty()) basic.emplace_back("gen_ai.response.finish_reason", model.stop_reason);
  if (model.usage) {
    basic.emplace_back("gen_ai.usage.input_tokens", model.usage->input);
    basic.emplace_back("gen_ai.usage.output_tokens", model.usage->output);
    if (model.usage->cached > 0)
      basic.emplace_back("gen_ai.usage.cache_read_input_tokens", model.usage->cached);
  }
  Attributes texts;
  std::size_t index = 0;
  for (const auto& [role, content] : model.prompt) {
    const auto key = "gen_ai.prompt." + std::to_string(index++);
    texts.emplace_back(key + ".role", role);
    texts.emplace_back(key + ".content", content);
  }
  if (!model.answer.empty()) {
    texts.emplace_back("gen_ai.completion.0.role", "assistant");
    texts.emplace_back("gen_ai.completion.0.content", model.answer);
  }
  set_attributes(*traced, std::move(basic), std::move(texts));
}

/// The call that `message` belongs to; its first line begins one.
TraceRecorder::ModelCall& TraceRecorder::model_call(json::View message, std::string_view speaker,
                                                    double now) {
  const auto id = message["id"].string();
  const auto known = std::ranges::find(models_, id, &ModelCall::id);
  if (known != models_.end() && !id.empty()) return *known;
  const auto* begun = begin("llm.call", speaker, requested_at(speaker, now), now);
  models_.push_back({.number = begun != nullptr ? begun->number : 0,
                     .id = std::string(id),
                     .model = clipped(message["model"].string(), 200),
                     .prompt = std::exchange(prompts_[std::string(speaker)], {})});
  if (models_.size() > max_models) models_.pop_front();
  return models_.back();
}

void TraceRecorder::on_assistant(json::View line, bool is_error, double now) {
  const auto message = line["message"];
  if (!message.is_object()) return;
  const auto speaker = line["parent_tool_use_id"].string();
  auto& model = model_call(message, speaker, now);
  model.usage = usage_in(message);
  model.stop_reason = clipped(message["stop_reason"].string(), 100);
  for_each_block(line, [&](json::View block) {
    const auto type = block["type"].string();
    if (type == "text" && model.answer.size() < max_answer) {
      if (!model.answer.empty()) model.answer += '\n';
      model.answer += clipped(block["text"].string(), max_answer - model.answer.size());
    }
    if (type == "tool_use") begin_tool(block, speaker, now);
  });
  forget_speakers();
  describe(model);
  if (auto* traced = call(model.number)) {
    traced->end = now;
    traced->failed = is_error;
    if (is_error) traced->error = first_line(model.answer);
  }
}

/// Of many speakers the main conversation, whose name is empty, stays.
void TraceRecorder::forget_speakers() {
  while (requested_.size() > max_speakers) requested_.erase(std::prev(requested_.end()));
  while (prompts_.size() > max_speakers) prompts_.erase(std::prev(prompts_.end()));
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
