// GET /agents/models?provider=P
#include "api/handlers.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

AsyncResponse list_models(World& world, http::Request& request) {
  const std::string name(request.query.get("provider").value_or(""));
  if (name.empty())
    co_return http::problem(400, "Name a provider of the configuration: ?provider=P.",
                            {{"provider", "is missing"}});
  const auto& providers = world.fleet.state().config->providers;
  const auto known = providers.find(name);
  if (known == providers.end())
    co_return http::problem(404, "There is no provider '" + name + "' in the configuration.");
  const auto place = world.places.take(http::Places::Kind::wait, request);
  if (!place) co_return http::no_place("waits");
  const auto models = co_await world.models.models_of(name, known->second, world.fleet.keys());
  if (!models) co_return http::problem(502, world.redact(models.error()));
  wire::ArrayText ids;
  for (const auto& id : *models) ids.text(id);
  co_return http::json(200, wire::ObjectText{}.raw("models", std::move(ids).done()).done());
}

}  // namespace understudy::daemon::api
