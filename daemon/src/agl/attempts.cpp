// GET and POST rollouts/{id}/attempts, attempts/search, attempts/latest, attempts/{aid}
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

using fleet::Refusal;
using fleet::RefusalKind;
using store::AttemptSort;

constexpr std::array<std::string_view, 9> fields{
    "rollout_id", "attempt_id", "sequence_id",         "start_time", "end_time",
    "status",     "worker_id",  "last_heartbeat_time", "metadata"};
constexpr std::array<std::pair<std::string_view, AttemptSort>, 8> sorts{
    {{"rollout_id", AttemptSort::creation},
     {"attempt_id", AttemptSort::attempt_id},
     {"sequence_id", AttemptSort::sequence_id},
     {"start_time", AttemptSort::start_time},
     {"end_time", AttemptSort::end_time},
     {"status", AttemptSort::status},
     {"worker_id", AttemptSort::worker_id},
     {"last_heartbeat_time", AttemptSort::last_heartbeat_time}}};

std::string id_of(const http::Request& request) {
  return std::string(request.param("id"));
}

fleet::Answer refused(store::RolloutError refusal, const std::string& id, const std::string& attempt_id) {
  switch (refusal) {
    case store::RolloutError::no_rollout:
      return std::unexpected(Refusal{RefusalKind::not_found, "There is no rollout '" + id + "'."});
    case store::RolloutError::no_attempt:
      return std::unexpected(Refusal{
          RefusalKind::not_found, "There is no attempt '" + attempt_id + "' of the rollout '" + id + "'."});
    case store::RolloutError::cancelled:
      return std::unexpected(
          Refusal{RefusalKind::conflict, "The rollout '" + id + "' was cancelled: it takes no new attempt."});
  }
  return "null";
}

/// Adds metadata to an ended attempt of one of our agents, which is all that clients may change.
fleet::Answer annotate(fleet::Turn& turn, const store::RolloutRow& rollout, const std::string& attempt_id,
                       const store::AttemptReport& report) {
  const bool only_note =
      report.metadata && !report.status && !report.worker_id && !report.last_heartbeat_time;
  if (!only_note || is_under_way(turn, rollout.rollout_id)) return std::unexpected(daemon_only(rollout));
  const auto attempt = attempt_id == "latest" ? turn.tx().latest_attempt(rollout.rollout_id)
                                              : turn.tx().attempt(rollout.rollout_id, attempt_id);
  if (!attempt) return refused(store::RolloutError::no_attempt, rollout.rollout_id, attempt_id);
  turn.tx().update_attempt(rollout.rollout_id, attempt->attempt_id, {.metadata = report.metadata});
  const auto now = turn.tx().attempt(rollout.rollout_id, attempt->attempt_id);
  return now ? wire::attempt_json(*now) : std::string("null");
}

fleet::Answer report_attempt(fleet::Turn& turn, const std::string& id, const std::string& attempt_id,
                             const store::AttemptReport& report, bool is_operator) {
  const auto rollout = turn.tx().rollout(id);
  if (!rollout) return refused(store::RolloutError::no_rollout, id, attempt_id);
  if (auto refusal = operator_only(*rollout, is_operator)) return std::unexpected(std::move(*refusal));
  if (is_managed(*rollout)) return annotate(turn, *rollout, attempt_id, report);
  const auto reported = turn.tx().report_attempt(id, attempt_id, report, turn.now_s());
  if (!reported) return refused(reported.error(), id, attempt_id);
  if (report.status)
    announce_reported(turn, *reported);
  else
    announce_changed(turn, reported->rollout, reported->status_before);
  return wire::attempt_json(reported->attempt);
}

}  // namespace

AsyncResponse list_attempts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::SpillSpace& spill) {
  const auto body = read_list_params(request);
  if (!body) co_return render(body.error(), dialect);
  Problems problems;
  const auto page = read_page(*body, "sequence_id", problems);
  if (!problems.empty()) co_return render(bad(problems).error(), dialect);
  store::AttemptQuery wanted{.rollout_id = id_of(request)};
  if (const auto trouble = set_page(wanted, page, fields, sorts)) co_return render(*trouble, dialect);
  // All are of one rollout: creation has no descending order.
  if (wanted.sort == AttemptSort::creation) wanted.descending = false;
  auto query = [wanted = std::move(wanted), page, sees_agent_text = request.may_read_agent_text(), dialect,
                spill = api::spill_space_for(spill, request)](store::Reader& reader) -> Result<http::Body> {
    const auto rollout = reader.rollout(wanted.rollout_id);
    if (!rollout && dialect == Dialect::draft)
      return bad(404, "There is no rollout '" + wanted.rollout_id + "'.");
    ListText items(spill, dialect);
    const auto found = reader.find_attempts(wanted, [&](const store::AttemptRow& attempt) {
      return rollout && items.add(api::attempt_view(*rollout, attempt, sees_agent_text));
    });
    return items.done(found.total, page);
  };
  co_return co_await rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse get_latest_attempt(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto query = [id = id_of(request), sees_agent_text = request.may_read_agent_text()](
                   store::Reader& reader) -> Result<std::string> {
    const auto found = reader.rollout_with_attempt(id);
    if (!found || !found->attempt) return "null";
    return api::attempt_view(found->rollout, *found->attempt, sees_agent_text);
  };
  return rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse start_attempt(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  const auto body = read_optional_object(request);
  if (!body) co_return render(body.error(), dialect);
  Problems problems;
  auto worker_id = Members(body->value(), {"worker_id"}).text("worker_id", Loc(body->root), problems);
  if (!problems.empty()) co_return render(bad(problems).error(), dialect);
  auto key = api::idempotency_key(request, "attempt:" + id_of(request));
  if (!key) co_return render(Trouble{400, key.error(), {}}, dialect);
  auto start = [id = id_of(request), attempt_id = wire::random_id("at-", 8), worker_id = std::move(worker_id),
                is_operator = request.is_operator](fleet::Turn& turn) -> fleet::Answer {
    const auto rollout = turn.tx().rollout(id);
    if (!rollout) return refused(store::RolloutError::no_rollout, id, "");
    if (auto refusal = operator_only(*rollout, is_operator)) return std::unexpected(std::move(*refusal));
    if (is_managed(*rollout)) return std::unexpected(daemon_only(*rollout));
    const auto started = turn.tx().start_attempt(id, attempt_id, worker_id, turn.now_s());
    if (!started) return refused(started.error(), id, "");
    announce_started(turn, *started);
    return wire::rollout_json(started->rollout, started->attempt);
  };
  auto work = api::once(std::move(*key), std::move(start));
  co_return co_await rollouts.answer_write(std::move(work), 201, dialect);
}

AsyncResponse update_attempt(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::Offload& offload) {
  auto reading = read_large(offload, request, read_attempt_report);
  auto report = co_await std::move(reading);
  if (!report) co_return render(report.error(), dialect);
  auto work = [id = id_of(request), attempt_id = std::string(request.param("aid")),
               report = std::move(*report), is_operator = request.is_operator](fleet::Turn& turn) {
    return report_attempt(turn, id, attempt_id, report, is_operator);
  };
  co_return co_await rollouts.answer_write(std::move(work), 200, dialect);
}

}  // namespace understudy::daemon::agl
