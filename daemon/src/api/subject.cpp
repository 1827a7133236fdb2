#include "api/subject.hpp"

#include <limits>

#include "api/ask.hpp"
#include "fleet/handle.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

std::expected<Subject, http::Response> subject_of(const fleet::Fleet& fleet, const http::Request& request) {
  const auto name = request.param("name");
  const auto& agents = fleet.state().agents;
  const auto known = agents.find(name);
  if (known == agents.end()) return std::unexpected(refused(fleet::no_such_agent(std::string(name))));
  return Subject{known->second, type_of(fleet, known->second)};
}

const config::AgentType& type_of(const fleet::Fleet& fleet, const fleet::Agent& agent) {
  static const config::AgentType none;  // an instance outlives its type only for the turn that removes both
  const auto& types = fleet.state().config->agent_types;
  const auto known = types.find(agent.type);
  return known == types.end() ? none : known->second;
}

std::expected<bool, http::Response> query_flag(const http::Request& request, std::string_view name) {
  const auto text = request.query.get(name);
  if (!text || *text == "0" || *text == "false") return false;
  if (*text == "1" || *text == "true") return true;
  return std::unexpected(http::problem(400, "The query parameter '" + std::string(name) + "' must be 0 or 1.",
                                       {{std::string(name), "must be 0 or 1"}}));
}

std::expected<std::int64_t, http::Response> query_non_negative(const http::Request& request,
                                                               std::string_view name, std::int64_t fallback) {
  return http::query_integer(request, name, fallback, 0, std::numeric_limits<std::int64_t>::max());
}

std::int64_t now_ms(const fleet::Fleet& fleet) {
  return fleet.now().wall.time_since_epoch().count();
}

}  // namespace understudy::daemon::api
