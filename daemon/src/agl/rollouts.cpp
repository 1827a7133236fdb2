// GET rollouts, POST rollouts/search, GET rollouts/{id}, POST rollouts
#include <charconv>

#include "agl/enums.hpp"
#include "agl/handlers.hpp"
#include "agl/large_body.hpp"
#include "agl/lists.hpp"
#include "agl/managed.hpp"
#include "agl/news.hpp"
#include "agl/rollout_body.hpp"
#include "agl/rollout_store.hpp"
#include "api/idempotency.hpp"
#include "api/rollout_view.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_json.hpp"

namespace understudy::daemon::agl {

namespace {

using store::RolloutSort;

constexpr std::array<std::string_view, 9> fields{"rollout_id",   "input",  "start_time", "end_time", "mode",
                                                 "resources_id", "status", "config",     "metadata"};
constexpr std::array<std::pair<std::string_view, RolloutSort>, 10> sorts{
    {{"rollout_id", RolloutSort::rollout_id},
     {"start_time", RolloutSort::creation},
     {"end_time", RolloutSort::end_time},
     {"mode", RolloutSort::mode},
     {"resources_id", RolloutSort::resources_id},
     {"status", RolloutSort::status},
     {"attempt_id", RolloutSort::attempt_id},
     {"worker_id", RolloutSort::worker_id},
     {"last_heartbeat_time", RolloutSort::last_heartbeat_time},
     {"duration", RolloutSort::duration}}};
constexpr std::array<std::string_view, 4> list_names{"status_in", "mode_in", "rollout_id_in", "status"};

/// {"key": scalar} from a body, [["key", "text"]] from a query.
void read_metadata(Value value, const Loc& loc, store::RolloutQuery& query, Problems& problems) {
  constexpr std::size_t most = 20;
  value.members([&](std::string_view key, Value wanted) {
    query.metadata.emplace_back(key, wanted.is_string() ? wanted.string() : std::string(wanted.text()));
  });
  value.elements([&](Value pair) {
    std::vector<std::string> parts;
    pair.elements([&](Value part) { parts.push_back(part.string()); });
    if (parts.size() == 2) query.metadata.emplace_back(std::move(parts[0]), std::move(parts[1]));
  });
  if (query.metadata.size() > most || (!value.is_object() && !value.is_array()))
    problems.add("dict_type", loc, "Input should be a valid dictionary of at most 20 values", value.text());
}

struct RolloutParams {
  Page page{};
  store::RolloutQuery query{};
  bool by_cursor{false};    ///< each page begins where the last one ended
  std::string cache_key{};  ///< empty: the answer changes by itself
  std::shared_ptr<const api::HeldQueues> held{};
};

/// The end of a page; opaque to clients.
std::string cursor_of(const store::RolloutRow& last) {
  return wire::float_text(last.start_time) + "~" + std::to_string(last.number);
}

std::optional<store::RolloutCursor> read_cursor(const std::string& text) {
  store::RolloutCursor cursor;
  const auto* end = text.data() + text.size();
  const auto start = std::from_chars(text.data(), end, cursor.start_time);
  if (start.ec != std::errc{} || start.ptr == end || *start.ptr != '~') return std::nullopt;
  const auto number = std::from_chars(start.ptr + 1, end, cursor.number);
  if (number.ec != std::errc{} || number.ptr != end) return std::nullopt;
  return cursor;
}

/// An empty `after` means the first page.
std::optional<Trouble> read_after(const std::optional<std::string>& after, RolloutParams& params) {
  if (!after) return std::nullopt;
  if (params.query.sort != RolloutSort::creation)
    return Trouble{400, "after goes with sort_by start_time, or none", {}};
  params.by_cursor = true;
  if (after->empty()) return std::nullopt;
  params.query.after = read_cursor(*after);
  if (params.query.after) return std::nullopt;
  return Trouble{400, "after is not a 'next' of an answer of this call", {}};
}

/// Who makes the request, how and when.
struct Caller {
  double now{0};
  bool sees_agent_text{false};
  Dialect dialect{Dialect::upstream};
  std::shared_ptr<const api::HeldQueues> held{};
};

Result<RolloutParams> read_params(const RequestBody& body, const Caller& caller) {
  static constexpr Members<9>::Names names{
      "status_in", "status", "mode_in", "rollout_id_in", "rollout_id_contains",
      "metadata",  "since",  "until",   "after"};
  const Loc loc(body.root);
  const Members<9> members(body.value(), names);
  Problems problems;
  RolloutParams params{.page = read_page(body, std::nullopt, problems)};
  auto& query = params.query;
  const auto* status = members.some("status_in") ? "status_in" : "status";
  if (const auto given = members.some(status)) {
    query.status_in.emplace();
    for (const auto& word : read_choices(*given, Loc(loc, status), rollout_statuses, problems))
      query.status_in->push_back(*store::parse_rollout_status(word));
  }
  if (const auto given = members.some("mode_in"))
    query.mode_in = read_choices(*given, Loc(loc, "mode_in"), modes, problems);
  if (const auto given = members.some("rollout_id_in"))
    query.rollout_id_in = read_texts(*given, Loc(loc, "rollout_id_in"), problems);
  query.rollout_id_contains = members.text("rollout_id_contains", loc, problems);
  if (const auto given = members.some("metadata"))
    read_metadata(*given, Loc(loc, "metadata"), query, problems);
  query.since = members.number("since", loc, problems);
  query.until = members.number("until", loc, problems);
  const auto after = members.text("after", loc, problems);
  query.logic = params.page.logic;
  if (!problems.empty()) return bad(problems);
  const auto sort = check_page<RolloutSort>(params.page, fields, sorts, RolloutSort::creation);
  if (!sort) return std::unexpected(sort.error());
  query.sort = *sort;
  query.descending = params.page.descending && params.page.sort_by;
  query.limit = params.page.capped();
  query.offset = params.page.offset;
  query.now = caller.now;
  query.metadata_of_managed = caller.sees_agent_text;
  if (auto trouble = read_after(after, params)) return std::unexpected(std::move(*trouble));
  if (query.sort != RolloutSort::duration)
    params.cache_key = cache_key("rollouts", body, caller.sees_agent_text, caller.dialect) +
                       (caller.held ? caller.held->fingerprint() : "");
  params.held = caller.held;
  return params;
}

Caller caller_of(const RolloutStore& rollouts, const http::Request& request, Dialect dialect) {
  return {rollouts.now_s(), request.may_read_agent_text(), dialect, rollouts.held_for(dialect)};
}

AsyncResponse answer_list(RolloutStore& rollouts, const api::SpillSpace& spill, Result<RolloutParams> params,
                          const http::Request& request, Dialect dialect) {
  if (!params) co_return render(params.error(), dialect);
  auto key = std::move(params->cache_key);
  auto query = [params = std::move(*params), sees_agent_text = request.may_read_agent_text(), dialect,
                spill = api::spill_space_for(spill, request)](store::Reader& reader) -> Result<http::Body> {
    ListText items(spill, dialect);
    std::string cursor;
    const auto found = reader.find_rollouts(params.query, [&](const store::RolloutWithAttempt& one) {
      if (params.by_cursor) cursor = cursor_of(one.rollout);
      return items.add(api::rollout_view(one.rollout, one.attempt, sees_agent_text, params.held.get()));
    });
    std::optional<std::string> next;
    if (params.by_cursor) next = items.count() == params.query.limit ? wire::quoted(cursor) : "null";
    return items.done(found.total, params.page, next);
  };
  co_return co_await rollouts.answer_list(request, std::move(key), std::move(query), dialect);
}

}  // namespace

AsyncResponse list_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::SpillSpace& spill) {
  auto params = read_params(read_query(request, list_names), caller_of(rollouts, request, dialect));
  return answer_list(rollouts, spill, std::move(params), request, dialect);
}

