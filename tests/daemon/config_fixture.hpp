#pragma once
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>

#include "config/parse.hpp"

/// A small valid configuration, and what a parser says about variations of it.
namespace config_world {

namespace config = understudy::daemon::config;
namespace json = boost::json;

inline json::value minimal() {
  return json::parse(R"({"providers": {"anthropic": {"base_url": "https://api.anthropic.com", "api_key": "k"},
                                       "deepseek": {"auth_token": "t"}},
                         "agent_types": {"reviewer": {
                           "provider_chain": [{"provider": "anthropic", "model": "opus"},
                                              {"provider": "deepseek", "model": "v4"}],
                           "agent": {"adapter": "command", "command": ["true"]}}}})");
}

/// Sets the value at a JSON pointer (plain keys, indexes of lists that exist), making objects on the way.
inline json::value with(json::value document, std::string_view pointer, const json::value& value) {
  json::value* at = &document;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto key = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(key.size());
    if (at->is_array())
      at = &at->get_array().at(std::stoul(std::string(key)));
    else {
      if (!at->is_object()) at->emplace_object();
      at = &at->get_object()[key];
    }
  }
  *at = value;
  return document;
}
inline json::value with(std::string_view pointer, std::string_view value_text) {
  return with(minimal(), pointer, json::parse(value_text));
}

inline std::set<std::string> lines(const std::vector<config::Problem>& problems) {
  std::set<std::string> out;
  for (const auto& problem : problems) out.insert(problem.path + ": " + problem.reason);
  return out;
}
inline std::set<std::string> errors(const json::value& document) {
  return lines(config::parse_config(document).errors);
}
inline std::set<std::string> errors(std::string_view text) {
  return lines(config::parse_config(text).errors);
}
inline std::set<std::string> warnings(const json::value& document) {
  return lines(config::parse_config(document).warnings);
}

inline config::Config accepted(const json::value& document) {
  auto parsed = config::parse_config(document);
  INFO(json::serialize(document));
  for (const auto& line : lines(parsed.errors)) UNSCOPED_INFO(line);
  REQUIRE(parsed.config);
  return std::move(*parsed.config);
}

using Lines = std::set<std::string>;

}  // namespace config_world
