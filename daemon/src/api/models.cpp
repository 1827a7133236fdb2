// GET /agents/models?provider=P
#include "api/handlers.hpp"
#include "api/model_lists.hpp"
#include "fleet/fleet.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

AsyncResponse list_models(http::Request& request, fleet::Fleet& fleet, ModelLists& models,
                          http::ConcurrencyLimiter& limiter, Redactor& redact) {
  const std::string name(request.query.get("provider").value_or(""));
  if (name.empty())
    co_return http::problem(400, "Name a provider of the configuration: ?provider=P.",
                            {{"provider", "is missing"}});
  const auto& providers = fleet.state().config->providers;
  const auto known = providers.find(name);
  if (known == providers.end())
    co_return http::problem(404, "There is no provider '" + name + "' in the configuration.");
  const auto permit = limiter.acquire(http::ConcurrencyLimiter::Kind::long_poll, request);
  if (!permit) co_return http::limit_reached("waits");
  const auto found = co_await models.models_of(name, known->second, fleet.keys());
  if (!found) co_return http::problem(502, redact(found.error()));
  wire::ArrayText ids;
  for (const auto& id : *found) ids.text(id);
  co_return http::json(200, wire::ObjectText{}.raw("models", std::move(ids).done()).done());
}

}  // namespace understudy::daemon::api
