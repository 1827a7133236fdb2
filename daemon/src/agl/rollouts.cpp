// GET rollouts, POST rollouts/search, GET rollouts/{id}, POST rollouts
#include <charconv>

#include "agl/handlers.hpp"
#include "agl/large_body.hpp"
#include "agl/lists.hpp"
#include "agl/managed.hpp"
#include "agl/news.hpp"
#include "agl/rollout_body.hpp"
#include "agl/rollout_store.hpp"
#include "agl/words.hpp"
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

/// {"key": scalar} of a body, [["key", "text"]] of a query.
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

struct RolloutsAsked {
  Page page{};
  store::RolloutQuery query{};
  bool by_place{false};    ///< page after page, each from where the last one ended
  std::string question{};  ///< what is asked, in words; empty when the answer changes by itself
};

/// Opaque to clients: where a page ended.
std::string place_of(const store::RolloutRow& last) {
  return wire::float_text(last.start_time) + "~" + std::to_string(last.number);
}

std::optional<store::RolloutCursor> read_place(const std::string& text) {
  store::RolloutCursor place;
  const auto* end = text.data() + text.size();
  const auto start = std::from_chars(text.data(), end, place.start_time);
  if (start.ec != std::errc{} || start.ptr == end || *start.ptr != '~') return std::nullopt;
  const auto number = std::from_chars(start.ptr + 1, end, place.number);
  if (number.ec != std::errc{} || number.ptr != end) return std::nullopt;
  return place;
}

/// `after`: empty asks for the first page.
std::optional<Trouble> read_after(const std::optional<std::string>& after, RolloutsAsked& asked) {
  if (!after) return std::nullopt;
  if (asked.query.sort != RolloutSort::creation)
    return Trouble{400, "after goes with sort_by start_time, or none", {}};
  asked.by_place = true;
  if (after->empty()) return std::nullopt;
  asked.query.after = read_place(*after);
  if (asked.query.after) return std::nullopt;
  return Trouble{400, "after is not a 'next' of an answer of this call", {}};
}

/// Who asks, how and when.
struct Asking {
  double now{0};
  bool sees_agent_text{false};
  Dialect dialect{Dialect::upstream};
};

Result<RolloutsAsked> read_question(const RequestBody& said, const Asking& asking) {
  static constexpr Members<9>::Names names{
      "status_in", "status", "mode_in", "rollout_id_in", "rollout_id_contains",
      "metadata",  "since",  "until",   "after"};
  const Loc loc(said.root);
  const Members<9> members(said.value(), names);
  Problems problems;
  RolloutsAsked asked{.page = read_page(said, std::nullopt, problems)};
  auto& query = asked.query;
  const auto* status = members.some("status_in") ? "status_in" : "status";
  if (const auto given = members.some(status)) {
    query.status_in.emplace();
    for (const auto& word : read_words(*given, Loc(loc, status), rollout_words, problems))
      query.status_in->push_back(*store::parse_rollout_status(word));
  }
  if (const auto given = members.some("mode_in"))
    query.mode_in = read_words(*given, Loc(loc, "mode_in"), mode_words, problems);
  if (const auto given = members.some("rollout_id_in"))
    query.rollout_id_in = read_texts(*given, Loc(loc, "rollout_id_in"), problems);
  query.rollout_id_contains = members.text("rollout_id_contains", loc, problems);
  if (const auto given = members.some("metadata"))
    read_metadata(*given, Loc(loc, "metadata"), query, problems);
  query.since = members.number("since", loc, problems);
  query.until = members.number("until", loc, problems);
  const auto after = members.text("after", loc, problems);
  query.logic = asked.page.logic;
  if (!problems.empty()) return bad(problems);
  const auto sort = check_page<RolloutSort>(asked.page, fields, sorts, RolloutSort::creation);
  if (!sort) return std::unexpected(sort.error());
  query.sort = *sort;
  query.descending = asked.page.descending && asked.page.sort_by;
  query.limit = asked.page.asked();
  query.offset = asked.page.offset;
  query.now = asking.now;
  query.metadata_of_managed = asking.sees_agent_text;
  if (auto trouble = read_after(after, asked)) return std::unexpected(std::move(*trouble));
  if (query.sort != RolloutSort::duration)
    asked.question = question_of("rollouts", said, asking.sees_agent_text, asking.dialect);
  return asked;
}

Asking asking(const RolloutStore& rollouts, const http::Request& request, Dialect dialect) {
  return {rollouts.now_s(), request.may_read_agent_text(), dialect};
}

AsyncResponse answer_list(RolloutStore& rollouts, const api::SpillSpace& spill, Result<RolloutsAsked> asked,
                          const http::Request& request, Dialect dialect) {
  if (!asked) co_return render(asked.error(), dialect);
  auto question = std::move(asked->question);
  auto look = [asked = std::move(*asked), sees_agent_text = request.may_read_agent_text(), dialect,
               spill = api::spill_space_for(spill, request)](store::Reader& reader) -> Result<http::Body> {
    ListText items(spill, dialect);
    std::string place;
    const auto found = reader.find_rollouts(asked.query, [&](const store::RolloutWithAttempt& one) {
      if (asked.by_place) place = place_of(one.rollout);
      return items.add(api::rollout_view(one.rollout, one.attempt, sees_agent_text));
    });
    std::optional<std::string> next;
    if (asked.by_place) next = items.count() == asked.query.limit ? wire::quoted(place) : "null";
    return items.done(found.total, asked.page, next);
  };
  co_return co_await rollouts.answer_list(request, std::move(question), std::move(look), dialect);
}

}  // namespace

AsyncResponse list_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::SpillSpace& spill) {
  auto asked = read_question(read_query(request, list_names), asking(rollouts, request, dialect));
  return answer_list(rollouts, spill, std::move(asked), request, dialect);
}

AsyncResponse search_rollouts(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                              api::Offload& offload, api::SpillSpace& spill) {
  auto read = [who = asking(rollouts, request, dialect)](const RequestBody& said) {
    return read_question(said, who);
  };
  const auto seat = co_await offload.seat(api::Offload::Seat::read, request.body.size());
  auto reading = read_large(offload, request, std::move(read));
  auto asked = co_await std::move(reading);
  auto answer = answer_list(rollouts, spill, std::move(asked), request, dialect);
  co_return co_await std::move(answer);
}

AsyncResponse get_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto look = [id = std::string(request.param("id")), sees_agent_text = request.may_read_agent_text(),
               dialect](store::Reader& reader) -> Result<std::string> {
    const auto found = reader.rollout_with_attempt(id);
    if (found) return api::rollout_view(found->rollout, found->attempt, sees_agent_text);
    if (dialect == Dialect::draft) return bad(404, "There is no rollout '" + id + "'.");
    return "null";
  };
  return rollouts.answer(request, std::move(look), dialect);
}

AsyncResponse start_rollout(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload) {
  auto read = [](const RequestBody& said) -> Result<NewRollout> {
    Problems problems;
    auto rollout = read_new_rollout(said.value(), Loc(said.root), problems);
    if (!problems.empty()) return bad(problems);
    return rollout;
  };
  auto reading = read_large(offload, request, std::move(read));
  auto rollout = co_await std::move(reading);
  if (!rollout) co_return render(rollout.error(), dialect);
  if (rollout->is_managed()) {
    auto refusal = operator_wanted();
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
    tell_started(turn, started);
    return wire::rollout_json(started.rollout, started.attempt);
  };
  auto work = api::once(std::move(*key), std::move(start));
  co_return co_await rollouts.answer_write(std::move(work), 201, dialect);
}

}  // namespace understudy::daemon::agl
