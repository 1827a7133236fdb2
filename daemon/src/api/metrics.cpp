// GET /metrics: Prometheus text. Counters of instances last as long as the instance, others as long as the
// process.

#include "http/metrics.hpp"
#include "api/daemon_status.hpp"
#include "api/event_counts.hpp"
#include "api/handlers.hpp"
#include "api/held.hpp"
#include "api/prometheus.hpp"
#include "api/provider_view.hpp"
#include "api/queue_depths.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"
#include "sse/hub.hpp"

namespace understudy::daemon::api {

namespace {

void write_process(PrometheusText& out, const fleet::Fleet& fleet, const DaemonStatus& status) {
  out.single("understudy_info", "gauge", "The version of the daemon.", 1, {{"version", status.version}});
  out.single("understudy_uptime_seconds", "gauge", "Since the daemon started.", status.uptime_s());
  out.single("understudy_store_up", "gauge", "1 when the store takes writes.",
             fleet.store_trouble().empty() ? 1 : 0);
  out.family("understudy_runtime_up", "gauge", "1 when the runtime's engine answers.");
  for (const auto& name : status.runtimes)
    out.sample("understudy_runtime_up", {{"runtime", name}},
               fleet.state().unreachable.contains(name) ? 0 : 1);
}

void write_streams(PrometheusText& out, const sse::Hub& hub) {
  out.single("understudy_sse_subscribers", "gauge", "Open event streams.",
             static_cast<double>(hub.subscribers()));
  out.single("understudy_sse_lagged_total", "counter",
             "Times a reader was too slow and was told to start over.",
             static_cast<double>(hub.lagged_total()));
}

void write_events(PrometheusText& out, const DaemonStatus& status, const EventCounts& events) {
  out.single("understudy_log_dropped_total", "counter", "Lines of the log that nobody read in time.",
             status.log_dropped ? static_cast<double>(status.log_dropped()) : 0);
  out.family("understudy_events_total", "counter", "Committed events by type.");
  for (const auto& [type, count] : events.by_type())
    out.sample("understudy_events_total", {{"type", type}}, static_cast<double>(count));
  out.family("understudy_failovers_total", "counter", "Steps to another tier by the kind of failure.");
  for (const auto& [kind, count] : events.failovers_by_kind())
    out.sample("understudy_failovers_total", {{"kind", kind}}, static_cast<double>(count));
}

template <class Value>
void write_by_agent(PrometheusText& out, const fleet::Fleet& fleet, std::string_view name,
                    std::string_view type, std::string_view help, Value value) {
  out.family(name, type, help);
  for (const auto& [instance, agent] : fleet.state().agents)
    out.sample(name, {{"instance", instance}, {"type", agent.type}}, static_cast<double>(value(agent)));
}

void write_agents(PrometheusText& out, const fleet::Fleet& fleet) {
  using fleet::Agent;
  write_by_agent(out, fleet, "understudy_agent_tier", "gauge", "The tier that serves, from 1.",
                 [](const Agent& agent) { return agent.tiers.current_tier; });
  write_by_agent(out, fleet, "understudy_agent_paused", "gauge", "1 while no task is started.",
                 [](const Agent& agent) { return agent.tiers.paused() ? 1 : 0; });
  write_by_agent(out, fleet, "understudy_agent_exhausted", "gauge", "1 while none of its tiers may serve.",
                 [](const Agent& agent) {
                   return agent.tiers.pause_reason == failover::PauseReason::exhausted ? 1 : 0;
                 });
  write_by_agent(out, fleet, "understudy_agent_busy", "gauge", "1 while it works on a task.",
                 [](const Agent& agent) { return agent.task ? 1 : 0; });
  write_by_agent(out, fleet, "understudy_container_starts_total", "counter", "Containers that became ready.",
                 [](const Agent& agent) { return agent.metrics.starts; });
  write_by_agent(out, fleet, "understudy_container_stops_total", "counter", "Containers stopped on purpose.",
                 [](const Agent& agent) { return agent.metrics.stops; });
  write_by_agent(out, fleet, "understudy_container_start_failures_total", "counter", "Starts that failed.",
                 [](const Agent& agent) { return agent.metrics.start_failures; });
  write_by_agent(out, fleet, "understudy_container_stop_failures_total", "counter", "Stops that failed.",
                 [](const Agent& agent) { return agent.metrics.stop_failures; });
  write_by_agent(out, fleet, "understudy_container_crashes_total", "counter",
                 "Containers that died by themselves.",
                 [](const Agent& agent) { return agent.metrics.crashes; });
  write_by_agent(out, fleet, "understudy_container_idle_seconds_total", "counter",
                 "Idle time that idle stops ended.",
                 [](const Agent& agent) { return agent.metrics.idle_seconds_total; });
}

void write_cold_starts(PrometheusText& out, const fleet::Fleet& fleet) {
  std::map<std::string_view, container::ColdStart> by_runtime;
  for (const auto& [name, agent] : fleet.state().agents)
    if (agent.container)
      by_runtime[config::to_string(type_of(fleet, agent).container.mode)].merge(agent.metrics.cold_start);
  constexpr std::string_view name = "understudy_cold_start_seconds";
  out.family(name, "histogram", "From the first demand to ready, in all and by phase.");
  for (const auto& [runtime, starts] : by_runtime)
    for (const auto& [phase, histogram] :
         {std::pair<std::string_view, const container::Histogram&>{"total", starts.total},
          {"queued", starts.queued},
          {"create", starts.create},
          {"start", starts.start},
          {"probe", starts.probe}}) {
      const auto& seen = histogram.state();
      out.histogram<std::int64_t>(name, {{"runtime", runtime}, {"phase", phase}},
                                  container::Histogram::bounds_ms, 0.001, seen.counts,
                                  static_cast<double>(seen.sum_ms) / 1000);
    }
}

void write_queues(PrometheusText& out, const fleet::Fleet& fleet, const QueueDepths& queues) {
  const double now_s = static_cast<double>(now_ms(fleet)) / 1000;
  const auto each = [&](std::string_view name, auto value) {
    for (const auto& [agent, queue] : queues.by_agent())
      out.sample(name, {{"instance", agent}}, value(queue));
    for (const auto& [type, queue] : queues.by_type()) out.sample(name, {{"pool", type}}, value(queue));
  };
  out.family("understudy_queue_depth", "gauge", "Tasks that wait for an instance, or for any of a type.");
  each("understudy_queue_depth", [](const auto& queue) { return static_cast<double>(queue.depth); });
  out.family("understudy_queue_oldest_seconds", "gauge", "For how long the oldest of them has waited.");
  each("understudy_queue_oldest_seconds",
       [&](const auto& queue) { return std::max(0.0, now_s - queue.oldest_s); });
}

void write_providers(PrometheusText& out, const fleet::Fleet& fleet) {
  constexpr std::string_view name = "understudy_provider_health";
  out.family(name, "gauge",
             "1 with the state of each account, and of each model that is not well by itself.");
  const auto& state = fleet.state();
  const Reach reach(state);
  for (const auto& [provider, configured] : state.config->providers) {
    const auto one = [&](const std::string& account, const std::string& model, const Known& known) {
      const auto is = known.entry == nullptr ? failover::HealthState::closed : known.entry->state;
      out.sample(name,
                 {{"provider", provider}, {"account", account}, {"model", model}, {"state", to_string(is)}},
                 1);
    };
    const auto& reached = reach.of(provider);
    for (const auto& [account, whose] : reached.accounts) {
      one(account, "", health_of_account(state.health, account));
      for (const auto& [model, on] : reached.models) {
        const auto known = health_of_model(state.health, model, {account});
        if (known.is_well() || !on.accounts.contains(account)) continue;
        one(account, model, known);
      }
    }
  }
}

void write_held(PrometheusText& out, const fleet::Fleet& fleet, const QueueDepths& queues,
                const EventCounts& events) {
  const HeldQueues held(fleet.state());
  out.family("understudy_held_tasks", "gauge", "Tasks that wait until a provider may serve.");
  out.sample("understudy_held_tasks", {}, static_cast<double>(held.tasks(queues)));
  out.family("understudy_held_agents", "gauge", "Instances whose queue is held.");
  out.sample("understudy_held_agents", {}, static_cast<double>(held.agents()));
  out.family("understudy_held_seconds_total", "counter", "For how long tasks were held, by account.");
  for (const auto& [account, seconds] : events.held_seconds(now_ms(fleet)))
    out.sample("understudy_held_seconds_total", {{"account", account}}, seconds);
  out.family("understudy_provider_openings_total", "counter",
             "Times that an account or a model was found to be out.");
  for (const auto& [provider, count] : events.openings())
    out.sample("understudy_provider_openings_total", {{"provider", provider}}, static_cast<double>(count));
  out.family("understudy_provider_trials_total", "counter", "Attempts that went first on the way back.");
  for (const auto& [provider, count] : events.trials())
    out.sample("understudy_provider_trials_total", {{"provider", provider}}, static_cast<double>(count));
}

void write_tokens(PrometheusText& out, std::string_view window, const std::vector<store::UsageSum>& sums) {
  constexpr std::string_view name = "understudy_window_tokens";
  out.family(name, "gauge", "Tokens used within the usage window.");
  for (const auto& sum : sums) {
    const auto tier = std::to_string(sum.tier);
    const auto one = [&](std::string_view direction, std::int64_t tokens) {
      out.sample(name,
                 {{"window", window},
                  {"instance", sum.instance},
                  {"type", sum.type},
                  {"tier", tier},
                  {"provider", sum.provider},
                  {"model", sum.model},
                  {"direction", direction}},
                 static_cast<double>(tokens));
    };
    one("input", sum.input_tokens);
    one("output", sum.output_tokens);
  }
}

void write_http(PrometheusText& out, const http::Metrics& metrics) {
  constexpr std::array<std::string_view, 6> classes{"", "1xx", "2xx", "3xx", "4xx", "5xx"};
  out.family("understudy_http_requests_total", "counter", "Finished exchanges by route.");
  for (const auto& [route, methods] : metrics.routes())
    for (const auto& [method, counts] : methods)
      for (std::size_t i = 1; i < classes.size(); ++i)
        if (counts.by_status_class[i] > 0)
          out.sample("understudy_http_requests_total",
                     {{"method", http::to_string(method)}, {"route", route}, {"status", classes[i]}},
                     static_cast<double>(counts.by_status_class[i]));
  out.family("understudy_http_request_seconds", "histogram", "From the header's last byte to the answer's.");
  for (const auto& [route, methods] : metrics.routes())
    for (const auto& [method, counts] : methods)
      out.histogram<double>("understudy_http_request_seconds",
                            {{"method", http::to_string(method)}, {"route", route}},
                            http::RouteCounts::bounds_s, 1, counts.buckets, counts.duration_sum_s);
}

}  // namespace

AsyncResponse get_metrics(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool,
                          DaemonStatus& status, QueueDepths& queues, EventCounts& events, http::Metrics& http,
                          sse::Hub& hub) {
  const auto window = fleet.state().config->service.usage_window;
  const auto length = config::to_duration(window);
  const auto since = length ? now_ms(fleet) - length->count() : 0;
  auto query = [since](store::Reader& reader) { return reader.usage(since); };
  const auto usage = co_await read_pool.read(std::move(query), read_class_of(request));
  co_await queues.refresh(read_pool, fleet.state().last_event_id);
  PrometheusText out;
  write_process(out, fleet, status);
  write_streams(out, hub);
  write_events(out, status, events);
  write_agents(out, fleet);
  write_cold_starts(out, fleet);
  write_queues(out, fleet, queues);
  write_providers(out, fleet);
  write_held(out, fleet, queues, events);
  if (usage) write_tokens(out, config::to_string(window), *usage);
  write_http(out, http);
  co_return http::text(200, std::move(out).done(), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace understudy::daemon::api
