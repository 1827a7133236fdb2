#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>

/// RunResult members that may be missing or of another type.
namespace understudy::failover::agents {

[[nodiscard]] inline std::string_view text_in(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

[[nodiscard]] inline const boost::json::object* object_in(const boost::json::object& object,
                                                          std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

[[nodiscard]] inline const boost::json::array* array_in(const boost::json::object& object,
                                                        std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr ? value->if_array() : nullptr;
}

/// Present, and exactly this.
[[nodiscard]] inline bool is_flag(const boost::json::object& object, std::string_view key, bool wanted) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool() == wanted;
}

/// Present and not null.
[[nodiscard]] inline bool has(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && !value->is_null();
}

/// Calls `on_block(const boost::json::object&)` for each content block of the line's message.
template <class OnBlock>
void for_each_block(const boost::json::object& line, OnBlock&& on_block) {
  const auto* message = object_in(line, "message");
  const auto* content = message != nullptr ? array_in(*message, "content") : nullptr;
  if (content == nullptr) return;
  for (const auto& block : *content)
    if (const auto* object = block.if_object()) on_block(*object);
}

}  // namespace understudy::failover::agents
