#include "api/event_counts.hpp"

#include <algorithm>
#include <utility>

#include "wire/raw_json.hpp"

namespace understudy::daemon::api {

namespace {

/// A member as JSON; empty when there is none.
std::string_view member(std::string_view object, std::string_view name) {
  for (const auto& [key, value] : wire::raw_members(object))
    if (key == name) return value;
  return {};
}

std::string without_quotes(std::string_view json) {
  return json.size() > 2 ? std::string(json.substr(1, json.size() - 2)) : std::string();
}

}  // namespace

void EventCounts::count(const wire::Envelope& event) {
  ++by_type_[event.type];
  if (event.type == "provider.failover") {
    if (auto kind = without_quotes(member(event.detail, "kind")); !kind.empty())
      ++failovers_by_kind_[std::move(kind)];
  } else if (event.type == "provider.health") {
    count_health(event.detail);
  } else if (event.type == "provider.held" || event.type == "provider.released") {
    count_held(event.detail, event.ts, event.type == "provider.held");
  }
}

/// An event may only change an entry's time or places.
void EventCounts::count_health(std::string_view detail) {
  const auto health = member(detail, "health");
  const auto state = without_quotes(member(health, "state"));
  const auto provider = without_quotes(member(detail, "provider"));
  std::string entry = provider;
  for (const auto part : {member(detail, "account"), member(detail, "model"), member(health, "scope")})
    entry.append(1, ' ').append(part);
  if (state == "closed") {
    health_.erase(entry);
    return;
  }
  if (std::exchange(health_[entry], state) == state) return;
  if (state == "open") ++openings_[provider];
  if (state == "trial") ++trials_[provider];
}

void EventCounts::count_held(std::string_view detail, std::int64_t now_ms, bool is_held) {
  auto& hold = held_[without_quotes(member(detail, "account"))];
  if (is_held) {
    if (hold.since_ms == 0) hold.since_ms = now_ms;
  } else if (const auto since = std::exchange(hold.since_ms, 0); since != 0) {
    hold.ended_ms += std::max<std::int64_t>(0, now_ms - since);
  }
}

std::map<std::string, double> EventCounts::held_seconds(std::int64_t now_ms) const {
  std::map<std::string, double> seconds;
  for (const auto& [account, hold] : held_) {
    const auto running = hold.since_ms == 0 ? 0 : std::max<std::int64_t>(0, now_ms - hold.since_ms);
    seconds[account] = static_cast<double>(hold.ended_ms + running) / 1000;
  }
  return seconds;
}

}  // namespace understudy::daemon::api
