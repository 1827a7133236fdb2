#include "scripted_provider/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "http/respond.hpp"

namespace understudy::daemon::scripted {

namespace {

namespace json = boost::json;

/// Anthropic's documentation, "Errors": HTTP status and type.
struct ErrorType {
  int status;
  std::string_view name;
};
constexpr std::array error_types{
    ErrorType{400, "invalid_request_error"}, ErrorType{401, "authentication_error"},
    ErrorType{402, "billing_error"},         ErrorType{403, "permission_error"},
    ErrorType{404, "not_found_error"},       ErrorType{413, "request_too_large"},
    ErrorType{429, "rate_limit_error"},      ErrorType{504, "timeout_error"},
    ErrorType{529, "overloaded_error"},      ErrorType{500, "api_error"},
};

std::string_view type_of(int status) {
  const auto found = std::ranges::find(error_types, status, &ErrorType::status);
  if (found != error_types.end()) return found->name;
  return status < 500 ? "invalid_request_error" : "api_error";
}

int status_of(std::string_view error_body_text) {
  boost::system::error_code error;
  const auto value = json::parse(error_body_text, error);
  const auto* type = error ? nullptr : value.find_pointer("/error/type", error);
  if (!type || !type->is_string()) return 500;
  const auto found = std::ranges::find(error_types, std::string_view(type->get_string()), &ErrorType::name);
  return found == error_types.end() ? 500 : found->status;
}

std::string head(int status, std::string_view content_type, const http::Pairs& headers) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, http::reason_phrase(status));
  if (!http::Headers(headers).get("Content-Type")) text += fmt::format("Content-Type: {}\r\n", content_type);
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  return text;
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string event(std::string_view type, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", type, data);
}

std::string event(const json::object& data) {
  return event(std::string_view(data.at("type").get_string()), json::serialize(data));
}

std::string answer_text(const Script& script, const Call& call) {
  static constexpr std::string_view placeholder = "{model}";
  std::string text = script.answer;
  for (auto at = text.find(placeholder); at != text.npos; at = text.find(placeholder, at + call.model.size()))
    text.replace(at, placeholder.size(), call.model);
  return text;
}

/// A few words each; cut after spaces, so never inside a character.
std::vector<std::string> pieces_of(std::string_view text) {
  static constexpr std::size_t usual = 16;
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const auto space = text.find(' ', std::min(usual, text.size()));
    const auto length = space == text.npos ? text.size() : space + 1;
    pieces.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return pieces;
}

json::object message(const Call& call, json::array content, json::value stop_reason, json::object usage) {
  return {{"id", call.id},
          {"type", "message"},
          {"role", "assistant"},
          {"model", call.model},
          {"content", std::move(content)},
          {"stop_reason", std::move(stop_reason)},
          {"stop_sequence", nullptr},
          {"usage", std::move(usage)}};
}

std::string message_body(const Script& script, const Call& call) {
  json::array content{json::object{{"type", "text"}, {"text", answer_text(script, call)}}};
  return json::serialize(message(call, std::move(content), "end_turn", script.usage));
}

/// A stream, or only its first events.
Plan stream_plan(const std::vector<std::string>& events, std::optional<std::size_t> until = {}) {
  Plan plan{Send{head(200, "text/event-stream; charset=utf-8",
                      {{"Cache-Control", "no-cache"}, {"Transfer-Encoding", "chunked"}}) +
                 "\r\n"}};
  const auto count = std::min(events.size(), until.value_or(events.size()));
  for (std::size_t i = 0; i < count; ++i) plan.emplace_back(Send{chunk(events[i])});
  return plan;
}

Plan healthy_plan(const Script& script, const Call& call) {
  if (!call.stream) return plain_plan(200, message_body(script, call));
  auto plan = stream_plan(stream_events(script, call));
  plan.emplace_back(Send{"0\r\n\r\n"});
  return plan;
}

struct Planner {
  const Script& script;
  const Call& call;

  Plan operator()(const Answer&) const { return healthy_plan(script, call); }
  Plan operator()(const SendStatus& fault) const {
    return plain_plan(fault.status, fault.body, fault.is_json, fault.headers);
  }
  Plan operator()(const MidStreamError& fault) const {
    if (!call.stream) return plain_plan(status_of(fault.body), fault.body);
    auto plan = stream_plan(stream_events(script, call), fault.after_events);
    plan.emplace_back(Send{chunk(event("error", fault.body)) + "0\r\n\r\n"});
    return plan;
  }
  Plan operator()(const Stall& fault) const {
    auto plan = healthy_plan(script, call);
    if (!call.stream) {  // one piece: cut it in the body, so that the answer has begun
      const auto whole = std::move(std::get<Send>(plan.front()).bytes);
      const auto cut = (whole.find("\r\n\r\n") + whole.size()) / 2;
      plan = {Send{whole.substr(0, cut)}, Wait{fault.time}, Send{whole.substr(cut)}};
    } else {
      plan.insert(plan.begin() + 2, Wait{fault.time});  // after the head and message_start
    }
    return plan;
  }
  Plan operator()(const Reset& fault) const {
    Plan plan;
    if (call.stream && fault.after_events > 0)
      plan = stream_plan(stream_events(script, call), fault.after_events);
    plan.emplace_back(Break{});
    return plan;
  }
  Plan operator()(const SlowFirstByte& fault) const {
    auto plan = healthy_plan(script, call);
    plan.insert(plan.begin(), Wait{fault.delay});
    return plan;
  }
};

}  // namespace

std::string error_body(int status, std::string_view message) {
  return json::serialize(json::object{
      {"type", "error"}, {"error", json::object{{"type", type_of(status)}, {"message", message}}}});
}

Plan plain_plan(int status, std::string_view body, bool is_json, const http::Pairs& headers, bool with_body) {
  auto bytes = head(status, is_json ? "application/json" : "text/plain; charset=utf-8", headers);
  bytes += fmt::format("Content-Length: {}\r\n\r\n", body.size());
  if (with_body) bytes += body;
  return {Send{std::move(bytes)}};
}

std::vector<std::string> stream_events(const Script& script, const Call& call) {
  auto usage = script.usage;
  const json::value output = usage["output_tokens"];
  usage["output_tokens"] = 1;
  std::vector<std::string> events;
  events.push_back(
      event(json::object{{"type", "message_start"}, {"message", message(call, {}, nullptr, usage)}}));
  events.push_back(event(json::object{{"type", "content_block_start"},
                                      {"index", 0},
                                      {"content_block", json::object{{"type", "text"}, {"text", ""}}}}));
  events.push_back(event(json::object{{"type", "ping"}}));
  for (const auto& piece : pieces_of(answer_text(script, call)))
    events.push_back(event(json::object{{"type", "content_block_delta"},
                                        {"index", 0},
                                        {"delta", json::object{{"type", "text_delta"}, {"text", piece}}}}));
  events.push_back(event(json::object{{"type", "content_block_stop"}, {"index", 0}}));
  events.push_back(
      event(json::object{{"type", "message_delta"},
                         {"delta", json::object{{"stop_reason", "end_turn"}, {"stop_sequence", nullptr}}},
                         {"usage", json::object{{"output_tokens", output}}}}));
  events.push_back(event(json::object{{"type", "message_stop"}}));
  return events;
}

Plan plan_answer(const Script& script, const Action& action, const Call& call) {
  return std::visit(Planner{script, call}, action);
}

}  // namespace understudy::daemon::scripted
