#include "config/parse.hpp"

#include <fmt/format.h>

#include <boost/json/error.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/stream_parser.hpp>
#include <map>

#include "config/duplicate_keys.hpp"
#include "config/parse_agent_type.hpp"
#include "config/parse_service.hpp"
#include "config/reader.hpp"

namespace understudy::daemon::config {

namespace {

/// Any kind, for an operator's rule.
void read_kind(Reader& reader, failover::Kind& to) {
  const auto* value = reader.take("kind");
  if (!value) return reader.error("kind", "is required");
  if (!value->is_string()) return reader.wrong("kind", "must be a string", *value);
  if (const auto known = failover::parse_kind(value->get_string())) {
    to = *known;
    return;
  }
  std::string names;
  for (const auto kind : failover::all_kinds) {
    if (!names.empty()) names += ", ";
    names += failover::to_string(kind);
  }
  reader.wrong("kind", "must be one of " + names, *value);
}

std::vector<failover::OperatorRule> read_rules(const boost::json::value& value, Parsed& out) {
  std::vector<failover::OperatorRule> rules;
  if (!value.is_array()) {
    out.errors.push_back({"/classifier_rules", "must be a list, got " + describe(value)});
    return rules;
  }
  for (std::size_t i = 0; i < value.get_array().size() && !out.is_full(); ++i) {
    Reader reader(value.get_array()[i], fmt::format("/classifier_rules/{}", i), out);
    if (!reader.valid()) continue;
    failover::OperatorRule rule;
    reader.text("name", rule.name, false);
    reader.text("contains", rule.contains, false);
    for (const std::string_view key : {"name", "contains"})
      if (!reader.has(key)) reader.error(key, "is required");
    read_kind(reader, rule.kind);
    reader.finish();
    rules.push_back(std::move(rule));
  }
  return rules;
}

void check_joined_names(const Config& config, Parsed& out) {
  std::map<std::string, std::string> owner;
  for (const auto& [type, agent] : config.agent_types)
    for (const auto& instance : agent.instances) {
      const auto [known, fresh] = owner.emplace(type + "-" + instance, type);
      if (fresh || known->second == type || out.is_full()) continue;
      out.errors.push_back(
          {"/agent_types/" + pointer_escape(type) + "/instances",
           fmt::format("'{}' is already an instance of type '{}'", known->first, known->second)});
    }
}

void keep_the_first(std::vector<Problem>& problems) {
  if (problems.size() > max_problems) problems.resize(max_problems);
}

std::pair<int, int> line_and_column(std::string_view text, std::size_t offset) {
  int line = 1, column = 1;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return {line, column};
}

boost::json::parse_options syntax() {
  boost::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  options.max_depth = 64;
  return options;
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text;
}

std::optional<boost::json::value> read_syntax(std::string_view text, std::vector<Problem>& errors) {
  boost::json::stream_parser parser({}, syntax());
  boost::system::error_code error;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && used == text.size()) parser.finish(error);
  if (!error && used < text.size()) error = boost::json::make_error_code(boost::json::error::extra_data);
  if (!error && parser.done()) return parser.release();
  const auto [line, column] = line_and_column(text, used);
  const auto what = error ? error.message() : std::string("the document ends early");
  errors.push_back({"", fmt::format("is not valid JSON at line {}, column {}: {}", line, column, what)});
  return std::nullopt;
}

template <class Visit>
void each_member(Reader& root, std::string_view key, const Parsed& out, const Visit& visit) {
  const auto* value = root.take(key);
  if (!value) return;
  if (!value->is_object()) return root.wrong(key, "must be an object", *value);
  for (const auto& [name, member] : value->get_object()) {
    if (out.is_full()) return;
    visit(std::string(name), member);
  }
}

}  // namespace

std::optional<boost::json::value> parse_document(std::string_view text, std::vector<Problem>& errors) {
  text = without_mark(text);
  auto document = read_syntax(text, errors);
  if (!document) return std::nullopt;
  const auto twice = duplicate_keys(text, syntax());
  errors.insert(errors.end(), twice.begin(), twice.end());
  if (!twice.empty()) return std::nullopt;
  return document;
}

Parsed parse_config(const boost::json::value& document) {
  Parsed out;
  Config config;
  Reader root(document, "", out);
  if (!root.valid()) return out;
  if (const auto* service = root.take("service")) read_service(*service, out, config.service);
  each_member(root, "providers", out, [&](const std::string& name, const boost::json::value& value) {
    config.providers.emplace(name, read_provider(name, value, out));
  });
  each_member(root, "agent_types", out, [&](const std::string& name, const boost::json::value& value) {
    config.agent_types.emplace(name, read_agent_type(name, value, config.providers, out));
  });
  if (const auto* rules = root.take("classifier_rules")) config.classifier_rules = read_rules(*rules, out);
  root.finish();
  check_joined_names(config, out);
  if (out.errors.empty()) out.config = std::move(config);
  keep_the_first(out.errors);
  keep_the_first(out.warnings);
  return out;
}

Parsed parse_config(std::string_view text) {
  Parsed out;
  text = without_mark(text);
  const auto document = read_syntax(text, out.errors);
  if (!document) return out;
  out = parse_config(*document);
  const auto twice = duplicate_keys(text, syntax());
  out.errors.insert(out.errors.end(), twice.begin(), twice.end());
  if (!twice.empty()) out.config.reset();
  return out;
}

}  // namespace understudy::daemon::config
