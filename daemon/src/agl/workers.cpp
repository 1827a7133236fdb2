// GET workers, POST workers/search, GET and POST workers/{id}
#include "agl/handlers.hpp"
#include "agl/lists.hpp"
#include "agl/rollout_store.hpp"
#include "agl/words.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

using store::WorkerSort;

constexpr std::int64_t at_a_time = 100;
constexpr std::size_t max_stats = 64 * 1024;  // every list of workers has them

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

std::string moment(const std::optional<double>& at) {
  return at ? wire::float_text(*at) : "null";
}

std::string worker_json(const store::WorkerRow& worker) {
  wire::ObjectText json;
  json.text("worker_id", worker.worker_id)
      .text("status", to_string(worker.status))
      .raw("heartbeat_stats", worker.heartbeat_stats.value_or("null"))
      .raw("last_heartbeat_time", moment(worker.last_heartbeat_time))
      .raw("last_dequeue_time", moment(worker.last_dequeue_time))
      .raw("last_busy_time", moment(worker.last_busy_time))
      .raw("last_idle_time", moment(worker.last_idle_time))
      .text_or_null("current_rollout_id", worker.current_rollout_id)
      .text_or_null("current_attempt_id", worker.current_attempt_id);
  if (worker.stale) json.flag("stale", true);
  return std::move(json).done();
}

struct WorkersAsked {
  Page page{};
  store::WorkerQuery query{};
};

Result<WorkersAsked> read_question(const RequestBody& said) {
  static constexpr Members<2>::Names names{"status_in", "worker_id_contains"};
  const Loc loc(said.root);
  const Members<2> members(said.value(), names);
  Problems problems;
  WorkersAsked asked{.page = read_page(said, std::nullopt, problems)};
  auto& query = asked.query;
  if (const auto given = members.some("status_in")) {
    query.status_in.emplace();
    for (const auto& word : read_words(*given, Loc(loc, "status_in"), worker_words, problems))
      query.status_in->push_back(store::parse_worker_status(word).value_or(store::WorkerStatus::unknown));
  }
  query.worker_id_contains = members.text("worker_id_contains", loc, problems);
  query.logic = asked.page.logic;
  if (!problems.empty()) return bad(problems);
  const auto sort = check_page<WorkerSort>(asked.page, fields, sorts, WorkerSort::creation);
  if (!sort) return std::unexpected(sort.error());
  query.sort = *sort;
  query.descending = asked.page.descending && asked.page.sort_by;
  query.limit = asked.page.asked();
  query.offset = asked.page.offset;
  return asked;
}

AsyncResponse answer_list(RolloutStore& rollouts, const api::SpillSpace& spill, RequestBody said,
                          const http::Request& request, Dialect dialect) {
  auto asked = read_question(said);
  if (!asked) co_return render(asked.error(), dialect);
  auto look = [asked = std::move(*asked), dialect,
               spill = api::spill_space_for(spill, request)](store::Reader& reader) {
    ListText items(spill, dialect);
    // Some at a time: each may have said as much of itself as a body has bytes.
    auto some = asked.query;
    std::int64_t total = 0;
    for (bool more = true; more && items.count() < asked.query.limit;) {
      some.limit = std::min(at_a_time, asked.query.limit - items.count());
      const auto found = reader.find_workers(some);
      for (const auto& worker : found.items) more = more && items.add(worker_json(worker));
      more = more && std::ssize(found.items) == some.limit;
      some.offset += some.limit;
      total = found.total;
    }
    return items.done(total, asked.page);
  };
  co_return co_await rollouts.answer(request, std::move(look), dialect);
}

}  // namespace

AsyncResponse list_workers(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                           api::SpillSpace& spill) {
  return answer_list(rollouts, spill, read_query(request, list_names), request, dialect);
}

AsyncResponse search_workers(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::SpillSpace& spill) {
  auto said = read_object(request);
  if (!said) co_return render(said.error(), dialect);
  auto answer = answer_list(rollouts, spill, std::move(*said), request, dialect);
  co_return co_await std::move(answer);
}

AsyncResponse get_worker(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto look = [id = std::string(request.param("id"))](store::Reader& reader) -> Result<std::string> {
    const auto worker = reader.worker(id);
    return worker ? worker_json(*worker) : "null";
  };
  return rollouts.answer(request, std::move(look), dialect);
}

AsyncResponse heartbeat_worker(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  const auto said = read_optional_object(request);
  if (!said) co_return render(said.error(), dialect);
  std::optional<std::string> stats;
  if (const auto given = said->value().find("heartbeat_stats")) {
    Problems problems;
    if (given->is_null())
      co_return render(Trouble{400, "heartbeat_stats is invalid; it cannot be a null value.", {}}, dialect);
    if (!check_object(*given, Loc(Loc(said->root), "heartbeat_stats"), problems))
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
