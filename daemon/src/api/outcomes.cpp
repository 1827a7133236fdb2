// POST /agents/{name}/outcomes: for external agents.
#include <fmt/format.h>

#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/offload.hpp"
#include "api/outcome_body.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

namespace {

/// The tier of the run: by number, by (provider, model), or by a model that only one tier serves. None: the
/// current one.
std::expected<std::optional<failover::TierId>, http::FieldProblem> tier_of(const OutcomeBody& body,
                                                                           const failover::Policy& policy) {
  const auto& chain = policy.chain;
  if (body.tier) {
    if (*body.tier > static_cast<int>(chain.size()))
      return std::unexpected(http::FieldProblem{
          "/tier", fmt::format("must be an integer from 1 to {}, got {}", chain.size(), *body.tier)});
    return chain[static_cast<std::size_t>(*body.tier) - 1];
  }
  if (!body.model) return std::nullopt;
  // May have left the chain: the fleet handles that.
  if (!body.outcome.provider.empty()) return failover::TierId{body.outcome.provider, *body.model};
  const auto serves = [&](const failover::TierId& tier) { return tier.model == *body.model; };
  if (std::ranges::count_if(chain, serves) == 1) return *std::ranges::find_if(chain, serves);
  return std::unexpected(http::FieldProblem{
      "/model", fmt::format("'{}' does not name one tier of the chain; add provider or tier", *body.model)});
}

std::expected<OutcomeBody, http::Response> read_outcome(const http::Request& request) {
  const auto json = http::parse_json_body(request);
  if (!json) return std::unexpected(json.error());
  auto body = parse_outcome(*json);
  if (!body) return std::unexpected(http::problem(422, "The outcome cannot be read.", body.error()));
  return std::move(*body);
}

}  // namespace

AsyncResponse report_outcome(http::Request& request, fleet::Fleet& fleet, Offload& offload) {
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  auto parse = [&request] { return read_outcome(request); };
  auto body = co_await offload.run(request.body.size(), std::move(parse));
  if (!body) co_return std::move(body.error());
  auto on = tier_of(*body, subject->type.failover);
  if (!on) co_return http::problem(422, "The outcome does not name a tier of this agent.", {on.error()});
  fleet::OutcomeReported reported{.agent = subject->agent.name,
                                  .outcome = std::move(body->outcome),
                                  .task_id = std::move(body->task_id),
                                  .on = std::move(*on),
                                  .tier = body->tier};
  fleet::What wanted = std::move(reported);
  co_return co_await ask_and_respond(fleet, std::move(wanted));
}

}  // namespace understudy::daemon::api