AsyncResponse search_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                              api::Offload& offload, api::SpillSpace& spill) {
  auto read = [who = caller_of(rollouts, request, dialect)](const RequestBody& body) {
    return read_params(body, who);
  };
  const auto seat = co_await offload.seat(api::Offload::Seat::read, request.body.size());
  auto reading = read_large(offload, request, std::move(read));
  auto params = co_await std::move(reading);
  auto answer = answer_list(rollouts, spill, std::move(params), request, dialect);
  co_return co_await std::move(answer);
}

AsyncResponse get_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto query = [id = std::string(request.param("id")), sees_agent_text = request.may_read_agent_text(),
                dialect, held = rollouts.held_for(dialect)](store::Reader& reader) -> Result<std::string> {
    const auto found = reader.rollout_with_attempt(id);
    if (found) return api::rollout_view(found->rollout, found->attempt, sees_agent_text, held.get());
    if (dialect == Dialect::draft) return bad(404, "There is no rollout '" + id + "'.");
    return "null";
  };
  return rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse start_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload) {
  auto read = [](const RequestBody& body) -> Result<NewRollout> {
    Problems problems;
    auto rollout = read_new_rollout(body.value(), Loc(body.root), problems);
    if (!problems.empty()) return bad(problems);
    return rollout;
  };
  auto reading = read_large(offload, request, std::move(read));
  auto rollout = co_await std::move(reading);
  if (!rollout) co_return render(rollout.error(), dialect);
  if (rollout->is_managed()) {
    auto refusal = operator_required();
    if (request.is_operator)
      refusal = {fleet::RefusalKind::conflict,
                 "A rollout of an agent of this daemon is enqueued: the daemon starts it"};
    co_return render(trouble_of(refusal), dialect);
  }
  rollout->row.rollout_id = wire::rollout_id();
  auto key = api::idempotency_key(request, "start");
  if (!key) co_return render(Trouble{400, key.error(), {}}, dialect);
  auto start = [rollout = std::move(*rollout),
                attempt_id = wire::random_id("at-", 8)](fleet::Turn& turn) -> fleet::Answer {
    auto row = rollout.row;
    row.start_time = turn.now_s();
    const auto started = turn.tx().start_rollout(row, attempt_id, rollout.worker_id);
    announce_started(turn, started);
    return wire::rollout_json(started.rollout, started.attempt);
  };
  auto work = api::once(std::move(*key), std::move(start));
  co_return co_await rollouts.answer_write(std::move(work), 201, dialect);
}

}  // namespace understudy::daemon::agl
