#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agl/trouble.hpp"
#include "wire/json_value.hpp"

/// Reads typed members like pydantic's lax mode: numbers may be strings. Errors use pydantic's messages.
namespace understudy::daemon::agl {

using wire::Value;

[[nodiscard]] std::optional<std::string> read_text(Value value, const Loc& loc, Problems& problems);
[[nodiscard]] std::optional<std::int64_t> read_integer(Value value, const Loc& loc, Problems& problems);
[[nodiscard]] std::optional<double> read_number(Value value, const Loc& loc, Problems& problems);
/// One of the choices.
[[nodiscard]] std::optional<std::string> read_choice(Value value, const Loc& loc,
                                                     std::span<const std::string_view> choices,
                                                     Problems& problems);
[[nodiscard]] bool check_object(Value value, const Loc& loc, Problems& problems);
[[nodiscard]] bool check_list(Value value, const Loc& loc, Problems& problems);
[[nodiscard]] std::vector<std::string> read_texts(Value value, const Loc& loc, Problems& problems);
[[nodiscard]] std::vector<std::string> read_choices(Value value, const Loc& loc,
                                                    std::span<const std::string_view> choices,
                                                    Problems& problems);

/// The members with these names, found in one pass; of duplicates, the last.
template <std::size_t count>
class Members {
 public:
  Members(Value object, const std::string_view (&names)[count])
      : object_(object), names_(std::to_array(names)) {
    object.members([this](std::string_view key, Value value) {
      for (std::size_t i = 0; i < count; ++i)
        if (names_[i] == key) found_[i] = value;
    });
  }
  /// The member's value, null included.
  [[nodiscard]] const std::optional<Value>& given(std::string_view name) const {
    for (std::size_t i = 0; i < count; ++i)
      if (names_[i] == name) return found_[i];
    static const std::optional<Value> none;
    return none;
  }
  /// The same, but null counts as absent.
  [[nodiscard]] std::optional<Value> some(std::string_view name) const {
    const auto& value = given(name);
    return value && !value->is_null() ? value : std::nullopt;
  }
  /// Adds a problem when it is missing.
  [[nodiscard]] std::optional<Value> required(std::string_view name, const Loc& loc,
                                              Problems& problems) const {
    const auto& value = given(name);
    if (!value) problems.missing(Loc(loc, name), object_.text());
    return value;
  }
  [[nodiscard]] std::optional<std::string> text(std::string_view name, const Loc& loc,
                                                Problems& problems) const {
    const auto value = some(name);
    return value ? read_text(*value, Loc(loc, name), problems) : std::nullopt;
  }
  /// Empty, with a problem, when it is missing.
  [[nodiscard]] std::string required_text(std::string_view name, const Loc& loc, Problems& problems) const {
    const auto value = required(name, loc, problems);
    return value ? read_text(*value, Loc(loc, name), problems).value_or("") : std::string();
  }
  [[nodiscard]] std::optional<double> number(std::string_view name, const Loc& loc,
                                             Problems& problems) const {
    const auto value = some(name);
    return value ? read_number(*value, Loc(loc, name), problems) : std::nullopt;
  }
  [[nodiscard]] bool knows(std::string_view name) const {
    for (const auto known : names_)
      if (known == name) return true;
    return false;
  }

 private:
  Value object_;
  std::array<std::string_view, count> names_;
  std::array<std::optional<Value>, count> found_{};
};

}  // namespace understudy::daemon::agl
