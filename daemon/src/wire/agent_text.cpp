#include "wire/agent_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "understudy/failover/kind.hpp"
#include "wire/json_text.hpp"
#include "wire/mask.hpp"

namespace understudy::daemon::wire {
namespace {

constexpr std::array<std::string_view, 5> text_keys{"error", "evidence", "log_tail", "message", "stderr"};
constexpr std::array<std::string_view, 3> payload_keys{"input", "output", "metadata"};
constexpr std::array<std::string_view, 13> daemon_keys{
    "tier",      "provider", "model", "generation",   "container_id", "input_tokens", "output_tokens",
    "exit_code", "signal",   "oom",   "resumed_from", "tiers",        "worker"};

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string text_of(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  return !error && value.is_string() ? std::string(value.get_string()) : std::string();
}

std::string member(std::string_view object, std::string_view name) {
  for (const auto& [key, value] : raw_members(object))
    if (key == name) return text_of(value);
  return {};
}

/// Cheaper than parsing: most events have none.
bool may_have_agent_text(std::string_view detail) {
  const auto has = [&](std::string_view name) {
    return detail.find("\"" + std::string(name) + "\"") != detail.npos;
  };
  return has("verdict") || has("reason") || std::ranges::any_of(text_keys, has) ||
         std::ranges::any_of(payload_keys, has);
}

std::string verdict_without_agent_text(std::string_view verdict) {
  ObjectText plain;
  const auto rule = member(verdict, "rule");
  for (const auto& [key, value] : raw_members(verdict))
    if (key == "evidence")
      plain.text(key, rule);
    else
      plain.raw(key, value);
  return std::move(plain).done();
}

/// The kind of failure that an object names.
std::string kind_of(std::string_view object, std::string_view otherwise) {
  std::string from_verdict;
  for (const auto& [key, value] : raw_members(object)) {
    if (key == "kind") return text_of(value);
    if (key == "verdict") from_verdict = member(value, "kind");
  }
  return from_verdict.empty() ? std::string(otherwise) : from_verdict;
}

/// Of a provider: for its reason, what kind of failure it was.
std::string health_without_agent_text(std::string_view health) {
  const auto kind = kind_of(health, member(health, "state"));
  ObjectText plain;
  for (const auto& [key, value] : raw_members(health))
    if (key == "reason")
      plain.text(key, kind);
    else
      plain.raw(key, value);
  return std::move(plain).done();
}

bool is_empty(std::string_view value) {
  return value == "\"\"" || value == "null";
}

}  // namespace

std::string sentence_without_agent_text(std::string_view sentence) {
  const auto colon = sentence.find(": ");
  if (colon == sentence.npos) return std::string(sentence);
  std::string plain(sentence.substr(0, colon));
  auto rest = sentence.substr(colon + 2);
  std::size_t status = 0;
  while (status < rest.size() && rest[status] >= '0' && rest[status] <= '9') ++status;
  if (status > 0 && status < rest.size() && rest[status] == ' ') ++status;
  auto end = status;
  while (end < rest.size() && ((rest[end] >= 'a' && rest[end] <= 'z') || rest[end] == '_')) ++end;
  if (failover::parse_kind(rest.substr(status, end - status))) plain.append(": ").append(rest.substr(0, end));
  return plain;
}

std::optional<std::string> without_agent_text(std::string_view detail, std::string_view type) {
  if (!may_have_agent_text(detail)) return std::nullopt;
  const auto kind = kind_of(detail, type.substr(type.find('.') + 1));
  ObjectText plain;
  bool found = false;
  const auto instead = [&](std::string_view key, std::string_view json) {
    found = true;
    plain.raw(key, json);
  };
  for (const auto& [key, value] : raw_members(detail)) {
    if (key == "verdict" && value.starts_with('{'))
      instead(key, verdict_without_agent_text(value));
    else if (key == "health" && value.starts_with('{'))
      instead(key, health_without_agent_text(value));
    else if (is_one_of(text_keys, key) && !is_empty(value))
      instead(key, wire::quoted(kind));
    else if (is_one_of(payload_keys, key) && !is_empty(value))
      instead(key, wire::quoted(mask));
    else if (key == "reason" && value.find(": ") != value.npos)
      instead(key, wire::quoted(sentence_without_agent_text(text_of(value))));
    else
      plain.raw(key, value);
  }
  if (!found) return std::nullopt;
  return std::move(plain).done();
}

std::string attempt_metadata_without_agent_text(std::string_view metadata) {
  const auto kind = kind_of(metadata, "failed");
  ObjectText plain;
  for (const auto& [key, value] : raw_members(metadata)) {
    if (is_one_of(daemon_keys, key))
      plain.raw(key, value);
    else if (key == "verdict" && value.starts_with('{'))
      plain.raw(key, verdict_without_agent_text(value));
    else if (key == "error")
      plain.text(key, kind);
    else
      plain.text(key, mask);
  }
  return std::move(plain).done();
}

std::string task_metadata_without_agent_text(std::string_view metadata) {
  ObjectText plain;
  for (const auto& [key, value] : raw_members(metadata))
    plain.raw(key, key == "agent" || key == "agent_type" ? std::string(value) : wire::quoted(mask));
  return std::move(plain).done();
}

std::string event_without_agent_text(std::string_view envelope) {
  const auto members = raw_members(envelope);
  const auto type = member(envelope, "type");
  std::optional<std::string> detail;
  for (const auto& [key, value] : members)
    if (key == "detail") detail = without_agent_text(value, type);
  if (!detail) return std::string(envelope);
  ObjectText plain;
  for (const auto& [key, value] : members) {
    if (key == "detail")
      plain.raw(key, *detail);
    else if (key == "summary")
      plain.text(key, sentence_without_agent_text(text_of(value)));
    else
      plain.raw(key, value);
  }
  return std::move(plain).done();
}

}  // namespace understudy::daemon::wire
