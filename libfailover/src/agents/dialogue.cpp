#include "agents/dialogue.hpp"

#include <algorithm>
#include <string_view>

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

}  // namespace

void Dialogue::on_system(const json::object& line) {
  const auto subtype = text_in(line, "subtype");
  const bool compacting = subtype == "status" && text_in(line, "status") == "compacting";
  if (subtype == "init" || subtype == "api_retry" || compacting) awaiting_ = true;
}

void Dialogue::on_user(const json::object& line) {
  if (is_interruption(line)) return;
  for_each_block(line, [&](const json::object& block) {
    const auto id = text_in(block, "tool_use_id");
    if (!id.empty()) std::erase_if(open_, [&](const OpenTool& tool) { return tool.id == id; });
  });
  const auto speaker = text_in(line, "parent_tool_use_id");
  awaiting_ =
      std::none_of(open_.begin(), open_.end(), [&](const OpenTool& it) { return it.speaker == speaker; });
}

void Dialogue::on_assistant(const json::object& line) {
  awaiting_ = false;
  const auto speaker = text_in(line, "parent_tool_use_id");
  for_each_block(line, [&](const json::object& block) {
    if (text_in(block, "type") != "tool_use") return;
    open_.push_back({std::string(text_in(block, "id")), std::string(speaker)});
    if (open_.size() > max_open_tools) open_.pop_front();
  });
}

void Dialogue::on_result(const json::object& line) {
  // A run that is told to stop may still print its result, which does not answer the pending request.
  if (text_in(line, "subtype") != "error_during_execution") awaiting_ = false;
}

}  // namespace understudy::failover::agents
