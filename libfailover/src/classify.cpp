#include "understudy/failover/classify.hpp"

#include <algorithm>
#include <utility>

#include "characters.hpp"
#include "classify/ending.hpp"
#include "classify/evidence.hpp"
#include "classify/excerpt.hpp"
#include "classify/operator_rules.hpp"
#include "classify/phrase_index.hpp"
#include "classify/reset_time.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

/// Between rate_limit and quota: how long the provider says to wait.
constexpr std::chrono::minutes border{5};

struct Judgement {
  Kind kind{Kind::task_error};
  std::string_view rule;
  Border border{Border::fixed};
  std::string_view field;  ///< where the deciding words are, for the excerpt
  std::size_t offset{0};
};

std::optional<Decided> read(const Outcome& outcome, Evidence& evidence) {
  switch (outcome.surface) {
    case Surface::http: return read_http(outcome, evidence);
    case Surface::sdk_exception: return read_exception(outcome, evidence);
    case Surface::cli_stream_json: return read_stream_json(outcome, evidence);
    case Surface::cli_text: return read_cli_text(outcome, evidence);
  }
  return std::nullopt;
}

/// Words decide first, then the status, then the runtime's coarse guess; by default the provider is not to
/// blame.
Judgement judge(const Evidence& evidence) {
  const PlainText& text = evidence.text;
  Judgement made;
  if (evidence.words_count) {
    const auto status_class = evidence.status_class();
    const auto& index = phrase_index();
    const auto hit = index.echoes_request(text) ? index.first_of_request(text, status_class)
                                                : index.first(text, status_class);
    if (hit)
      return {hit->rule->kind, hit->rule->name, hit->rule->border, text.field_at(hit->at),
              text.offset_at(hit->at)};
    if (index.echoes_request(text) && !evidence.status)
      return {Kind::invalid_request, "request-echoed", Border::fixed, text.field_at(0), 0};
  }
  if (!text.view().empty()) made.field = text.field_at(0);
  if (const auto meaning = evidence.status ? meaning_of_status(*evidence.status) : std::nullopt) {
    made.kind = meaning->kind;
    made.rule = meaning->rule;
    made.border = meaning->kind == Kind::rate_limit ? Border::moves : Border::fixed;
  } else if (evidence.last_resort) {
    made.kind = *evidence.last_resort;
    made.rule = "runtime-guess";
    made.border = made.kind == Kind::rate_limit ? Border::moves : Border::fixed;
  } else {
    made.rule = "no-rule-matched";
  }
  return made;
}

/// Kinds for which a provider may say when to come back.
bool waits(Kind kind) {
  return kind == Kind::quota || kind == Kind::rate_limit || kind == Kind::server_error ||
         kind == Kind::timeout || kind == Kind::network;
}

Wait merged(Wait first, const Wait& second) {
  if (!first.delay_s) first.delay_s = second.delay_s;
  if (!first.until) first.until = second.until;
  if (!first.window_s) first.window_s = second.window_s;
  return first;
}

/// An allowance that is gone for longer than the border is `quota`, whatever the status says.
Kind across_border(const Judgement& judgement, const Wait& wait, Instant observed) {
  if (judgement.border != Border::moves) return judgement.kind;
  if (wait.delay_s)
    return std::chrono::duration<double>(*wait.delay_s) > border ? Kind::quota : Kind::rate_limit;
  if (judgement.kind == Kind::rate_limit && wait.until && *wait.until - observed > border) return Kind::quota;
  return judgement.kind;
}

/// Agent CLIs print times of day as the host's clock shows them; services never do.
bool says_local_times(Surface surface) {
  return surface == Surface::cli_text || surface == Surface::cli_stream_json;
}

