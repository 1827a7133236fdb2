// GET and POST spans, POST spans/search, POST spans/next
#include "agl/batches.hpp"
#include "agl/handlers.hpp"
#include "agl/lists.hpp"
#include "agl/managed.hpp"
#include "agl/rollout_store.hpp"
#include "agl/span_body.hpp"
#include "api/offload.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

using store::SpanSort;

constexpr std::size_t max_spans = 50'000;  // as in an export

constexpr std::array<std::string_view, 16> fields{
    "rollout_id", "attempt_id", "sequence_id", "trace_id",   "span_id",  "parent_id", "name",   "status",
    "attributes", "events",     "links",       "start_time", "end_time", "context",   "parent", "resource"};
constexpr std::array<std::pair<std::string_view, SpanSort>, 11> sorts{{{"rollout_id", SpanSort::creation},
                                                                       {"attempt_id", SpanSort::attempt_id},
                                                                       {"sequence_id", SpanSort::sequence_id},
                                                                       {"trace_id", SpanSort::trace_id},
                                                                       {"span_id", SpanSort::span_id},
                                                                       {"parent_id", SpanSort::parent_id},
                                                                       {"name", SpanSort::name},
                                                                       {"status_code", SpanSort::status_code},
                                                                       {"start_time", SpanSort::start_time},
                                                                       {"end_time", SpanSort::end_time},
                                                                       {"duration", SpanSort::duration}}};

struct SpanParams {
  Page page{};
  store::SpanQuery query{};
};

Result<SpanParams> read_params(const RequestBody& body) {
  const Loc loc(body.root);
  const Members members(body.value(), {"rollout_id", "attempt_id", "trace_id", "trace_id_contains", "span_id",
                                       "span_id_contains", "parent_id", "parent_id_contains", "name",
                                       "name_contains", "attributes_contain"});
  Problems problems;
  SpanParams params{.page = read_page(body, "sequence_id", problems)};
  auto& query = params.query;
  query.rollout_id = members.required_text("rollout_id", loc, problems);
  query.attempt_id = members.text("attempt_id", loc, problems);
  query.trace_id = members.text("trace_id", loc, problems);
  query.trace_id_contains = members.text("trace_id_contains", loc, problems);
  query.span_id = members.text("span_id", loc, problems);
  query.span_id_contains = members.text("span_id_contains", loc, problems);
  query.parent_id = members.text("parent_id", loc, problems);
  query.parent_id_contains = members.text("parent_id_contains", loc, problems);
  query.name = members.text("name", loc, problems);
  query.name_contains = members.text("name_contains", loc, problems);
  query.attributes_contain = members.text("attributes_contain", loc, problems);
  query.logic = params.page.logic;
  if (!problems.empty()) return bad(problems);
  if (auto trouble = set_page(query, params.page, fields, sorts)) return std::unexpected(std::move(*trouble));
  // All are of one rollout: creation has no descending order.
  if (query.sort == SpanSort::creation) query.descending = false;
  return params;
}

fleet::Refusal unknown(const store::SpanRow& span, store::SpanAdded::Result result) {
  const auto of_rollout = "the rollout '" + span.rollout_id + "'";
  return {fleet::RefusalKind::not_found,
          result == store::SpanAdded::Result::no_rollout
              ? "There is no " + of_rollout.substr(4) + "."
              : "There is no attempt '" + span.attempt_id + "' of " + of_rollout + "."};
}

bool is_known(store::SpanAdded::Result result) {
  return result == store::SpanAdded::Result::added || result == store::SpanAdded::Result::duplicate;
}

struct SpansBody {
  std::vector<store::SpanRow> spans{};
  bool many{false};  ///< sent as a list
};

Result<SpansBody> read_spans(const http::Request& request) {
  const auto body = read_body(request);
  if (!body) return std::unexpected(body.error());
  const Loc loc(body->root);
  Problems problems;
  SpansBody sent{.many = body->value().is_array()};
  const auto size = body->value().size();
  if (body->empty)
    problems.add("missing", loc, "Field required", "null");
  else if (!sent.many)
    sent.spans.push_back(read_span(body->value(), loc, problems));
  else if (size > max_spans)
    problems.too_long(loc, max_spans, size, body->text);
  else
    body->value().elements([&](Value value) {
      if (!problems.full()) sent.spans.push_back(read_span(value, Loc(loc, sent.spans.size()), problems));
    });
  if (!problems.empty()) return bad(problems);
  return sent;
}

