// An HTTP exchange: the status, the headers and the provider's own body.
#include <algorithm>

#include "characters.hpp"
#include "classify/evidence.hpp"
#include "classify/json_scan.hpp"

namespace understudy::failover {
namespace {

std::string_view after_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// A page instead of an answer; some clients put the status before it.
bool is_page(std::string_view body) {
  body = after_blanks(body);
  if (body.size() > 4 && body[0] >= '4' && body[0] <= '5' && body[3] == ' ')
    body = after_blanks(body.substr(4));
  if (!body.starts_with('<')) return false;
  constexpr std::string_view openings[] = {"<!doctype", "<html",   "<head",  "<?xml",
                                           "<body",     "<center", "<title", "<h1"};
  for (const std::string_view opening : openings)
    if (same_word(body.substr(0, opening.size()), opening)) return true;
  return false;
}

/// Whether the top level of the document says that it is an error.
bool says_error(std::string_view text) {
  bool error = false;
  json::scan(text, [&](const json::Value& value) {
    using Type = json::Value::Type;
    if (value.depth == 0) return true;
    if (value.depth == 2 && value.parent == "base_resp" && value.key == "status_code")
      error = value.raw != "0";  // MiniMax
    const bool top = value.depth == 1 || (value.depth == 2 && value.parent == "response");
    if (!top) return true;
    if (value.key == "error")
      error = value.type == Type::object || (value.type == Type::string && !value.raw.empty());
    else if (value.key == "type" && value.type == Type::string)
      error = error || value.raw == "error";
    return !error;
  });
  return error;
}

struct Events {
  std::string_view error;  ///< the data of the last error event
  bool begun{false};
  bool ended{false};
};

/// An event stream. An error counts only as an event of its own, never as text inside one.
Events read_events(std::string_view body) {
  Events events;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.starts_with("event: message_start")) events.begun = true;
    if (line.starts_with("event: message_stop")) events.ended = true;
    if (!line.starts_with("data:")) continue;
    line = after_blanks(line.substr(5));
    if (line.starts_with("[DONE]")) events.ended = true;
    if (line.starts_with('{') && says_error(line)) events.error = line;
  }
  return events;
}

std::optional<Decided> read_good_status(const Outcome& outcome, Evidence& evidence) {
  const std::string_view body = after_blanks(outcome.body);
  if (is_page(body)) return Decided{Kind::network, "page-in-place-of-answer", body};
  std::string_view error;
  if (body.starts_with("data:") || body.starts_with("event:") || body.starts_with(":")) {
    const Events events = read_events(body);
    if (events.error.empty() && events.begun && !events.ended)
      return Decided{Kind::network, "stream-cut-off",
                     body.substr(body.size() - std::min<std::size_t>(body.size(), 200))};
    error = events.error;
  } else if ((body.starts_with('{') || body.starts_with('[')) && says_error(body)) {
    error = body;
  }
  if (error.empty()) return Decided{Kind::success, "status-2xx"};
  evidence.status.reset();  // the body's own code, if it has one
  read_provider_text(error, evidence);
  evidence.last_resort = Kind::server_error;
  return std::nullopt;
}

/// Headers that refuse without words: a subscription at its limit, a gateway that forbids a retry.
void read_error_headers(const Outcome& outcome, Evidence& evidence) {
  if (const auto type = header(outcome, "x-amzn-errortype")) {
    const std::string_view name = *type;
    evidence.text.append(name.substr(0, name.find(':')));
  }
  if (outcome.status != 429) return;
  if (header(outcome, "anthropic-ratelimit-unified-status") == "rejected")
    evidence.text.append("anthropic-ratelimit-unified-status: rejected");
  else if (header(outcome, "x-should-retry") == "false" && !header(outcome, "retry-after"))
    evidence.text.append("x-should-retry: false");
}

}  // namespace

std::optional<Decided> read_http(const Outcome& outcome, Evidence& evidence) {
  evidence.status = outcome.status;
  const int status = outcome.status.value_or(0);
  if (status >= 200 && status < 300) return read_good_status(outcome, evidence);
  if (status > 0 && status < 400) return Decided{Kind::task_error, "status-not-final"};
  if (is_page(outcome.body)) {
    evidence.words_count = false;
    if (!evidence.status) evidence.status = status_in_text(outcome.body);
    evidence.text.append(std::string_view{outcome.body}.substr(0, 300));
    return std::nullopt;
  }
  read_error_headers(outcome, evidence);
  read_provider_text(outcome.body, evidence);
  return std::nullopt;
}

std::optional<Decided> read_exception(const Outcome& outcome, Evidence& evidence) {
  return read_http(outcome, evidence);
}

}  // namespace understudy::failover
