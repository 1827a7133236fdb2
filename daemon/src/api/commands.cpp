// POST /agents/{name}/reset-tier, /pause, /unpause, /start, /stop
#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/subject.hpp"

namespace understudy::daemon::api {

AsyncResponse reset_tier(http::Request& request, fleet::Fleet& fleet) {
  return ask_and_respond(fleet, fleet::TierResetRequested{std::string(request.param("name"))});
}

AsyncResponse pause_agent(http::Request& request, fleet::Fleet& fleet) {
  return ask_and_respond(fleet, fleet::PauseRequested{std::string(request.param("name"))});
}

AsyncResponse unpause_agent(http::Request& request, fleet::Fleet& fleet) {
  return ask_and_respond(fleet, fleet::UnpauseRequested{std::string(request.param("name"))});
}

AsyncResponse start_agent(http::Request& request, fleet::Fleet& fleet) {
  return ask_and_respond(fleet, fleet::StartRequested{std::string(request.param("name"))}, 202);
}

AsyncResponse stop_agent(http::Request& request, fleet::Fleet& fleet) {
  const auto force = query_flag(request, "force");
  if (!force) co_return force.error();
  fleet::What wanted = fleet::StopRequested{std::string(request.param("name")), *force};
  co_return co_await ask_and_respond(fleet, std::move(wanted), 202);
}

}  // namespace understudy::daemon::api
