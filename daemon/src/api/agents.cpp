// GET /agents, GET /agents/{name}
#include "api/agent_text.hpp"
#include "api/handlers.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

http::Response list_agents(World& world, http::Request&) {
  const auto& state = world.fleet.state();
  world.queues.refresh(world.store, state.last_event_id);
  std::map<std::string_view, TypeText> shared;
  std::string out = "[";
  out.reserve(1024 * (state.agents.size() + 1));
  for (const auto& [name, agent] : state.agents) {
    const auto& type = type_of(world, agent);
    const auto& text = shared.try_emplace(agent.type, type).first->second;
    if (out.size() > 1) out += ',';
    append_agent(out, agent, type, text, world.queues.within_reach(name, agent.type));
  }
  out += ']';
  auto response = http::json(200, std::move(out));
  response.headers.set("Event-Seq", std::to_string(state.last_event_id));
  return response;
}

http::Response get_agent(World& world, http::Request& request) {
  const auto subject = subject_of(world, request);
  if (!subject) return subject.error();
  const auto& [agent, type] = *subject;
  const auto seq = world.fleet.state().last_event_id;
  world.queues.refresh(world.store, seq);
  std::string out;
  append_agent(out, agent, type, TypeText(type), world.queues.within_reach(agent.name, agent.type));
  auto response = http::json(200, std::move(out));
  response.headers.set("Event-Seq", std::to_string(seq));
  return response;
}

}  // namespace understudy::daemon::api
