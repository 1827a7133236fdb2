#include "fleet/records.hpp"
#include "fleet/stored_json.hpp"
#include "understudy/container/json.hpp"

namespace understudy::daemon::fleet {

namespace {

namespace json = boost::json;
using namespace stored;

std::int64_t ms(failover::Instant at) {
  return at.time_since_epoch().count();
}
failover::Instant instant(std::int64_t at) {
  return failover::Instant{std::chrono::milliseconds{at}};
}

json::array times(const std::map<failover::TierId, failover::Instant>& by_tier) {
  json::array rows;
  for (const auto& [tier, at] : by_tier)
    rows.push_back(json::object{{"provider", tier.provider}, {"model", tier.model}, {"at", ms(at)}});
  return rows;
}
std::map<failover::TierId, failover::Instant> times_from(const json::value& value) {
  std::map<failover::TierId, failover::Instant> by_tier;
  each_object(value, [&](const json::object& row) {
    by_tier[{text(row, "provider"), text(row, "model")}] = instant(integer(row, "at"));
  });
  return by_tier;
}

json::array histogram_array(const container::Histogram& histogram) {
  const auto& state = histogram.state();
  json::array numbers{state.count, state.sum_ms, state.max_ms, state.last_ms};
  for (const auto count : state.counts) numbers.push_back(count);
  return numbers;
}
container::Histogram histogram_from(const json::value& value) {
  container::Histogram::State state;
  if (!value.is_array() || value.get_array().size() != 4 + state.counts.size()) return {};
  const auto& numbers = value.get_array();
  const auto number = [&](std::size_t i) {
    return numbers[i].is_int64()    ? numbers[i].get_int64()
           : numbers[i].is_uint64() ? static_cast<std::int64_t>(numbers[i].get_uint64())
                                    : 0;
  };
  state.count = static_cast<std::uint64_t>(number(0));
  state.sum_ms = number(1);
  state.max_ms = number(2);
  state.last_ms = number(3);
  for (std::size_t i = 0; i < state.counts.size(); ++i)
    state.counts[i] = static_cast<std::uint64_t>(number(4 + i));
  return container::Histogram{state};
}

}  // namespace

store::ProviderStateRow provider_state_row(const Agent& agent, bool sent) {
  const auto& tiers = agent.tiers;
  store::ProviderStateRow row{.agent = agent.name, .type = agent.type, .current_tier = tiers.current_tier};
  if (tiers.last_failover_at) row.last_failover_at = ms(*tiers.last_failover_at);
  if (tiers.last_failure_kind)
    row.last_failure_kind = std::string(failover::to_string(*tiers.last_failure_kind));
  row.paused = tiers.paused();
  if (tiers.pause_reason) row.pause_reason = std::string(failover::to_string(*tiers.pause_reason));
  row.extra = json::serialize(json::object{{"provider", tiers.serving.provider},
                                           {"model", tiers.serving.model},
                                           {"wrapped", tiers.wrapped},
                                           {"sent", sent},
                                           {"over_budget_until", times(tiers.over_budget_until)}});
  return row;
}

failover::State tiers_from(const store::ProviderStateRow& row) {
  failover::State tiers;
  tiers.current_tier = static_cast<int>(row.current_tier);
  if (row.last_failover_at) tiers.last_failover_at = instant(*row.last_failover_at);
  if (row.last_failure_kind) tiers.last_failure_kind = failover::parse_kind(*row.last_failure_kind);
  if (row.paused) tiers.pause_reason = failover::parse_pause_reason(row.pause_reason.value_or("operator"));
  const auto extra = object_of(row.extra);
  tiers.serving = {text(extra, "provider"), text(extra, "model")};
  tiers.wrapped = flag(extra, "wrapped");
  tiers.over_budget_until = times_from(member(extra, "over_budget_until"));
  // Of the first edition, when each agent kept them for itself: boot makes health of them.
  tiers.not_before = times_from(member(extra, "not_before"));
  return tiers;
}

bool was_sent(const store::ProviderStateRow& row) {
  return flag(object_of(row.extra), "sent");
}

container::Persisted kept_from(const std::string& text) {
  return container::from_json<container::Persisted>(text).value.value_or(container::Persisted{});
}

store::MetricsRow metrics_row(const Agent& agent) {
  const auto& metrics = agent.metrics;
  const auto& cold = metrics.cold_start;
  return {.instance = agent.name,
          .starts = metrics.starts,
          .stops = metrics.stops,
          .start_failures = metrics.start_failures,
          .stop_failures = metrics.stop_failures,
          .crashes = metrics.crashes,
          .idle_seconds_total = metrics.idle_seconds_total,
          .cold_start = json::serialize(json::array{histogram_array(cold.total), histogram_array(cold.queued),
                                                    histogram_array(cold.create), histogram_array(cold.start),
                                                    histogram_array(cold.probe)}),
          .last_event = agent.last_lifecycle_event};
}

container::Metrics metrics_from(const store::MetricsRow& row) {
  container::Metrics metrics{.starts = row.starts,
                             .stops = row.stops,
                             .start_failures = row.start_failures,
                             .stop_failures = row.stop_failures,
                             .crashes = row.crashes,
                             .idle_seconds_total = row.idle_seconds_total};
  boost::system::error_code error;
  const auto value = json::parse(row.cold_start, error);
  if (error || !value.is_array() || value.get_array().size() != 5) return metrics;
  const auto& phases = value.get_array();
  metrics.cold_start = {histogram_from(phases[0]), histogram_from(phases[1]), histogram_from(phases[2]),
                        histogram_from(phases[3]), histogram_from(phases[4])};
  return metrics;
}

void save_touched(Turn& turn) {
  for (const auto& [name, copy] : turn.touched()) {
    if (!copy) continue;
    const auto& agent = *copy;
    const auto* before = turn.before(name);
    const bool sent = turn.health().sent.contains(name);
    if (!before || !(before->tiers == agent.tiers) || sent != turn.was_sent(name))
      turn.tx().put_provider_state(provider_state_row(agent, sent));
    if (agent.container) {
      const container::Persisted& kept = *agent.container;
      if (!before || !before->container ||
          !(static_cast<const container::Persisted&>(*before->container) == kept))
        turn.tx().put_container_state({.instance = name, .state = container::to_json(kept)});
    }
    const bool new_event = before ? before->last_lifecycle_event != agent.last_lifecycle_event
                                  : !agent.last_lifecycle_event.empty();
    if (new_event ||
        (before ? !(before->metrics == agent.metrics) : !(agent.metrics == container::Metrics{})))
      turn.tx().put_lifecycle_metrics(metrics_row(agent));
  }
}

}  // namespace understudy::daemon::fleet
