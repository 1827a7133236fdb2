#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "scripted_provider/provider_state.hpp"

namespace understudy::daemon::scripted {

namespace {

namespace json = boost::json;
constexpr std::size_t max_remembered = 10'000;

/// Headers that tell who called and with which key.
constexpr std::array<std::string_view, 7> headers_of_interest{
    "x-api-key",    "authorization", "anthropic-version", "anthropic-beta", "user-agent",
    "content-type", "accept"};

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Plan refuse(int status, std::string_view message) {
  return plain_plan(status, error_body(status, message));
}

Plan wrong_method(std::string_view allow) {
  return plain_plan(405, error_body(405, fmt::format("this path takes {}", allow)), true,
                    {{"Allow", std::string(allow)}});
}

/// The body of a call, or what the API says about an invalid one.
std::expected<json::object, std::string> read_call(const std::string& body) {
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error || !value.is_object()) return std::unexpected("the body is not a JSON object");
  auto& call = value.get_object();
  const auto* model = call.if_contains("model");
  if (!model || !model->is_string() || model->get_string().empty())
    return std::unexpected("model: Field required");
  const auto* messages = call.if_contains("messages");
  if (!messages || !messages->is_array() || messages->get_array().empty())
    return std::unexpected("messages: at least one message is required");
  return call;
}

}  // namespace

json::value to_json(const SeenRequest& request) {
  json::object headers;
  for (const auto& [name, value] : request.headers) headers[name] = value;
  json::object result{{"method", http::to_string(request.method)},
                      {"path", request.path},
                      {"query", request.query},
                      {"headers", std::move(headers)},
                      {"stream", request.stream},
                      {"ts_ms", request.ts_ms},
                      {"did", request.did}};
  result["model"] = request.model.empty() ? json::value(nullptr) : json::value(request.model);
  return result;
}

bool Provider::State::is_allowed(const http::Headers& headers) const {
  if (!script.api_key) return true;
  static constexpr std::string_view bearer = "Bearer ";
  const auto authorization = headers.get("authorization").value_or("");
  return headers.get("x-api-key") == *script.api_key ||
         (authorization.starts_with(bearer) && authorization.substr(bearer.size()) == *script.api_key);
}

Plan Provider::State::react(const ReceivedRequest& request) {
  if (request.path.starts_with("/_")) return control(request);
  SeenRequest seen_as{request.method, request.path, request.query, {}, {}, false, now_ms(), "ok"};
  for (const auto name : headers_of_interest)
    if (const auto value = request.headers.get(name)) seen_as.headers.emplace_back(name, *value);
  auto plan = route(request, seen_as);
  seen.push_back(std::move(seen_as));
  if (seen.size() > max_remembered) seen.pop_front();
  return plan;
}

Plan Provider::State::route(const ReceivedRequest& request, SeenRequest& seen_as) {
  using http::Method;
  if (request.method == Method::head) return plain_plan(200, "", true, {}, false);
  const auto refused = [&](int status, std::string_view message) {
    seen_as.did = fmt::format("refused {}", status);
    return refuse(status, message);
  };
  const bool is_call = request.path == "/v1/messages" || request.path == "/v1/messages/count_tokens";
  if (!is_call && request.path != "/v1/models")
    return refused(404, fmt::format("there is nothing at {}", request.path));
  if (request.method != (is_call ? Method::post : Method::get))
    return wrong_method(is_call ? "POST" : "GET, HEAD");
  if (!is_allowed(request.headers)) return refused(401, "invalid x-api-key");
  return is_call ? messages_call(request, seen_as) : models();
}

Plan Provider::State::messages_call(const ReceivedRequest& request, SeenRequest& seen_as) {
  const auto body = read_call(request.body);
  if (!body) {
    seen_as.did = "refused 400";
    return refuse(400, body.error());
  }
  const auto* stream = body->if_contains("stream");
  const Call call{std::string(body->at("model").get_string()),
                  stream && stream->is_bool() && stream->get_bool(), fmt::format("msg_{}", ++messages)};
  seen_as.model = call.model;
  seen_as.stream = call.stream;
  if (!script.models.empty() &&
      std::find(script.models.begin(), script.models.end(), call.model) == script.models.end()) {
    seen_as.did = "refused 404";
    return refuse(404, fmt::format("model: {}", call.model));
  }
  if (request.path != "/v1/messages")
    return plain_plan(200, json::serialize(json::object{{"input_tokens", script.usage.at("input_tokens")}}));
  const auto action = take_next(script);
  seen_as.did = describe(action);
  return plan_answer(script, action, call);
}

Plan Provider::State::models() const {
  json::array list;
  for (const auto& id : script.models)
    list.push_back(json::object{
        {"type", "model"}, {"id", id}, {"display_name", id}, {"created_at", "2026-01-01T00:00:00Z"}});
  json::object page{
      {"data", std::move(list)}, {"has_more", false}, {"first_id", nullptr}, {"last_id", nullptr}};
  if (!script.models.empty()) {
    page["first_id"] = script.models.front();
    page["last_id"] = script.models.back();
  }
  return plain_plan(200, json::serialize(page));
}

Plan Provider::State::control(const ReceivedRequest& request) {
  using http::Method;
  if (request.path == "/_script") {
    if (request.method != Method::post) return wrong_method("POST");
    auto parsed = parse_script(request.body);
    if (!parsed) return plain_plan(400, json::serialize(json::object{{"error", parsed.error()}}));
    script = std::move(*parsed);
    return plain_plan(200, R"({"ok":true})");
  }
  if (request.path == "/_requests") {
    if (request.method != Method::get) return wrong_method("GET");
    json::array list;
    for (const auto& one : seen) list.push_back(to_json(one));
    return plain_plan(200, json::serialize(list));
  }
  return refuse(404, fmt::format("there is nothing at {}", request.path));
}

}  // namespace understudy::daemon::scripted
