// GET and POST resources, resources/latest, resources/{id}, resources/{id}/versions
#include "agl/handlers.hpp"
#include "agl/large_body.hpp"
#include "agl/lists.hpp"
#include "agl/resource_body.hpp"
#include "agl/rollout_store.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

using store::ResourcesSort;

constexpr std::array<std::string_view, 5> fields{"resources_id", "create_time", "update_time", "version",
                                                 "resources"};
constexpr std::array<std::pair<std::string_view, ResourcesSort>, 4> sorts{
    {{"resources_id", ResourcesSort::resources_id},
     {"create_time", ResourcesSort::create_time},
     {"update_time", ResourcesSort::update_time},
     {"version", ResourcesSort::version}}};

std::string resources_json(const store::ResourcesRow& row) {
  return wire::ObjectText{}
      .text("resources_id", row.resources_id)
      .raw("create_time", wire::float_text(row.create_time))
      .raw("update_time", wire::float_text(row.update_time))
      .integer("version", row.version)
      .raw("resources", row.resources)
      .done();
}

Result<std::string> one_or_null(const std::optional<store::ResourcesRow>& row) {
  return row ? resources_json(*row) : "null";
}

AsyncResponse keep_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::Offload& offload, std::string id, int status) {
  auto reading = read_large(offload, request, read_resources, read_body);
  auto resources = co_await std::move(reading);
  if (!resources) co_return render(resources.error(), dialect);
  auto work = [id = std::move(id), resources = std::move(*resources)](fleet::Turn& turn) -> fleet::Answer {
    return resources_json(turn.tx().put_resources(id, resources, turn.now_s()));
  };
  co_return co_await rollouts.answer_write(std::move(work), status, dialect);
}

}  // namespace

AsyncResponse list_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                             api::SpillSpace& spill) {
  const auto body = read_query(request, {});
  const Members members(body.value(), {"resources_id", "resources_id_contains"});
  Problems problems;
  const auto page = read_page(body, std::nullopt, problems);
  store::ResourcesQuery query{
      .resources_id = members.text("resources_id", Loc(body.root), problems),
      .resources_id_contains = members.text("resources_id_contains", Loc(body.root), problems)};
  if (!problems.empty()) co_return render(bad(problems).error(), dialect);
  if (const auto trouble = set_page(query, page, fields, sorts)) co_return render(*trouble, dialect);
  auto read = [query = std::move(query), page, dialect,
               spill = api::spill_space_for(spill, request)](store::Reader& reader) {
    ListText items(spill, dialect);
    const auto found = reader.find_resources(
        query, [&](const store::ResourcesRow& row) { return items.add(resources_json(row)); });
    return items.done(found.total, page);
  };
  co_return co_await rollouts.answer(request, std::move(read), dialect);
}

AsyncResponse add_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload) {
  return keep_resources(request, dialect, rollouts, offload, wire::random_id("rs-", 12), 201);
}

AsyncResponse put_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                            api::Offload& offload) {
  return keep_resources(request, dialect, rollouts, offload, std::string(request.param("id")), 200);
}

AsyncResponse get_latest_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto query = [](store::Reader& reader) { return one_or_null(reader.latest_resources()); };
  return rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse get_resources(http::Request& request, Dialect dialect, RolloutStore& rollouts) {
  auto query = [id = std::string(request.param("id"))](store::Reader& reader) {
    return one_or_null(reader.resources(id));
  };
  return rollouts.answer(request, std::move(query), dialect);
}

AsyncResponse list_resource_versions(http::Request& request, Dialect dialect, RolloutStore& rollouts,
                                     api::SpillSpace& spill) {
  auto query = [id = std::string(request.param("id")),
                spill = api::spill_space_for(spill, request)](store::Reader& reader) {
    ListText versions(spill, Dialect::draft);  // a plain list in both
    static_cast<void>(reader.resources_history(
        id, [&](const store::ResourcesRow& row) { return versions.add(resources_json(row)); }));
    return versions.done(0, {});
  };
  return rollouts.answer(request, std::move(query), dialect);
}

}  // namespace understudy::daemon::agl
