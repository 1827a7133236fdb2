// A run's calls as spans of its attempt.
#include <fmt/format.h>

#include "fleet/judge.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

namespace {

/// "at-125c7dc9" → "125c7dc9".
std::string_view bare(std::string_view id) {
  return id.substr(std::min<std::size_t>(id.find('-') + 1, id.size()));
}

/// Derived from the attempt's id, so that a retried turn writes the same ids.
std::string span_id(const Task& task, int number) {
  return fmt::format("{:0>8.8}{:08x}", bare(task.attempt_id), number);
}

store::SpanRow span_of(const Task& task, int number, std::string name) {
  const auto trace = fmt::format("{:0>12.12}{:0>20.20}", bare(task.rollout_id), bare(task.attempt_id));
  store::SpanRow row{.rollout_id = task.rollout_id,
                     .attempt_id = task.attempt_id,
                     .trace_id = trace,
                     .span_id = span_id(task, number),
                     .name = std::move(name)};
  row.context = wire::ObjectText{}
                    .text("trace_id", trace)
                    .text("span_id", row.span_id)
                    .flag("is_remote", false)
                    .raw("trace_state", "{}")
                    .done();
  return row;
}

std::string text_of(const decltype(failover::TracedCall::attributes)& attributes) {
  wire::ObjectText text;
  for (const auto& [name, value] : attributes)
    if (const auto* number = std::get_if<std::int64_t>(&value))
      text.integer(name, *number);
    else
      text.text(name, std::get<std::string>(value));
  return std::move(text).done();
}

void set_status(store::SpanRow& row, bool failed, const std::string& trouble) {
  row.status_code = failed ? "ERROR" : "OK";
  wire::ObjectText status;
  status.text("status_code", row.status_code);
  if (failed)
    status.text("description", trouble);
  else
    status.null("description");
  row.status = std::move(status).done();
}

}  // namespace

void add_call_spans(Turn& turn, const Task& task, std::span<const failover::TracedCall> calls) {
  const auto& redact = turn.tools().redact;
  std::vector<store::SpanRow> spans;
  spans.reserve(calls.size());
  for (const auto& call : calls) {
    auto row = span_of(task, call.number, redact(call.name));
    row.parent_id = span_id(task, call.parent);
    row.start_time = call.start;
    row.end_time = call.end;
    row.attributes = redact(text_of(call.attributes));
    set_status(row, call.failed, redact(call.error));
    spans.push_back(std::move(row));
  }
  if (!spans.empty()) turn.tx().add_spans(spans, turn.now_s());
}

void add_attempt_span(Turn& turn, const Agent& agent, const Task& task, const AttemptResult& result) {
  auto row = span_of(task, 0, "agent.task");
  const auto attempt = turn.tx().attempt(task.rollout_id, task.attempt_id);
  if (attempt) row.start_time = attempt->start_time;
  row.end_time = turn.now_s();
  wire::ObjectText attributes;
  attributes.text("gen_ai.operation.name", "invoke_agent")
      .text("gen_ai.agent.name", agent.name)
      .integer("understudy.tier", task.tier)
      .text("understudy.provider", task.on.provider)
      .text("understudy.model", task.on.model);
  if (result.verdict)
    attributes.text("understudy.verdict.kind", failover::to_string(result.verdict->kind))
        .text("understudy.verdict.rule", result.verdict->rule);
  if (result.usage)
    attributes.integer("understudy.usage.input_tokens", result.usage->input_tokens)
        .integer("understudy.usage.output_tokens", result.usage->output_tokens);
  row.attributes = std::move(attributes).done();
  const bool failed = result.status != store::AttemptStatus::succeeded;
  set_status(row, failed, result.verdict ? result.verdict->evidence : result.error);
  turn.tx().add_spans(std::span(&row, 1), turn.now_s());
}

}  // namespace understudy::daemon::fleet