void fill_wait(Verdict& verdict, const Judgement& judgement, const Outcome& outcome, const Evidence& evidence,
               Instant observed, const ZoneLookup* zones) {
  if (!waits(judgement.kind)) return;
  Wait wait = merged(wait_in_headers(outcome, observed), evidence.wait);
  if (!wait.delay_s || !wait.until)
    wait = merged(wait, wait_in_words(evidence.text, observed, zones, says_local_times(outcome.surface)));
  if (!wait.delay_s && !wait.until) wait.delay_s = wait.window_s;
  verdict.kind = across_border(judgement, wait, observed);
  if (wait.delay_s) verdict.retry_after_s = std::max(0.0, *wait.delay_s);
  verdict.reset_at = wait.until;
}

std::string evidence_of(std::string_view words, std::size_t offset, const Outcome& outcome) {
  std::string shown = words.empty() ? std::string{} : excerpt(words, offset);
  return shown.empty() ? how_it_ended(outcome) : shown;
}

/// A code alone tells people little: the provider's sentence beside it does.
std::string evidence_of(const Judgement& judgement, const PlainText& text, const Outcome& outcome) {
  std::string shown = evidence_of(judgement.field, judgement.offset, outcome);
  const bool is_code = !judgement.field.empty() && judgement.field.find(' ') == std::string_view::npos;
  const std::string_view sentence = is_code ? text.sentence() : std::string_view{};
  return sentence.empty() ? shown : excerpt(shown.append(": ").append(excerpt(sentence, 0)), 0);
}

Verdict verdict_of(const Decided& decided, const Outcome& outcome) {
  Verdict verdict;
  verdict.kind = decided.kind;
  verdict.failover = is_provider_fault(decided.kind);
  verdict.rule = decided.rule;
  if (decided.ending) {
    verdict.evidence = how_it_ended(outcome);
    if (const std::string said = excerpt(decided.words, 0); !said.empty())
      verdict.evidence = excerpt(verdict.evidence + ": " + said, 0);
  } else if (decided.kind != Kind::success || !decided.words.empty()) {
    verdict.evidence = evidence_of(decided.words, 0, outcome);
  }
  return verdict;
}

/// An exchange that broke off before the provider had said why: the client's socket knows more than any text.
std::optional<Decided> by_transport(const Outcome& outcome, const Evidence& evidence) {
  const bool exchange = outcome.surface == Surface::http || outcome.surface == Surface::sdk_exception;
  if (!exchange || !outcome.transport || evidence.last_resort || evidence.status.value_or(0) >= 400)
    return std::nullopt;
  const TransportMeaning meaning = meaning_of(*outcome.transport);
  return Decided{meaning.kind, meaning.rule, trimmed(outcome.body).empty() ? meaning.words : outcome.body};
}

/// The operator's rules see all of the body, whatever the tables make of it.
std::optional<Judgement> by_operator(std::span<const OperatorRule> rules, const Outcome& outcome,
                                     Evidence& evidence) {
  if (rules.empty()) return std::nullopt;
  const auto hit = first_own(rules, outcome.body);
  if (!hit) return std::nullopt;
  evidence.text.clear();  // a waiting time counts where the rule's words are
  evidence.text.append(hit->around);
  return Judgement{hit->rule->kind, hit->rule->name, Border::fixed, hit->around, hit->offset};
}

}  // namespace

Verdict classify(const Outcome& outcome, Instant now, std::span<const OperatorRule> operator_rules,
                 const ZoneLookup* zones) {
  Evidence evidence;
  auto decided = read(outcome, evidence);
  const auto own = by_operator(operator_rules, outcome, evidence);
  if (!own && !decided) decided = by_transport(outcome, evidence);
  if (!own && decided) return verdict_of(*decided, outcome);
  const Judgement judgement = own ? *own : judge(evidence);
  Verdict verdict;
  verdict.kind = judgement.kind;
  verdict.rule = judgement.rule;
  fill_wait(verdict, judgement, outcome, evidence, outcome.observed_at.value_or(now), zones);
  verdict.failover = is_provider_fault(verdict.kind);
  verdict.evidence = evidence_of(judgement, evidence.text, outcome);
  verdict.status = evidence.status;
  return verdict;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
