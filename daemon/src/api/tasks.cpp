// POST /agents/{name}/tasks, POST /agent-types/{type}/tasks
#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/idempotency.hpp"
#include "api/offload.hpp"
#include "api/task_body.hpp"
#include "fleet/handle.hpp"
#include "http/respond.hpp"
#include "wire/ids.hpp"
#include "wire/json_value.hpp"

namespace understudy::daemon::api {

namespace {

std::expected<TaskBody, http::Response> read_task(const http::Request& request) {
  const auto checked = http::parse_json_body(request);
  if (!checked) return std::unexpected(checked.error());
  if (!checked->is_object())
    return std::unexpected(http::problem(422, "A task is an object.", {{"", "must be an object"}}));
  auto task = parse_task(checked->get_object(), request.body);
  if (!task) return std::unexpected(http::problem(422, "The task cannot be taken as it is.", task.error()));
  return std::move(*task);
}

AsyncResponse submit(fleet::Fleet& fleet, Offload& offload, http::Request& request, std::string agent,
                     std::string type) {
  auto parse = [&request] { return read_task(request); };
  auto task = co_await offload.run(request.body.size(), std::move(parse));
  if (!task) co_return std::move(task.error());
  fleet::TaskSubmitted submitted{.rollout_id = wire::rollout_id(),
                                 .agent = std::move(agent),
                                 .agent_type = std::move(type),
                                 .input_json = std::move(task->input),
                                 .metadata_json = std::move(task->metadata),
                                 .config_json = std::move(task->config)};
  auto key = idempotency_key(request, "task:" + request.path);
  if (!key) co_return http::problem(400, key.error());
  fleet::What wanted = submitted;
  if (*key) {
    auto work = [submitted](fleet::Turn& turn) { return fleet::submit(turn, submitted); };
    wanted = fleet::StoreWrite{once(std::move(*key), std::move(work))};
  }
  auto response = co_await ask_and_respond(fleet, std::move(wanted), 201);
  if (const auto* rollout = std::get_if<std::string>(&response.body); rollout && response.status == 201)
    if (const auto id = wire::Value(*rollout).find("rollout_id"))
      response.headers.set("Location", "/rollouts/" + id->string());
  co_return response;
}

}  // namespace

AsyncResponse create_task(http::Request& request, fleet::Fleet& fleet, Offload& offload) {
  return submit(fleet, offload, request, std::string(request.param("name")), "");
}

AsyncResponse create_pool_task(http::Request& request, fleet::Fleet& fleet, Offload& offload) {
  return submit(fleet, offload, request, "", std::string(request.param("type")));
}

}  // namespace understudy::daemon::api
