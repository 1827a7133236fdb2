#include "agl/fields.hpp"

#include <charconv>
#include <cmath>

#include "http/text.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

/// 'a', 'b' or 'c'
std::string expected_choices(std::span<const std::string_view> choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text.append("'").append(choices[i]).append("'");
  }
  return text;
}

std::optional<double> number_in(std::string_view text) {
  const std::string trimmed(http::trim(text));
  if (trimmed.empty()) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(trimmed.c_str(), &end);
  return end == trimmed.c_str() + trimmed.size() ? std::optional(value) : std::nullopt;
}

std::expected<std::int64_t, std::errc> integer_in(std::string_view text) {
  text = http::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::unexpected(std::errc::invalid_argument);
  if (error != std::errc{}) return std::unexpected(error);
  return value;
}

std::optional<std::int64_t> whole(double value, Value given, const Loc& loc, Problems& problems) {
  if (value != std::floor(value)) {
    problems.add("int_from_float", loc,
                 "Input should be a valid integer, got a number with a fractional part", given.text());
    return std::nullopt;
  }
  if (std::abs(value) < 9.2e18) return static_cast<std::int64_t>(value);
  problems.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size",
               given.text());
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_text(Value value, const Loc& loc, Problems& problems) {
  if (!value.is_string()) {
    problems.add("string_type", loc, "Input should be a valid string", value.text());
    return std::nullopt;
  }
  auto text = value.string();
  if (text.find('\0') == std::string::npos) return text;
  problems.add("value_error", loc, "Value error, a NUL character cannot be stored here", value.text());
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(Value value, const Loc& loc, Problems& problems) {
  switch (value.kind()) {
    case Value::Kind::boolean: return value.text() == "true" ? 1 : 0;
    case Value::Kind::real: return whole(number_in(value.text()).value_or(0.5), value, loc, problems);
    case Value::Kind::integer:
    case Value::Kind::string: {
      const auto text = value.is_string() ? value.string() : std::string(value.text());
      const auto parsed = integer_in(text);
      if (parsed) return *parsed;
      if (parsed.error() == std::errc::result_out_of_range)
        problems.add("int_parsing_size", loc,
                     "Unable to parse input string as an integer, exceeded maximum size", value.text());
      else
        problems.add("int_parsing", loc,
                     "Input should be a valid integer, unable to parse string as an integer", value.text());
      return std::nullopt;
    }
    case Value::Kind::null:
    case Value::Kind::array:
    case Value::Kind::object: break;
  }
  problems.add("int_type", loc, "Input should be a valid integer", value.text());
  return std::nullopt;
}

std::optional<double> read_number(Value value, const Loc& loc, Problems& problems) {
  switch (value.kind()) {
    case Value::Kind::boolean: return value.text() == "true" ? 1.0 : 0.0;
    case Value::Kind::integer:
    case Value::Kind::real: return number_in(value.text());
    case Value::Kind::string:
      if (const auto number = number_in(value.string())) return number;
      problems.add("float_parsing", loc, "Input should be a valid number, unable to parse string as a number",
                   value.text());
      return std::nullopt;
    case Value::Kind::null:
    case Value::Kind::array:
    case Value::Kind::object: break;
  }
  problems.add("float_type", loc, "Input should be a valid number", value.text());
  return std::nullopt;
}

std::optional<std::string> read_choice(Value value, const Loc& loc, std::span<const std::string_view> choices,
                                       Problems& problems) {
  if (value.is_string()) {
    auto text = value.string();
    for (const auto choice : choices)
      if (choice == text) return text;
  }
  const auto expected = expected_choices(choices);
  problems.add("literal_error", loc, "Input should be " + expected, value.text(),
               wire::ObjectText{}.text("expected", expected).done());
  return std::nullopt;
}

bool check_object(Value value, const Loc& loc, Problems& problems) {
  if (value.is_object()) return true;
  problems.add("dict_type", loc, "Input should be a valid dictionary", value.text());
  return false;
}

bool check_list(Value value, const Loc& loc, Problems& problems) {
  if (value.is_array()) return true;
  problems.add("list_type", loc, "Input should be a valid list", value.text());
  return false;
}

std::vector<std::string> read_texts(Value value, const Loc& loc, Problems& problems) {
  std::vector<std::string> texts;
  if (!check_list(value, loc, problems)) return texts;
  std::size_t i = 0;
  value.elements([&](Value element) {
    if (auto text = read_text(element, Loc(loc, i++), problems)) texts.push_back(std::move(*text));
  });
  return texts;
}

std::vector<std::string> read_choices(Value value, const Loc& loc, std::span<const std::string_view> choices,
                                      Problems& problems) {
  std::vector<std::string> texts;
  if (!check_list(value, loc, problems)) return texts;
  std::size_t i = 0;
  value.elements([&](Value element) {
    if (auto text = read_choice(element, Loc(loc, i++), choices, problems)) texts.push_back(std::move(*text));
  });
  return texts;
}

}  // namespace understudy::daemon::agl
