// GET /providers, POST /providers/{name}/try, POST /providers/{name}/reset
#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/library.hpp"
#include "api/provider_view.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

namespace asio = boost::asio;

asio::awaitable<std::expected<TokensByProvider, std::string>> tokens_in_window(fleet::Fleet& fleet,
                                                                               Library& library, Lane lane) {
  const auto length = config::to_duration(fleet.state().config->service.usage_window);
  const auto since = length ? now_ms(fleet) - length->count() : 0;
  auto query = [since](store::Reader& reader) { return reader.usage(since); };
  const auto sums = co_await library.read(std::move(query), lane);
  if (!sums) co_return std::unexpected(sums.error());
  TokensByProvider tokens;
  for (const auto& sum : *sums) {
    auto& used = tokens[sum.provider];
    used.input += sum.input_tokens;
    used.output += sum.output_tokens;
  }
  co_return tokens;
}

std::string view_of(const fleet::Fleet& fleet, const std::string& name, const Reach& reach,
                    const TokensByProvider& tokens, const Reasons& reasons) {
  const auto used = tokens.find(name);
  return provider_json(fleet.state(), name, reach, used == tokens.end() ? Tokens{} : used->second,
                       fleet.now().wall, reasons);
}

/// The provider named in the path, or a 404.
std::expected<std::string, http::Response> provider_of(const fleet::Fleet& fleet,
                                                       const http::Request& request) {
  std::string name(request.param("name"));
  if (fleet.state().config->providers.contains(name)) return name;
  return std::unexpected(http::problem(404, "There is no provider '" + name + "' in the configuration."));
}

/// The model named in the body, if any.
std::expected<std::optional<std::string>, http::Response> read_model(const http::Request& request) {
  if (request.body.empty()) return std::nullopt;
  const auto body = http::parse_json_body(request);
  if (!body) return std::unexpected(body.error());
  std::vector<http::FieldProblem> problems;
  std::optional<std::string> model;
  if (!body->is_object()) {
    problems.push_back({"", "must be an object"});
  } else {
    for (const auto& [key, value] : body->get_object()) {
      if (key != "model")
        problems.push_back({"/" + std::string(key), "is not known"});
      else if (value.is_string())
        model = std::string(value.get_string());
      else
        problems.push_back({"/model", "must be a string"});
    }
  }
  if (!problems.empty())
    return std::unexpected(http::problem(422, "The body names no model of the provider.", problems));
  return model;
}

}  // namespace

AsyncResponse list_providers(http::Request& request, fleet::Fleet& fleet, Library& library,
                             Redactor& redact) {
  const auto seq = fleet.state().last_event_id;  // what follows is at least as new
  const auto tokens = co_await tokens_in_window(fleet, library, lane_of(request));
  if (!tokens) co_return unreadable(tokens.error());
  const Reach reach(fleet.state());
  const Reasons reasons{redact, request.may_read_agent_text()};
  wire::ArrayText list;
  for (const auto& [name, provider] : fleet.state().config->providers)
    list.raw(view_of(fleet, name, reach, *tokens, reasons));
  auto response = http::json(200, list.done());
  response.headers.set("Event-Seq", std::to_string(seq));
  co_return response;
}

AsyncResponse try_provider(http::Request& request, fleet::Fleet& fleet) {
  const auto name = provider_of(fleet, request);
  if (!name) co_return name.error();
  auto model = read_model(request);
  if (!model) co_return std::move(model.error());
  fleet::What wanted = fleet::ProviderTryRequested{*name, std::move(*model)};
  const auto answer = co_await ask(fleet, std::move(wanted));
  co_return answer ? http::empty(202) : refused(answer.error());
}

AsyncResponse reset_provider(http::Request& request, fleet::Fleet& fleet, Library& library,
                             Redactor& redact) {
  const auto name = provider_of(fleet, request);
  if (!name) co_return name.error();
  // First: an answer that cannot be written changes nothing.
  const auto tokens = co_await tokens_in_window(fleet, library, lane_of(request));
  if (!tokens) co_return unreadable(tokens.error());
  fleet::What wanted = fleet::ProviderResetRequested{*name};
  const auto answer = co_await ask(fleet, std::move(wanted));
  if (!answer) co_return refused(answer.error());
  const Reasons reasons{redact, request.may_read_agent_text()};
  co_return http::json(200, view_of(fleet, *name, Reach(fleet.state()), *tokens, reasons));
}

}  // namespace understudy::daemon::api
