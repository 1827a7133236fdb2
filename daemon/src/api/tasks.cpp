// POST /agents/{name}/tasks, POST /agent-types/{type}/tasks
#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/task_body.hpp"
#include "http/respond.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon::api {

namespace {

Later submit(World& world, http::Request& request, std::string agent, std::string type) {
  const auto checked = http::parse_json_body(request);
  if (!checked) co_return checked.error();
  if (!checked->is_object())
    co_return http::problem(422, "A task is an object.", {{"", "must be an object"}});
  auto task = parse_task(checked->get_object(), request.body);
  if (!task) co_return http::problem(422, "The task cannot be taken as it is.", task.error());
  fleet::TaskSubmitted submitted{.rollout_id = wire::random_id("ro-", 12),
                                 .agent = std::move(agent),
                                 .agent_type = std::move(type),
                                 .input_json = std::move(task->input),
                                 .metadata_json = std::move(task->metadata),
                                 .config_json = std::move(task->config)};
  const auto location = "/rollouts/" + submitted.rollout_id;
  fleet::What wanted = std::move(submitted);
  auto response = co_await ask_and_tell(world.fleet, std::move(wanted), 201);
  if (response.status == 201) response.headers.set("Location", location);
  co_return response;
}

}  // namespace

Later create_task(World& world, http::Request& request) {
  return submit(world, request, std::string(request.param("name")), "");
}

Later create_pool_task(World& world, http::Request& request) {
  return submit(world, request, "", std::string(request.param("type")));
}

}  // namespace understudy::daemon::api
