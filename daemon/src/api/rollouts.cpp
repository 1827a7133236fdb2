// GET and POST /rollouts/{id}, GET /rollouts/{id}/attempts
#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/rollout_view.hpp"
#include "api/subject.hpp"
#include "config/reader.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

http::Response no_such_rollout(std::string_view id) {
  return http::problem(404, "There is no rollout '" + std::string(id) + "'.");
}

}  // namespace

Later get_rollout(World& world, http::Request& request) {
  const std::string id(request.param("id"));
  auto look = [id](store::Reader& reader) {
    auto rollout = reader.rollout(id);
    auto attempt = rollout ? reader.latest_attempt(id) : std::nullopt;
    return std::pair{std::move(rollout), std::move(attempt)};
  };
  const auto found = co_await world.library.read(std::move(look));
  if (!found) co_return unreadable(found.error());
  const auto& [rollout, attempt] = *found;
  if (!rollout) co_return no_such_rollout(id);
  co_return http::json(200, rollout_view(*rollout, attempt, request.is_operator));
}

Later list_attempts(World& world, http::Request& request) {
  const std::string id(request.param("id"));
  auto look = [id](store::Reader& reader) {
    auto rollout = reader.rollout(id);
    auto attempts = rollout ? reader.attempts(id) : std::vector<store::AttemptRow>{};
    return std::pair{std::move(rollout), std::move(attempts)};
  };
  const auto found = co_await world.library.read(std::move(look));
  if (!found) co_return unreadable(found.error());
  const auto& [rollout, attempts] = *found;
  if (!rollout) co_return no_such_rollout(id);
  wire::ArrayText rows;
  for (const auto& attempt : attempts) rows.raw(attempt_view(*rollout, attempt, request.is_operator));
  co_return http::json(200, std::move(rows).done());
}

Later update_rollout(World& world, http::Request& request) {
  const auto body = http::parse_json_body(request);
  if (!body) co_return body.error();
  if (!body->is_object()) co_return http::problem(422, "A change is an object.", {{"", "must be an object"}});
  const auto* status = body->get_object().if_contains("status");
  if (!status || !status->is_string() || status->get_string() != "cancelled") {
    const auto reason = status ? "must be \"cancelled\", got " + config::describe(*status)
                               : std::string("is missing; it must be \"cancelled\"");
    co_return http::problem(422, "Only the status can be changed, to cancelled.", {{"/status", reason}});
  }
  fleet::What wanted = fleet::CancelRequested{std::string(request.param("id"))};
  co_return co_await ask_and_tell(world.fleet, std::move(wanted));
}

}  // namespace understudy::daemon::api
