// Lists that are short and sorted by one column: attempts of a rollout, resources, workers.
#include <algorithm>
#include <array>
#include <limits>

#include "clause.hpp"
#include "columns.hpp"
#include "reading.hpp"

namespace understudy::store {

namespace {

enum class Null : std::uint8_t { never, latest, least };

/// A column a list is sorted by.
struct Column {
  std::string_view name{};
  Null null{Null::never};
};

Column column_of(AttemptSort sort) {
  switch (sort) {
    case AttemptSort::creation: return {"number"};
    case AttemptSort::attempt_id: return {"attempt_id"};
    case AttemptSort::sequence_id: return {"sequence_id"};
    case AttemptSort::start_time: return {"start_time"};
    case AttemptSort::end_time: return {"end_time", Null::latest};
    case AttemptSort::status: return {"status"};
    case AttemptSort::worker_id: return {"worker_id", Null::least};
    case AttemptSort::last_heartbeat_time: return {"last_heartbeat_time", Null::latest};
  }
  return {};
}

Column column_of(ResourcesSort sort) {
  switch (sort) {
    case ResourcesSort::creation: return {"number"};
    case ResourcesSort::resources_id: return {"resources_id"};
    case ResourcesSort::create_time: return {"create_time"};
    case ResourcesSort::update_time: return {"update_time"};
    case ResourcesSort::version: return {"version"};
  }
  return {};
}

Column column_of(WorkerSort sort) {
  switch (sort) {
    case WorkerSort::creation: return {"number"};
    case WorkerSort::worker_id: return {"worker_id"};
    case WorkerSort::status: return {"status"};
    case WorkerSort::last_heartbeat_time: return {"last_heartbeat_time", Null::latest};
    case WorkerSort::last_dequeue_time: return {"last_dequeue_time", Null::latest};
    case WorkerSort::last_busy_time: return {"last_busy_time", Null::latest};
    case WorkerSort::last_idle_time: return {"last_idle_time", Null::latest};
    case WorkerSort::current_rollout_id: return {"current_rollout_id", Null::least};
    case WorkerSort::current_attempt_id: return {"current_attempt_id", Null::least};
  }
  return {};
}

/// Counts, then reads the page.
template <class Row, class Read>
Page<Row> page_of(Connection& connection, std::string_view columns, const Clause& from, Column column,
                  bool descending, std::int64_t limit, std::int64_t offset, const Read& read,
                  const Visit<Row>& visit = {}) {
  const ReadTransaction snapshot(connection);
  Page<Row> page{.total = count_of(connection, Clause{}.add("SELECT count(*) ").add(from))};
  Clause select;
  select.add("SELECT ").add(columns).add(" ").add(from).add(" ORDER BY ");
  switch (column.null) {
    case Null::never: select.add(column.name); break;
    case Null::latest: select.add("coalesce(").add(column.name).add(", 9e999)"); break;
    case Null::least: select.add("coalesce(").add(column.name).add(", '')"); break;
  }
  select.add(descending ? " DESC" : "").add(", number LIMIT ? OFFSET ?", limit, offset);
  Statement statement(connection, select);
  while (statement->next())
    if (!deliver(read(*statement), page.items, visit)) break;
  return page;
}

Clause where(const std::vector<Clause>& tests, Logic logic) {
  if (tests.empty()) return {};
  return Clause{}.add(" WHERE ").add(joined(tests, logic == Logic::all_of ? "AND" : "OR"));
}

}  // namespace

Page<AttemptRow> Reader::find_attempts(const AttemptQuery& query, const Visit<AttemptRow>& visit) {
  return guarded([&] {
    const auto from = Clause{}.add("FROM attempts a WHERE rollout_id = ?", query.rollout_id);
    return page_of<AttemptRow>(
        *connection_, UNDERSTUDY_ATTEMPT_COLUMNS, from, column_of(query.sort), query.descending, query.limit,
        query.offset, [](const Query& row) { return read_attempt(row); }, visit);
  });
}

Page<ResourcesRow> Reader::find_resources(const ResourcesQuery& query, const Visit<ResourcesRow>& visit) {
  return guarded([&] {
    std::vector<Clause> tests;
    if (query.resources_id) tests.push_back(Clause{}.add("resources_id = ?", *query.resources_id));
    if (query.resources_id_contains)
      tests.push_back(Clause{}.add("instr(resources_id, ?) > 0", *query.resources_id_contains));
    const auto from = Clause{}.add("FROM resources").add(where(tests, Logic::all_of));
    return page_of<ResourcesRow>(*connection_, UNDERSTUDY_RESOURCES_COLUMNS, from, column_of(query.sort),
                                 query.descending, query.limit, query.offset, read_resources, visit);
  });
}

Page<WorkerRow> Reader::find_workers(const WorkerQuery& query) {
  return guarded([&] {
    std::vector<Clause> tests;
    if (query.status_in)
      tests.push_back(Clause{}.add("status IN (").add(value_list(*query.status_in)).add(")"));
    if (query.worker_id_contains)
      tests.push_back(Clause{}.add("instr(worker_id, ?) > 0", *query.worker_id_contains));
    const auto from = Clause{}.add("FROM workers").add(where(tests, query.logic));
    return page_of<WorkerRow>(*connection_, UNDERSTUDY_WORKER_COLUMNS, from, column_of(query.sort),
                              query.descending, query.limit, query.offset, read_worker);
  });
}

}  // namespace understudy::store
