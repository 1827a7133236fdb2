#pragma once
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>

/// As much of JSON Schema (2020-12) as docs/config.schema.json uses; a keyword it does not know is a bug in
/// the test.
namespace config_schema {

namespace json = boost::json;

class Checker {
 public:
  explicit Checker(json::value schema) : schema_(std::move(schema)) {}

  [[nodiscard]] bool accepts(const json::value& document) const { return fits(document, schema_); }
  [[nodiscard]] const json::object& root() const { return schema_.get_object(); }

  /// A schema with its $ref followed, the keywords beside it lost.
  [[nodiscard]] const json::object& resolved(const json::object& schema) const {
    const auto* reference = schema.if_contains("$ref");
    if (!reference) return schema;
    return resolved(schema_.at_pointer(std::string_view(reference->as_string()).substr(1)).as_object());
  }

 private:
  [[nodiscard]] bool fits(const json::value& value, const json::value& rule) const {
    if (rule.is_bool()) return rule.get_bool();
    const auto& schema = rule.as_object();
    return std::all_of(schema.begin(), schema.end(), [&](const auto& member) {
      const std::string_view word = member.key();
      if (word == "then" || word == "else") return true;  // with "if"
      if (word == "if") {
        const auto* next = schema.if_contains(fits(value, member.value()) ? "then" : "else");
        return !next || fits(value, *next);
      }
      if (const auto known = combined(word, member.value(), value); known) return *known;
      if (const auto known = scalar(word, member.value(), value); known) return *known;
      if (const auto known = of_list(word, member.value(), value); known) return *known;
      if (const auto known = of_object(word, member.value(), value, schema); known) return *known;
      throw std::logic_error("unknown keyword " + std::string(word));
    });
  }

  using Known = std::optional<bool>;  // nothing: not a keyword of this family

  [[nodiscard]] Known combined(std::string_view word, const json::value& rule,
                               const json::value& value) const {
    const auto fit = [&](const json::value& one) { return fits(value, one); };
    if (word == "$ref") return fits(value, schema_.at_pointer(std::string_view(rule.as_string()).substr(1)));
    if (word == "not") return !fits(value, rule);
    if (word == "allOf") return std::ranges::all_of(rule.as_array(), fit);
    if (word == "anyOf") return std::ranges::any_of(rule.as_array(), fit);
    if (word == "oneOf") return std::ranges::count_if(rule.as_array(), fit) == 1;
    if (word == "$schema" || word == "title" || word == "description" || word == "default" || word == "$defs")
      return true;
    return std::nullopt;
  }

  [[nodiscard]] static Known scalar(std::string_view word, const json::value& rule,
                                    const json::value& value) {
    if (word == "type")
      return rule.is_array()
                 ? std::ranges::any_of(rule.get_array(),
                                       [&](const auto& one) { return has_type(value, one.as_string()); })
                 : has_type(value, rule.as_string());
    if (word == "enum") return std::ranges::find(rule.as_array(), value) != rule.as_array().end();
    if (word == "const") return value == rule;
    const auto number = [](const json::value& of) { return of.to_number<double>(); };
    if (word == "minimum") return !value.is_number() || number(value) >= number(rule);
    if (word == "exclusiveMinimum") return !value.is_number() || number(value) > number(rule);
    if (word == "maximum")
      return !value.is_number() || (value.is_uint64() ? value.get_uint64() <= rule.to_number<std::uint64_t>()
                                                      : number(value) <= number(rule));
    if (word == "minLength")
      return !value.is_string() || value.get_string().size() >= rule.to_number<std::size_t>();
    if (word == "pattern")
      return !value.is_string() ||
             std::regex_search(std::string(value.get_string()), compiled(rule.as_string().c_str()));
    return std::nullopt;
  }

  [[nodiscard]] Known of_list(std::string_view word, const json::value& rule,
                              const json::value& value) const {
    const bool here = word == "minItems" || word == "maxItems" || word == "uniqueItems" || word == "items" ||
                      word == "prefixItems";
    if (!here) return std::nullopt;
    if (!value.is_array()) return true;
    const auto& list = value.get_array();
    if (word == "minItems") return list.size() >= rule.to_number<std::size_t>();
    if (word == "maxItems") return list.size() <= rule.to_number<std::size_t>();
    if (word == "items") return std::ranges::all_of(list, [&](const auto& item) { return fits(item, rule); });
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (word == "uniqueItems" && std::count(list.begin(), list.end(), list[i]) > 1) return false;
      if (word == "prefixItems" && i < rule.as_array().size() && !fits(list[i], rule.as_array()[i]))
        return false;
    }
    return true;
  }

  [[nodiscard]] Known of_object(std::string_view word, const json::value& rule, const json::value& value,
                                const json::object& schema) const {
    const bool here = word == "required" || word == "properties" || word == "additionalProperties" ||
                      word == "propertyNames";
    if (!here) return std::nullopt;
    if (!value.is_object()) return true;
    const auto& object = value.get_object();
    if (word == "required")
      return std::ranges::all_of(rule.as_array(),
                                 [&](const auto& key) { return object.contains(key.as_string()); });
    const auto* named = schema.if_contains("properties");
    return std::ranges::all_of(object, [&](const auto& member) {
      if (word == "propertyNames") return fits(json::string(member.key()), rule);
      const auto* own = named ? named->as_object().if_contains(member.key()) : nullptr;
      if (word == "properties") return !own || fits(member.value(), *own);
      return own || fits(member.value(), rule);
    });
  }

  static const std::regex& compiled(const std::string& pattern) {
    static std::map<std::string, std::regex> known;
    const auto found = known.find(pattern);
    return found != known.end() ? found->second : known.emplace(pattern, std::regex(pattern)).first->second;
  }

  [[nodiscard]] static bool has_type(const json::value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "number") return value.is_number();
    if (type == "integer")
      return value.is_int64() || value.is_uint64() ||
             (value.is_double() && value.get_double() == std::floor(value.get_double()));
    throw std::logic_error("unknown type " + std::string(type));
  }

  json::value schema_;
};

}  // namespace config_schema
