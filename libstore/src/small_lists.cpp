// Lists that are short and sorted by one column: attempts of a rollout, resources, workers.
#include <iterator>
#include <span>

#include "clause.hpp"
#include "columns.hpp"
#include "reading.hpp"

namespace understudy::store {

namespace {

// What lists are sorted by, in the order of the enums: a time that is not there is the latest.
constexpr std::string_view attempt_orders[]{"number",
                                            "attempt_id",
                                            "sequence_id",
                                            "start_time",
                                            "coalesce(end_time, 9e999)",
                                            "status",
                                            "coalesce(worker_id, '')",
                                            "coalesce(last_heartbeat_time, 9e999)"};
static_assert(std::size(attempt_orders) == static_cast<std::size_t>(AttemptSort::last_heartbeat_time) + 1);
constexpr std::string_view resources_orders[]{"number", "resources_id", "create_time", "update_time",
                                              "version"};
static_assert(std::size(resources_orders) == static_cast<std::size_t>(ResourcesSort::version) + 1);
constexpr std::string_view worker_orders[]{"number",
                                           "worker_id",
                                           "status",
                                           "coalesce(last_heartbeat_time, 9e999)",
                                           "coalesce(last_dequeue_time, 9e999)",
                                           "coalesce(last_busy_time, 9e999)",
                                           "coalesce(last_idle_time, 9e999)",
                                           "coalesce(current_rollout_id, '')",
                                           "coalesce(current_attempt_id, '')"};
static_assert(std::size(worker_orders) == static_cast<std::size_t>(WorkerSort::current_attempt_id) + 1);

/// Counts, then reads the page.
template <class Row, class Sorted, class Read>
Page<Row> page_of(Connection& connection, std::string_view columns, const Clause& from, const Sorted& query,
                  std::span<const std::string_view> orders, const Read& read, const Visit<Row>& visit = {}) {
  const ReadTransaction snapshot(connection);
  Page<Row> page{.total = count_of(connection, Clause{}.add("SELECT count(*) ").add(from))};
  Clause select;
  select.add("SELECT ").add(columns).add(" ").add(from).add(" ORDER BY ");
  select.add(orders[static_cast<std::size_t>(query.sort)]).add(query.descending ? " DESC" : "");
  select.add(", number LIMIT ? OFFSET ?", query.limit, query.offset);
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
        *connection_, UNDERSTUDY_ATTEMPT_COLUMNS, from, query, attempt_orders,
        [](const Query& row) { return read_attempt(row); }, visit);
  });
}

Page<ResourcesRow> Reader::find_resources(const ResourcesQuery& query, const Visit<ResourcesRow>& visit) {
  return guarded([&] {
    std::vector<Clause> tests;
    if (query.resources_id) tests.push_back(Clause{}.add("resources_id = ?", *query.resources_id));
    if (query.resources_id_contains)
      tests.push_back(Clause{}.add("instr(resources_id, ?) > 0", *query.resources_id_contains));
    const auto from = Clause{}.add("FROM resources").add(where(tests, Logic::all_of));
    return page_of<ResourcesRow>(*connection_, UNDERSTUDY_RESOURCES_COLUMNS, from, query, resources_orders,
                                 read_resources, visit);
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
    return page_of<WorkerRow>(*connection_, UNDERSTUDY_WORKER_COLUMNS, from, query, worker_orders,
                              read_worker);
  });
}

}  // namespace understudy::store
