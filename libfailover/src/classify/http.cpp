// An HTTP exchange: the status, the headers and the provider's own body.
#include <algorithm>

#include "characters.hpp"
#include "classify/answer.hpp"
#include "classify/evidence.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
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

std::string_view tail_of(std::string_view body) {
  return body.substr(body.size() - std::min<std::size_t>(body.size(), 200));
}

/// What is wrong with an answer that is no error.
std::optional<Decided> flaw_in(const Answer& answer, std::string_view body, bool events) {
  const auto failed = failed_finish(answer);
  if (failed) return Decided{*failed, "finish-reason", answer.finish};
  const bool several = events || answer.documents > 1;
  const bool open = answer.unfinished || (several && answer.known) || (events && answer.documents == 0);
  if (open && !answer.ended) return Decided{Kind::network, "stream-cut-off", tail_of(body)};
  if (!answer.whole && !answer.ended) return Decided{Kind::network, "answer-cut-off", tail_of(body)};
  const bool loaded = answer.finish == "load" || answer.finish == "unload";  // Ollama, of the model itself
  if (answer.known && !answer.said && !answer.counted && !answer.pending && !loaded)
    return answer.filtered ? Decided{Kind::content_policy, "filtered", body}
                           : Decided{Kind::server_error, "empty-answer", body};
  return std::nullopt;
}

/// A 2xx is a success only when its body is an answer. Bodies in a shape that no dialect has are not judged.
std::optional<Decided> read_good_status(const Outcome& outcome, Evidence& evidence) {
  const std::string_view body = after_blanks(outcome.body);
  const auto type = header(outcome, "content-type");
  const bool html = type && type->size() >= 9 && same_word(type->substr(0, 9), "text/html");
  if (is_page(body) || (html && !body.starts_with('{')))
    return Decided{Kind::network, "page-in-place-of-answer", body};
  const bool events = body.starts_with("data:") || body.starts_with("event:") || body.starts_with(':') ||
                      body.starts_with("id:") || body.starts_with("retry:");
  const bool documents = body.starts_with('{') || body.starts_with('[');
  const Answer answer = events ? read_events(body) : documents ? read_documents(body) : Answer{};
  if (answer.error.empty()) {
    if (outcome.transport && !answer.ended && !(documents && answer.whole)) return std::nullopt;
    const auto flaw = events || documents ? flaw_in(answer, body, events) : std::nullopt;
    return flaw ? flaw : Decided{Kind::success, "status-2xx"};
  }
  evidence.status.reset();  // the body's own code, if it has one
  read_provider_text(answer.error, evidence);
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
  // a gateway hands its provider's redirect on, with an error envelope in the body: the words decide
  const bool enveloped = status >= 300 && outcome.body.starts_with('{');
  if (status > 0 && status < 400 && !enveloped) return Decided{Kind::task_error, "status-not-final"};
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

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
