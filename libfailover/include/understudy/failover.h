#ifndef UNDERSTUDY_FAILOVER_H
#define UNDERSTUDY_FAILOVER_H
/*
 * libfailover for C, and for every language that can call C: JSON in, JSON out.
 *
 * All functions are thread-safe: they read no clock, keep no state, do no I/O. Texts are UTF-8 and end with
 * a NUL. A function returns 0 and puts its answer into the last argument; free it with understudy_free().
 * Where it cannot answer, it returns one of the negative codes below, and the answer is
 * {"error": "a sentence"}. No input makes it throw or end the process. Times are Unix milliseconds.
 *
 *   char* text = NULL;
 *   understudy_classify("{\"surface\": \"http\", \"status\": 429}", now_ms, &text);  // a verdict
 *   understudy_step(policy, state, event, now_ms, &text);                              // the next state
 *
 * What may be absent has a ?. Absent and null are the same, and unknown members are ignored, but for the
 * "failover" of a policy.
 *
 * Outcome
 *   {"surface": "http"|"sdk_exception"|"cli_stream_json"|"cli_text", "provider"?, "status"?: 429,
 *    "headers"?: {}, "body"?, "exit_code"?, "usage"?: {"input_tokens", "output_tokens"}, "observed_at_ms"?,
 *    "transport"?: "refused"|"reset"|"timeout"|"dns"|"tls"|"closed"|"unreachable"}
 * Verdict: of one that you give, only "kind" is needed
 *   {"kind", "failover": bool, "retry_after_s"?, "reset_at"?: "2026-11-30T18:55:00Z", "rule", "evidence",
 *    "status"?}
 * Policy: an agent type of the configuration is one
 *   {"provider_chain": [{"provider", "model"}, ...],
 *    "failover"?: {"cooldown_min"?: 60 | {"default"?, "<kind>": minutes}, "on_exhausted"?: "pause"|"wrap",
 *                  "resume_when_possible"?: true, "triggers"?: [kinds], "server_error_threshold"?: 3,
 *                  "return"?: "when_due"|"after_success", "wait_in_place_s"?: 30, "give_up_after_min"?,
 *                  "enabled"?: true}}
 *   Without "failover" it has the defaults; where that is null, or not "enabled", it never moves.
 * State, RetryState, Health: what the last step gave you, kept as it is; it has "v": 1. NULL: a new one.
 * Event
 *   {"type": "outcome", "verdict": {}, "on"?: {"provider", "model"}, "status"?}
 *   {"type": "budget_exceeded", "on": {"provider", "model"}, "below_at"?: ms}
 *   {"type": "pause"|"unpause"|"reset"|"chain_changed"|"tick"}
 * Step: send "tick" at "next_deadline"
 *   {"state": {"current_tier", "serving": {"provider", "model"}, "paused", "pause_reason", "retry_at", ...},
 *    "ledger": [{"from_tier", "to_tier", "kind", "reason"}], "moved": bool, "next_deadline": ms or null}
 * Retry
 *   {"kind": "now"|"later"|"wait"|"give_up", "delay_ms", "state": {a RetryState}}
 */
#include <stdint.h>

#include "understudy/failover/export.h"

#ifdef __cplusplus
extern "C" {
#endif

#define UNDERSTUDY_OK 0
#define UNDERSTUDY_INVALID (-1)   /* an argument is not what it must be */
#define UNDERSTUDY_NO_MEMORY (-2) /* the answer may be NULL */

/* "0.2.0"; not to be freed. */
UNDERSTUDY_FAILOVER_API const char* understudy_version(void);

/* What an outcome means. Times of day are resolved where they name UTC or an offset. */
UNDERSTUDY_FAILOVER_API int understudy_classify(const char* outcome_json, int64_t now_ms,
                                                char** verdict_json);

/* Which tier comes next: a Step. */
UNDERSTUDY_FAILOVER_API int understudy_step(const char* policy_json, const char* state_json,
                                            const char* event_json, int64_t now_ms, char** step_json);

/* What several agents know together of their providers; understudy/failover/health.hpp explains it. `chance`
 * is in [0, 1). An event is one of
 *   {"type": "ask"|"begins"|"waits"|"answered", "attempt": {}}
 *   {"type": "ended", "attempt": {}, "verdict": {}, "answered"?: bool, "status"?}
 *   {"type": "running"|"released", "id"}
 *   {"type": "restarted", "adopted": [ids]}
 *   {"type": "try_requested", "account", "model"?}
 *   {"type": "account_reset", "account"}
 *   {"type": "key_missing", "account", "reason"}
 *   {"type": "key_changed", "was", "is"}
 *   {"type": "agent_sent", "agent"}
 *   {"type": "reach_changed", "tiers": [{"account", "model"}], "agents": []}
 *   {"type": "tick"}
 * where an attempt is
 *   {"id", "agent", "task"?, "on": {"account", "model"}, "host"?, "down"?: bool, "began": ms}
 * and the step
 *   {"health": {}, "changed": [{"account", "scope", "model", "who"}], "fate": "usual"|"fails"|"set_aside",
 *    "next_deadline": ms or null,
 *    "access"?: {"pass": "free"|"trial"|"place"|"blocked", "until"?: ms, "reason"?}}
 * "access" is what the attempt of the event would meet now; "ask" changes nothing else. */
UNDERSTUDY_FAILOVER_API int understudy_health_step(const char* policy_json, const char* health_json,
                                                   const char* event_json, int64_t now_ms, double chance,
                                                   char** step_json);

/* Whether a task is tried again, whose attempt on `on_json` ({"provider", "model"}) ended with this verdict.
 * `state_json` is the instance's after the step. */
UNDERSTUDY_FAILOVER_API int understudy_decide_retry(const char* policy_json, const char* state_json,
                                                    const char* retry_json, const char* verdict_json,
                                                    const char* on_json, char** retry_out_json);

/* Of an answer; NULL is nothing. */
UNDERSTUDY_FAILOVER_API void understudy_free(char* text);

#ifdef __cplusplus
}
#endif

#endif
