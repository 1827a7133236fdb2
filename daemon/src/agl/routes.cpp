#include "agl/routes.hpp"

#include "agl/handlers.hpp"

namespace understudy::daemon::agl {

namespace {

using http::Access;
using http::Method;

/// Largest body without lists and client content, which may be parsed on the loop.
constexpr std::size_t brief = 64 * 1024;

class Table {
 public:
  Table(http::Router& router, const Parts& parts, Dialect dialect, std::string prefix)
      : router_(router), parts_(parts), dialect_(dialect), prefix_(std::move(prefix)) {}

  template <class... Uses>
  using Handler = AsyncResponse (*)(http::Request&, Dialect, Uses&...);

  template <class... Uses>
  void get(const std::string& path, Handler<Uses...> handler, Access access = Access::store) {
    on(Method::get, path, handler, access, brief);
  }
  template <class... Uses>
  void post(const std::string& path, Handler<Uses...> handler,
            std::size_t max_body = http::default_max_body) {
    on(Method::post, path, handler, Access::store, max_body);
  }
  /// A read whose parameters are too long for a URL.
  template <class... Uses>
  void search(const std::string& path, Handler<Uses...> handler,
              std::size_t max_body = http::default_max_body) {
    on(Method::post, path, handler, Access::store, max_body, true);
  }

 private:
  /// Passes the parts that the handler names, each found by its type.
  template <class... Uses>
  void on(Method method, const std::string& path, Handler<Uses...> handler, Access access,
          std::size_t max_body, bool only_reads = false) {
    auto run = [handler, dialect = dialect_,
                used = std::tuple<Uses&...>(std::get<Uses&>(parts_)...)](http::Request& request) {
      return std::apply([&](Uses&... part) { return handler(request, dialect, part...); }, used);
    };
    router_.add({.method = method,
                 .pattern = prefix_ + path,
                 .access = access,
                 .handler = std::move(run),
                 .max_body = max_body,
                 .accepts = http::Accepts::any,
                 .only_reads = only_reads});
  }

  http::Router& router_;
  const Parts& parts_;
  Dialect dialect_;
  std::string prefix_;
};

/// Routes of both dialects.
void add_shared(Table& table) {
  table.post("/queues/rollouts/enqueue", enqueue_rollouts);
  table.post("/queues/rollouts/dequeue", dequeue_rollouts, brief);
  table.get("/rollouts", list_rollouts);
  table.post("/rollouts", start_rollout);
  table.search("/rollouts/search", list_rollouts);
  table.post("/rollouts/{id}", update_rollout);
  table.post("/rollouts/{id}/attempts", start_attempt, brief);
  table.get("/rollouts/{id}/attempts/latest", get_latest_attempt);
  table.post("/rollouts/{id}/attempts/{aid}", update_attempt);
  table.get("/resources", list_resources);
  table.post("/resources", add_resources);
  table.get("/resources/latest", get_latest_resources);
  table.get("/resources/{id}", get_resources);
  table.post("/resources/{id}", put_resources);
  table.get("/spans", list_spans);
  table.post("/spans", add_spans);
  table.post("/spans/next", next_sequence, brief);
  table.search("/waits/rollouts", wait_for_rollouts);
}

}  // namespace

void add_routes(http::Router& router, const Parts& parts) {
  Table upstream(router, parts, Dialect::upstream, "/v1/agl");
  add_shared(upstream);
  upstream.get("/health", get_store_health);
  upstream.get("/statistics", get_statistics);
  upstream.get("/rollouts/{id}", get_rollout);
  upstream.get("/rollouts/{id}/attempts", list_attempts);
  upstream.search("/rollouts/{id}/attempts/search", list_attempts, brief);
  upstream.get("/resources/{id}/versions", list_resource_versions);
  upstream.search("/spans/search", list_spans, brief);
  upstream.get("/workers", list_workers);
  upstream.search("/workers/search", list_workers, brief);
  upstream.get("/workers/{id}", get_worker);
  upstream.post("/workers/{id}", heartbeat_worker, 2 * brief);

  Table draft(router, parts, Dialect::draft, "");
  add_shared(draft);
  draft.get("/rollouts/{id}", get_rollout, Access::read);
  draft.get("/rollouts/{id}/attempts", list_attempts, Access::read);

  add_otlp_routes(router, std::get<RolloutStore&>(parts), std::get<api::Offload&>(parts));
}

}  // namespace understudy::daemon::agl
