// understudy/failover.h: what the library does, in JSON.
#include <cstdlib>
#include <cstring>
#include <utility>

#include "understudy/failover.h"
#include "understudy/failover/classify.hpp"
#include "words/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::int64_t latest_now_ms = 253'402'300'799'999;  // the year 9999

/// The arguments of one call, and what is wrong with them.
class Call {
 public:
  [[nodiscard]] bool wrong() const { return !problems_.empty(); }
  [[nodiscard]] const std::string& problems() const { return problems_; }

  void complain(std::string_view name, std::string_view problem) {
    if (wrong()) problems_ += "; ";
    problems_.append(name).append(": ").append(problem);
  }
  template <class T>
  T read(std::string_view name, const char* text, T (*read_members)(const json::Members&)) {
    if (text == nullptr) return complain(name, "it is NULL"), T{};
    auto parsed = words::parse(std::string_view(text), read_members);
    if (!parsed) return complain(name, parsed.error), T{};
    return std::move(*parsed.value);
  }
  template <class T>
  T read_or_new(std::string_view name, const char* text, T (*read_members)(const json::Members&)) {
    return text == nullptr ? T{} : read(name, text, read_members);
  }
  Policy policy(const char* text) {
    auto policy = read("policy", text, words::read_policy);
    if (!wrong())
      for (const auto& problem : validate(policy)) complain("policy", problem);
    return policy;
  }
  Instant now(std::int64_t ms) {
    if (ms < 0 || ms > latest_now_ms) complain("now_ms", "it must be from 0 to the year 9999");
    return wrong() ? Instant{} : Instant{Duration{ms}};
  }

 private:
  std::string problems_;
};

int give(char** out, int code, std::string_view text) {
  *out = static_cast<char*>(std::malloc(text.size() + 1));
  if (*out == nullptr) return UNDERSTUDY_NO_MEMORY;
  std::memcpy(*out, text.data(), text.size());
  (*out)[text.size()] = '\0';
  return code;
}

/// `work(Call&, json::Writer&)` reads its arguments, and writes the answer unless one is wrong.
template <class Work>
int answer(char** out, Work&& work) {
  if (out == nullptr) return UNDERSTUDY_INVALID;
  *out = nullptr;
#if defined(__cpp_exceptions)
  try {
#endif
    Call call;
    json::Writer text;
    work(call, text);
    if (!call.wrong()) return give(out, UNDERSTUDY_OK, text.done());
    return give(out, UNDERSTUDY_INVALID,
                json::Writer().open_object().text("error", call.problems()).close_object().done());
#if defined(__cpp_exceptions)
  } catch (...) {  // only a lack of memory throws
    return give(out, UNDERSTUDY_NO_MEMORY, R"({"error":"out of memory"})");
  }
#endif
}

TierId read_on(const json::Members& members) {
  auto tier = words::read_tier(members);
  if (tier == TierId{}) members.problem("", "must have a provider and a model");
  return tier;
}

void write_access(json::Writer& out, const Access& access, Instant now) {
  out.open_object("access").text("pass", to_string(access.pass));
  if (access.until) words::write_instant(out, "until", *access.until);
  if (access.by != nullptr) out.text("reason", in_words(*access.by, now));
  out.close_object();
}

}  // namespace

// The mark again: in a namespace these are declarations of their own, and would be hidden.
extern "C" {

UNDERSTUDY_FAILOVER_API const char* understudy_version(void) {
  return UNDERSTUDY_VERSION_STRING;
}

UNDERSTUDY_FAILOVER_API int understudy_classify(const char* outcome_json, int64_t now_ms,
                                                char** verdict_json) {
  return answer(verdict_json, [&](Call& call, json::Writer& out) {
    const auto outcome = call.read("outcome", outcome_json, words::read_outcome);
    const auto now = call.now(now_ms);
    if (!call.wrong()) words::write(out, classify(outcome, now));
  });
}

UNDERSTUDY_FAILOVER_API int understudy_step(const char* policy_json, const char* state_json,
                                            const char* event_json, int64_t now_ms, char** step_json) {
  return answer(step_json, [&](Call& call, json::Writer& out) {
    const auto policy = call.policy(policy_json);
    auto state = call.read_or_new("state", state_json, words::read_state);
    const auto event = call.read("event", event_json, words::read_event);
    const auto now = call.now(now_ms);
    if (call.wrong()) return;
    const auto next = step(policy, std::move(state), event, now);
    out.open_object().name("state");
    words::write(out, next.state);
    out.open_array("ledger");
    for (const auto& entry : next.ledger) words::write(out, entry);
    out.close_array().flag("moved", next.moved);
    words::write_maybe(out, "next_deadline", next_deadline(policy, next.state));
    out.close_object();
  });
}

UNDERSTUDY_FAILOVER_API int understudy_health_step(const char* policy_json, const char* health_json,
                                                   const char* event_json, int64_t now_ms, double chance,
                                                   char** step_json) {
  return answer(step_json, [&](Call& call, json::Writer& out) {
    const auto policy = call.policy(policy_json);
    HealthStep next{.health = call.read_or_new("health", health_json, words::read_health)};
    const auto word = call.read("event", event_json, words::read_health_event);
    const auto now = call.now(now_ms);
    if (!(chance >= 0 && chance < 1)) call.complain("chance", "it must be in [0, 1)");
    if (call.wrong()) return;
    if (const auto* event = std::get_if<HealthEvent>(&word))
      next = step(policy, std::move(next.health), *event, now, chance);
    out.open_object().name("health");
    words::write(out, next.health);
    out.open_array("changed");
    for (const auto& key : next.changed) words::write(out, key);
    out.close_array().text("fate", to_string(next.fate));
    words::write_maybe(out, "next_deadline", next_deadline(next.health, now));
    if (const auto* attempt = words::attempt_of(word))
      write_access(out, access(next.health, *attempt, now), now);
    out.close_object();
  });
}

UNDERSTUDY_FAILOVER_API int understudy_decide_retry(const char* policy_json, const char* state_json,
                                                    const char* retry_json, const char* verdict_json,
                                                    const char* on_json, char** retry_out_json) {
  return answer(retry_out_json, [&](Call& call, json::Writer& out) {
    const auto policy = call.policy(policy_json);
    const auto state = call.read("state", state_json, words::read_state);
    auto tries = call.read_or_new("retry", retry_json, words::read_retry_state);
    const auto verdict = call.read("verdict", verdict_json, words::read_verdict);
    const auto on = call.read("on", on_json, read_on);
    if (call.wrong()) return;
    const auto retry = decide_retry(policy, state, std::move(tries), verdict, on);
    out.open_object().text("kind", to_string(retry.kind)).integer("delay_ms", retry.delay.count());
    out.name("state");
    words::write(out, retry.state);
    out.close_object();
  });
}

UNDERSTUDY_FAILOVER_API void understudy_free(char* text) {
  std::free(text);
}

}  // extern "C"

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
