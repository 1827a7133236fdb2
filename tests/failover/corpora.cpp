#include "failover/corpora.hpp"

#include <boost/json.hpp>
#include <fstream>

namespace understudy::failover {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::optional<double> number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

Outcome outcome_of(const json::object& object) {
  Outcome outcome;
  outcome.provider = text_of(object, "provider");
  outcome.surface = parse_surface(text_of(object, "surface")).value();
  if (const auto status = number_of(object, "status")) outcome.status = static_cast<int>(*status);
  if (const auto code = number_of(object, "exit_code")) outcome.exit_code = static_cast<int>(*code);
  if (const auto at = number_of(object, "observed_at_ms"))
    outcome.observed_at = Instant{Duration{static_cast<std::int64_t>(*at)}};
  outcome.body = text_of(object, "body");
  if (const json::value* headers = object.if_contains("headers"); headers != nullptr && headers->is_object())
    for (const auto& [name, value] : headers->as_object())
      outcome.headers.emplace_back(name, value.is_string() ? std::string{value.as_string()} : "");
  return outcome;
}

/// "context_length:failover" accepts the kind; whether it moves is the policy's.
void accept(const json::object& object, std::set<Kind>& kinds) {
  const json::value* others = object.if_contains("accept");
  if (others == nullptr || !others->is_array()) return;
  for (const json::value& other : others->as_array()) {
    const std::string word{other.as_string()};
    if (const auto kind = parse_kind(word.substr(0, word.find(':')))) kinds.insert(*kind);
  }
}

Labelled read(const json::object& object) {
  const json::value* incident = object.if_contains("outcome");
  const json::object& right = incident != nullptr ? object.at("right").as_object() : object;
  Labelled item;
  item.id = text_of(object, "id");
  item.outcome = outcome_of(incident != nullptr ? incident->as_object() : object);
  item.kinds = {parse_kind(text_of(right, incident != nullptr ? "kind" : "label")).value()};
  accept(right, item.kinds);
  item.should_failover = right.at(incident != nullptr ? "failover" : "should_failover").as_bool();
  const json::value* ambiguous = object.if_contains("ambiguous");
  item.ambiguous =
      (ambiguous != nullptr && ambiguous->is_bool() && ambiguous->as_bool()) || object.contains("debatable");
  item.retry_after_s = number_of(right, "retry_after_s");
  item.reset_at = text_of(right, "reset_at");
  return item;
}

}  // namespace

std::vector<Labelled> labelled(std::string_view file) {
  std::ifstream lines{UNDERSTUDY_TEST_DATA "/" + std::string{file}};
  std::vector<Labelled> items;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) items.push_back(read(json::parse(line).as_object()));
  return items;
}

}  // namespace understudy::failover