/// The answer has no brackets, as batches are joined.
Work add(std::vector<store::SpanRow> spans, bool many, bool is_operator) {
  return [spans = std::move(spans), many, is_operator](fleet::Turn& turn) -> fleet::Answer {
    if (auto refusal = spans_refused(turn, spans, is_operator)) return std::unexpected(std::move(*refusal));
    const auto added = turn.tx().add_spans(spans, turn.now_s());
    std::string answers;
    for (std::size_t i = 0; i < added.spans.size(); ++i) {
      const auto& [result, sequence_id] = added.spans[i];
      // A single unknown span is an error; in a list, the others are stored all the same.
      if (!many && !is_known(result)) return std::unexpected(unknown(spans[i], result));
      if (!answers.empty()) answers += ',';
      const bool is_new = result == store::SpanAdded::Result::added;
      answers += is_new ? span_json(spans[i], sequence_id) : "null";
    }
    return answers;
  };
}

}  // namespace

AsyncResponse add_spans(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                        api::Offload& offload) {
  const auto seat = co_await offload.seat(api::Offload::Seat::write, request.body.size());
  auto read = [&request] { return read_spans(request); };
  auto sent = co_await offload.run(request.body.size(), std::move(read));
  if (!sent) co_return render(sent.error(), dialect);
  const bool many = sent->many;
  std::string answers(many ? "[" : "");
  Batches<store::SpanRow> steps(std::move(sent->spans), spans_a_turn);
  while (auto some = steps.next()) {
    auto work = add(std::move(*some), many, request.is_operator);
    const auto added = co_await rollouts.write(std::move(work));
    if (!added) co_return render(added.error(), dialect);
    if (answers.size() > 1) answers += ',';
    answers += *added;
  }
  if (many) answers += ']';
  co_return http::json(201, std::move(answers));
}

AsyncResponse list_spans(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                         api::SpillSpace& spill) {
  const auto body = read_list_params(request);
  if (!body) co_return render(body.error(), dialect);
  auto params = read_params(*body);
  if (!params) co_return render(params.error(), dialect);
  const bool sees_agent_text = request.may_read_agent_text();
  auto key = cache_key("spans", *body, sees_agent_text, dialect);
  auto query = [params = std::move(*params), sees_agent_text, dialect,
                spill = api::spill_space_for(spill, request)](store::Reader& reader) -> Result<http::Body> {
    const auto rollout = sees_agent_text ? std::nullopt : reader.rollout(params.query.rollout_id);
    if (rollout && is_managed(*rollout)) return std::unexpected(trouble_of(operator_required()));
    ListText items(spill, dialect);
    const auto found = reader.find_spans(params.query, [&](const store::SpanRow& span) {
      return items.add(span_json(span, span.sequence_id.value_or(0)));
    });
    return items.done(found.total, params.page);
  };
  co_return co_await rollouts.answer_list(request, std::move(key), std::move(query), dialect);
}

AsyncResponse next_sequence(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  const auto body = read_object(request);
  if (!body) co_return render(body.error(), dialect);
  const Loc loc(body->root);
  const Members members(body->value(), {"rollout_id", "attempt_id"});
  Problems problems;
  auto id = members.required_text("rollout_id", loc, problems);
  static_cast<void>(members.required_text("attempt_id", loc, problems));
  if (!problems.empty()) co_return render(bad(problems).error(), dialect);
  auto work = [id = std::move(id), is_operator = request.is_operator](fleet::Turn& turn) -> fleet::Answer {
    if (!is_operator && turn.tx().is_managed(id).value_or(false)) return std::unexpected(operator_required());
    return wire::ObjectText{}
        .integer("sequence_id", turn.tx().reserve_sequence_ids(id, 1, turn.now_s()))
        .done();
  };
  co_return co_await rollouts.answer_write(std::move(work), 200, dialect);
}

}  // namespace understudy::daemon::agl
