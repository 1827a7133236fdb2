// What rollouts are run with: the latest by default; every version stays readable.
#include "columns.hpp"
#include "reading.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

namespace {

std::optional<ResourcesRow> first_resources(Query& query) {
  return query.next() ? std::optional(read_resources(query)) : std::nullopt;
}

std::optional<ResourcesRow> find_resources(Connection& connection, const std::string& resources_id) {
  auto query = connection.query(
      "SELECT " UNDERSTUDY_RESOURCES_COLUMNS " FROM resources WHERE resources_id = ?", resources_id);
  return first_resources(query);
}

void supersede(Connection& connection, const std::string& resources_id, double now) {
  connection.run(
      "INSERT INTO resource_versions (resources_id, version, create_time, update_time, resources, "
      "superseded) SELECT " UNDERSTUDY_RESOURCES_COLUMNS ", ?2 FROM resources WHERE resources_id = ?1",
      resources_id, now);
}

}  // namespace

ResourcesRow read_resources(const Query& row) {
  return {.resources_id = row.text(0),
          .version = row.integer(1),
          .create_time = row.real(2),
          .update_time = row.real(3),
          .resources = row.text(4)};
}

ResourcesRow Transaction::put_resources(const std::string& resources_id, const std::string& resources,
                                        double now) {
  return writing([&] {
    supersede(*connection_, resources_id, now);
    connection_->run(
        "INSERT INTO resources (resources_id, version, create_time, update_time, place, resources) "
        "VALUES (?1, 1, ?2, ?2, ?3, ?4) ON CONFLICT (resources_id) DO UPDATE SET version = version + 1, "
        "update_time = ?2, place = ?3, resources = ?4",
        resources_id, now, connection_->counters.next(*connection_, Counter::resources_place), resources);
    return find_resources(*connection_, resources_id).value_or(ResourcesRow{});
  });
}

std::optional<ResourcesRow> Reader::resources(const std::string& resources_id) {
  return guarded([&] { return store::find_resources(*connection_, resources_id); });
}

std::optional<ResourcesRow> Reader::latest_resources() {
  return guarded([&] {
    auto query = connection_->query("SELECT " UNDERSTUDY_RESOURCES_COLUMNS
                                    " FROM resources ORDER BY place DESC LIMIT 1");
    return first_resources(query);
  });
}

std::vector<ResourcesRow> Reader::resources_history(const std::string& resources_id,
                                                    const Visit<ResourcesRow>& visit) {
  return guarded([&] {
    const ReadTransaction snapshot(*connection_);
    std::vector<ResourcesRow> versions;
    auto latest = store::find_resources(*connection_, resources_id);
    if (latest && !deliver(std::move(*latest), versions, visit)) return versions;
    auto query = connection_->query("SELECT " UNDERSTUDY_RESOURCES_COLUMNS
                                    " FROM resource_versions WHERE resources_id = ? ORDER BY version DESC",
                                    resources_id);
    while (query.next())
      if (!deliver(read_resources(query), versions, visit)) break;
    return versions;
  });
}

}  // namespace understudy::store
