// GET workers, POST workers/search, GET and POST workers/{id}
#include "agl/enums.hpp"
#include "agl/handlers.hpp"
#include "agl/lists.hpp"
#include "agl/rollout_store.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

using store::WorkerSort;

constexpr std::int64_t at_a_time = 100;
constexpr std::size_t max_stats = 64 * 1024;  // part of every list of workers

constexpr std::array<std::string_view, 9> fields{
    "worker_id",      "status",         "heartbeat_stats",    "last_heartbeat_time", "last_dequeue_time",
    "last_busy_time", "last_idle_time", "current_rollout_id", "current_attempt_id"};
constexpr std::array<std::pair<std::string_view, WorkerSort>, 8> sorts{
    {{"worker_id", WorkerSort::worker_id},
     {"status", WorkerSort::status},
     {"last_heartbeat_time", WorkerSort::last_heartbeat_time},
     {"last_dequeue_time", WorkerSort::last_dequeue_time},
     {"last_busy_time", WorkerSort::last_busy_time},
     {"last_idle_time", WorkerSort::last_idle_time},
     {"current_rollout_id", WorkerSort::current_rollout_id},
     {"current_attempt_id", WorkerSort::current_attempt_id}}};
constexpr std::array<std::string_view, 1> list_names{"status_in"};

std::string worker_json(const store::WorkerRow& worker) {
  wire::ObjectText json;
  json.text("worker_id", worker.worker_id)
      .text("status", to_string(worker.status))
      .raw("heartbeat_stats", worker.heartbeat_stats.value_or("null"))
      .float_or_null("last_heartbeat_time", worker.last_heartbeat_time)
      .float_or_null("last_dequeue_time", worker.last_dequeue_time)
      .float_or_null("last_busy_time", worker.last_busy_time)
      .float_or_null("last_idle_time", worker.last_idle_time)
      .text_or_null("current_rollout_id", worker.current_rollout_id)
      .text_or_null("current_attempt_id", worker.current_attempt_id);
  if (worker.stale) json.flag("stale", true);
  return std::move(json).done();
}

struct WorkerParams {
  Page page{};
  store::WorkerQuery query{};
};

Result<WorkerParams> read_params(const RequestBody& body) {
  const Loc loc(body.root);
  const Members members(body.value(), {"status_in", "worker_id_contains"});
  Problems problems;
  WorkerParams params{.page = read_page(body, std::nullopt, problems)};
  auto& query = params.query;
  if (const auto given = members.some("status_in")) {
    query.status_in.emplace();
    for (const auto& word : read_choices(*given, Loc(loc, "status_in"), worker_statuses, problems))
      query.status_in->push_back(store::parse_worker_status(word).value_or(store::WorkerStatus::unknown));
  }
  query.worker_id_contains = members.text("worker_id_contains", loc, problems);
  query.logic = params.page.logic;
  if (!problems.empty()) return bad(problems);
  if (auto trouble = set_page(query, params.page, fields, sorts)) return std::unexpected(std::move(*trouble));
  return params;
}

}  // namespace

AsyncResponse list_workers(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                           api::SpillSpace& spill) {
  const auto body = read_list_params(request, list_names);
  if (!body) co_return render(body.error(), dialect);
  auto params = read_params(*body);
  if (!params) co_return render(params.error(), dialect);
  auto query = [params = std::move(*params), dialect,
                spill = api::spill_space_for(spill, request)](store::Reader& reader) {
    ListText items(spill, dialect);
    // In pages: each worker's stats may be large.
    auto some = params.query;
    std::int64_t total = 0;
    for (bool more = true; more && items.count() < params.query.limit;) {
      some.limit = std::min(at_a_time, params.query.limit - items.count());
      const auto found = reader.find_workers(some);
      for (const auto& worker : found.items) more = more && items.add(worker_json(worker));
      more = more && std::ssize(found.items) == some.limit;
      some.offset += some.limit;
      total = found.total;
    }
    return items.done(total, params.page);
  };
  co_return co_await rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse get_worker(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto query = [id = std::string(request.param("id"))](store::Reader& reader) -> Result<std::string> {
    const auto worker = reader.worker(id);
    return worker ? worker_json(*worker) : "null";
  };
  return rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse heartbeat_worker(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  const auto body = read_optional_object(request);
  if (!body) co_return render(body.error(), dialect);
  std::optional<std::string> stats;
  if (const auto given = body->value().find("heartbeat_stats")) {
    Problems problems;
    if (given->is_null())
      co_return render(Trouble{400, "heartbeat_stats is invalid; it cannot be a null value.", {}}, dialect);
    if (!check_object(*given, Loc(Loc(body->root), "heartbeat_stats"), problems))
      co_return render(bad(problems).error(), dialect);
    stats = given->text();
    if (stats->size() > max_stats)
      co_return render(Trouble{413, "heartbeat_stats may have " + std::to_string(max_stats) + " bytes", {}},
                       dialect);
  }
  auto work = [id = std::string(request.param("id")),
               stats = std::move(stats)](fleet::Turn& turn) -> fleet::Answer {
    return worker_json(turn.tx().heartbeat(id, stats, turn.now_s()));
  };
  co_return co_await rollouts.answer_write(std::move(work), 200, dialect);
}

}  // namespace understudy::daemon::agl
