#include <algorithm>
#include <limits>

#include "classify/reset_time.hpp"
#include "words/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace words {

namespace {

constexpr std::int64_t max_tokens = 1'000'000'000'000;
constexpr std::int64_t year_9999_ms = 253'402'300'799'999;

/// "2026-11-30T18:55:00Z", to the second before it, within the years that are read back.
std::string iso_8601(Instant at) {
  constexpr Instant latest{std::chrono::sys_days{std::chrono::year{9000} / 12 / 31}};
  at = std::clamp(at, Instant{}, latest);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const auto second = std::chrono::floor<std::chrono::seconds>(at - day).count();
  std::string text;
  const auto add = [&text](auto value, std::size_t width, char after) {
    const auto digits = std::to_string(value);
    text.append(width - std::min(width, digits.size()), '0').append(digits) += after;
  };
  add(static_cast<int>(date.year()), 4, '-');
  add(static_cast<unsigned>(date.month()), 2, '-');
  add(static_cast<unsigned>(date.day()), 2, 'T');
  add(second / 3600, 2, ':');
  add(second / 60 % 60, 2, ':');
  add(second % 60, 2, 'Z');
  return text;
}

std::optional<int> read_status(const json::Members& members) {
  const auto status = members.integer("status", 100, 999);
  return status ? std::optional(static_cast<int>(*status)) : std::nullopt;
}

}  // namespace

Outcome read_outcome(const json::Members& members) {
  Outcome outcome;
  outcome.provider = members.text("provider");
  if (const auto surface = members.word<Surface>("surface"))
    outcome.surface = *surface;
  else if (!members.has("surface"))
    members.problem("surface", "is missing; it must be one of " + json::Members::words<Surface>());
  outcome.status = read_status(members);
  const auto headers = members.object("headers");
  for (const auto header : headers.view().members()) {  // not by name: there may be many
    if (header.kind() == json::Kind::string)
      outcome.headers.emplace_back(header.key(), header.string());
    else if (header)
      headers.problem(header.key(), "must be a string, got " + json::Members::described(header));
  }
  outcome.body = members.text("body");
  constexpr std::int64_t int_max = std::numeric_limits<int>::max();
  if (const auto code = members.integer("exit_code", -int_max, int_max))
    outcome.exit_code = static_cast<int>(*code);
  outcome.transport = members.word<Transport>("transport");
  if (members.has("usage")) {
    const auto usage = members.object("usage");
    outcome.usage = {.input_tokens = usage.integer("input_tokens", 0, max_tokens).value_or(0),
                     .output_tokens = usage.integer("output_tokens", 0, max_tokens).value_or(0)};
  }
  if (const auto at = members.integer("observed_at_ms", 0, year_9999_ms))
    outcome.observed_at = Instant{Duration{*at}};
  return outcome;
}

Verdict read_verdict(const json::Members& members) {
  Verdict verdict;
  if (const auto kind = members.word<Kind>("kind"))
    verdict.kind = *kind;
  else if (!members.has("kind"))
    members.problem("kind", "is missing; it must be one of " + json::Members::words<Kind>());
  verdict.failover = is_provider_fault(verdict.kind);
  // Whatever a provider said: a verdict of classify() is always read back.
  verdict.retry_after_s = members.number("retry_after_s", 0, std::numeric_limits<double>::max());
  if (const auto text = members.maybe_text("reset_at")) {
    verdict.reset_at = read_rfc3339(*text);
    if (!verdict.reset_at) members.problem("reset_at", "must be a time, as in 2026-11-30T18:55:00Z");
  }
  verdict.rule = members.text("rule");
  verdict.evidence = members.text("evidence");
  verdict.status = read_status(members);
  return verdict;
}

void write(json::Writer& out, const Verdict& verdict) {
  out.open_object().text("kind", to_string(verdict.kind)).flag("failover", verdict.failover);
  if (verdict.retry_after_s) out.number("retry_after_s", *verdict.retry_after_s);
  if (verdict.reset_at) out.text("reset_at", iso_8601(*verdict.reset_at));
  out.text("rule", verdict.rule).text("evidence", verdict.evidence);
  if (verdict.status) out.integer("status", *verdict.status);
  out.close_object();
}

}  // namespace words

std::string to_json(const Verdict& verdict) {
  json::Writer out;
  words::write(out, verdict);
  return out.done();
}
template <>
Parsed<Outcome> from_json(std::string_view text) {
  return words::parse(text, words::read_outcome);
}
template <>
Parsed<Verdict> from_json(std::string_view text) {
  return words::parse(text, words::read_verdict);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
