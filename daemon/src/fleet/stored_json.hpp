#pragma once
#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

/// Reads the fleet's JSON in the store. Members that are absent or of another type get their default.
namespace understudy::daemon::fleet::stored {

namespace json = boost::json;

[[nodiscard]] inline json::object object_of(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

[[nodiscard]] inline const json::value& member(const json::object& object, std::string_view key) {
  static const json::value none;
  const auto* found = object.if_contains(key);
  return found ? *found : none;
}

[[nodiscard]] inline std::int64_t integer(const json::object& object, std::string_view key,
                                          std::int64_t otherwise = 0) {
  const auto& value = member(object, key);
  return value.is_int64() ? value.get_int64() : otherwise;
}

[[nodiscard]] inline std::string text(const json::object& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

[[nodiscard]] inline bool flag(const json::object& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_bool() && value.get_bool();
}

/// The objects of an array.
template <class Visit>
void each_object(const json::value& value, Visit visit) {
  if (!value.is_array()) return;
  for (const auto& row : value.get_array())
    if (row.is_object()) visit(row.get_object());
}

}  // namespace understudy::daemon::fleet::stored
