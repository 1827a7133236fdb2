// The spans of one rollout.
#include "clause.hpp"
#include "columns.hpp"
#include "reading.hpp"

namespace understudy::store {

namespace {

std::string_view order_of(SpanSort sort) {
  switch (sort) {
    case SpanSort::creation: return "s.number";
    case SpanSort::attempt_id: return "(SELECT a.attempt_id FROM attempts a WHERE a.number = s.attempt)";
    case SpanSort::sequence_id: return "s.sequence_id";
    case SpanSort::trace_id: return "s.trace_id";
    case SpanSort::span_id: return "s.span_id";
    case SpanSort::parent_id: return "coalesce(s.parent_id, '')";
    case SpanSort::name: return "s.name";
    case SpanSort::status_code: return "s.status_code";
    case SpanSort::start_time: return "coalesce(s.start_time, 9e999)";
    case SpanSort::end_time: return "coalesce(s.end_time, 9e999)";
    case SpanSort::duration: return "coalesce(s.end_time - s.start_time, 9e999)";
  }
  return "";
}

std::vector<Clause> conditions(const SpanQuery& query) {
  std::vector<Clause> tests;
  const auto test = [&](const std::optional<std::string>& value, const char* sql) {
    if (value) tests.push_back(Clause{}.add(sql, *value));
  };
  test(query.trace_id, "s.trace_id = ?");
  test(query.trace_id_contains, "instr(s.trace_id, ?) > 0");
  test(query.span_id, "s.span_id = ?");
  test(query.span_id_contains, "instr(s.span_id, ?) > 0");
  test(query.parent_id, "s.parent_id = ?");
  test(query.parent_id_contains, "instr(s.parent_id, ?) > 0");
  test(query.name, "s.name = ?");
  test(query.name_contains, "instr(s.name, ?) > 0");
  test(query.attributes_contain, "instr(s.attributes, ?) > 0");
  return tests;
}

/// FROM and WHERE; nullopt when there is no such rollout or attempt.
std::optional<Clause> from_of(Connection& connection, const SpanQuery& query) {
  auto rollout = connection.query(
      "SELECT r.number, (SELECT a.number FROM attempts a WHERE a.rollout_id = r.rollout_id AND a.attempt_id "
      "= CASE ?2 WHEN 'latest' THEN r.attempt_id ELSE ?2 END) FROM rollouts r WHERE r.rollout_id = ?1",
      query.rollout_id, query.attempt_id);
  if (!rollout.next()) return std::nullopt;
  Clause from;
  from.add("FROM spans s INDEXED BY spans_in_order WHERE s.rollout = ?", rollout.integer(0));
  if (query.attempt_id) {
    const auto attempt = rollout.maybe_integer(1);
    if (!attempt) return std::nullopt;
    from.add(" AND s.attempt = ?", *attempt);
  }
  if (const auto tests = conditions(query); !tests.empty())
    from.add(" AND (").add(joined(tests, query.logic == Logic::all_of ? "AND" : "OR")).add(")");
  return from;
}

/// The count of a whole rollout or attempt is kept: some have hundreds of thousands of spans.
Clause total_of(const SpanQuery& query, const Clause& from) {
  if (!conditions(query).empty()) return Clause{}.add("SELECT count(*) ").add(from);
  Clause total;
  total.add("SELECT coalesce(sum(a.spans), 0) FROM attempts a WHERE a.rollout_id = ?", query.rollout_id);
  if (query.attempt_id == "latest")
    total.add(" AND a.attempt_id = (SELECT attempt_id FROM rollouts WHERE rollout_id = ?)", query.rollout_id);
  else if (query.attempt_id)
    total.add(" AND a.attempt_id = ?", *query.attempt_id);
  return total;
}

SpanRow read_span(const Query& row) {
  return {.attempt_id = row.text(span_column_count),
          .sequence_id = row.integer(0),
          .trace_id = row.text(1),
          .span_id = row.text(2),
          .parent_id = row.maybe_text(3),
          .name = row.text(4),
          .status_code = row.text(5),
          .status = row.text(6),
          .attributes = row.text(7),
          .events = row.text(8),
          .links = row.text(9),
          .start_time = row.maybe_real(10),
          .end_time = row.maybe_real(11),
          .context = row.maybe_text(12),
          .parent = row.maybe_text(13),
          .resource = row.text(14),
          .extra = row.text(15)};
}

}  // namespace

Page<SpanRow> Reader::find_spans(const SpanQuery& query, const Visit<SpanRow>& visit) {
  return guarded([&]() -> Page<SpanRow> {
    const ReadTransaction snapshot(*connection_);
    const auto from = from_of(*connection_, query);
    if (!from) return {};
    Page<SpanRow> page{.total = count_of(*connection_, total_of(query, *from))};
    // The numbers first: large columns are read for the rows of the page only.
    Clause select;
    select.add("SELECT s.number ").add(*from).add(" ORDER BY ");
    select.add(order_of(query.sort)).add(query.descending ? " DESC" : "");
    select.add(", s.number LIMIT ? OFFSET ?", query.limit, query.offset);
    Statement numbers(*connection_, select);
    while (numbers->next()) {
      auto one =
          connection_->query("SELECT " UNDERSTUDY_SPAN_COLUMNS
                             ", a.attempt_id FROM spans s CROSS JOIN attempts a ON a.number = s.attempt "
                             "WHERE s.number = ?",
                             numbers->integer(0));
      if (!one.next()) continue;
      auto span = read_span(one);
      span.rollout_id = query.rollout_id;
      if (!deliver(std::move(span), page.items, visit)) break;
    }
    return page;
  });
}

}  // namespace understudy::store
