#include "api/routes.hpp"

namespace understudy::daemon::api {

namespace {

/// Size of a route's bodies: brief ones are parsed on the loop, large ones must be offloaded.
enum class Bodies { brief, large };

class Table {
 public:
  Table(http::Router& router, const Parts& parts) : router_(router), parts_(parts) {}

  /// Passes the parts that the handler names, each found by its type.
  template <class Answer, class... Uses>
  void on(http::Method method, std::string pattern, http::Access access,
          Answer (*handler)(http::Request&, Uses&...), Bodies bodies = Bodies::brief,
          bool only_reads = false) {
    constexpr std::size_t brief = 64 * 1024;
    auto run = [handler, used = std::tuple<Uses&...>(std::get<Uses&>(parts_)...)](http::Request& request) {
      return std::apply([&](Uses&... part) { return handler(request, part...); }, used);
    };
    http::Handler adapted;
    if constexpr (std::is_same_v<Answer, http::Response>)
      adapted = http::plain(std::move(run));
    else
      adapted = std::move(run);
    router_.add({.method = method,
                 .pattern = std::move(pattern),
                 .access = access,
                 .handler = std::move(adapted),
                 .max_body = bodies == Bodies::large ? http::default_max_body : brief,
                 .only_reads = only_reads});
  }

 private:
  http::Router& router_;
  const Parts& parts_;
};

}  // namespace

void add_routes(http::Router& router, const Parts& parts) {
  using enum http::Method;
  using enum http::Access;
  Table table(router, parts);
  table.on(get, "/health", open, get_health);
  table.on(get, "/metrics", read, get_metrics);
  table.on(get, "/openapi.json", read, get_openapi);

  table.on(get, "/agents", read, list_agents);
  table.on(get, "/agents/models", read, list_models);
  table.on(get, "/agents/{name}", read, get_agent);
  table.on(delete_, "/agents/{name}", operator_, remove_agent);
  table.on(get, "/agents/{name}/provider-events", operator_, list_provider_events);
  table.on(get, "/agents/{name}/tier-time", read, get_tier_time);
  table.on(get, "/agents/{name}/lifecycle-events", read, list_lifecycle_events);
  table.on(get, "/agents/{name}/why", read, get_why);
  table.on(post, "/agents/{name}/tasks", operator_, create_task, Bodies::large);
  table.on(post, "/agent-types/{type}/tasks", operator_, create_pool_task, Bodies::large);
  table.on(post, "/agents/{name}/outcomes", operator_, report_outcome, Bodies::large);
  table.on(post, "/agents/{name}/reset-tier", operator_, reset_tier);
  table.on(post, "/agents/{name}/pause", operator_, pause_agent);
  table.on(post, "/agents/{name}/unpause", operator_, unpause_agent);
  table.on(post, "/agents/{name}/start", operator_, start_agent);
  table.on(post, "/agents/{name}/stop", operator_, stop_agent);

  table.on(get, "/providers", read, list_providers);
  table.on(post, "/providers/{name}/try", operator_, try_provider);
  table.on(post, "/providers/{name}/reset", operator_, reset_provider);

  table.on(get, "/config", read, get_config);
  table.on(put, "/config", operator_, put_config, Bodies::large);
  table.on(post, "/config/check", read, check_config, Bodies::large, true);
  table.on(get, "/usage", read, get_usage);

  table.on(get, "/event-log", read, list_events);
  table.on(get, "/events", read, stream_events);

  table.on(get, "/tokens", operator_, list_tokens);
  table.on(post, "/tokens", operator_, create_token);
  table.on(delete_, "/tokens/{id}", operator_, delete_token);
  table.on(get, "/audit", operator_, list_audit);

  table.on(get, "/rollouts/{id}/attempts/{aid}/transcript", operator_, get_transcript);
}

}  // namespace understudy::daemon::api
