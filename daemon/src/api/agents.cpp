// GET /agents, GET /agents/{name}
#include "api/agent_text.hpp"
#include "api/handlers.hpp"
#include "api/queue_depths.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

namespace asio = boost::asio;

namespace {

/// Counts the queues; returns the event id that they and the state are at least as new as. Counts again when
/// a turn ended meanwhile, a limited number of times: under constant load the state may be newer.
asio::awaitable<std::int64_t> up_to_date(fleet::Fleet& fleet, Library& library, QueueDepths& queues) {
  constexpr int max_tries = 10;
  for (int tries = 1;; ++tries) {
    const auto seq = fleet.state().last_event_id;
    co_await queues.refresh(library, seq);
    if (fleet.state().last_event_id == seq || tries == max_tries) co_return seq;
  }
}

}  // namespace

AsyncResponse list_agents(http::Request& request, fleet::Fleet& fleet, Library& library,
                          QueueDepths& queues) {
  const auto seq = co_await up_to_date(fleet, library, queues);
  const auto& state = fleet.state();
  const AgentsNow all{.state = state, .queues = queues, .now = fleet.now().wall};
  std::map<std::string_view, TypeText> shared;
  std::string out = "[";
  out.reserve(1024 * (state.agents.size() + 1));
  for (const auto& [name, agent] : state.agents) {
    const auto& type = type_of(fleet, agent);
    const auto& text = shared.try_emplace(agent.type, type).first->second;
    if (out.size() > 1) out += ',';
    append_agent(out, agent, type, text, all, request.may_read_agent_text());
  }
  out += ']';
  auto response = http::json(200, std::move(out));
  response.headers.set("Event-Seq", std::to_string(seq));
  co_return response;
}

AsyncResponse get_agent(http::Request& request, fleet::Fleet& fleet, Library& library, QueueDepths& queues) {
  const auto seq = co_await up_to_date(fleet, library, queues);
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  const auto& [agent, type] = *subject;
  std::string out;
  const AgentsNow all{.state = fleet.state(), .queues = queues, .now = fleet.now().wall};
  append_agent(out, agent, type, TypeText(type), all, request.may_read_agent_text());
  auto response = http::json(200, std::move(out));
  response.headers.set("Event-Seq", std::to_string(seq));
  co_return response;
}

}  // namespace understudy::daemon::api
