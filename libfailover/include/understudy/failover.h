#ifndef UNDERSTUDY_FAILOVER_H
#define UNDERSTUDY_FAILOVER_H
/*
 * libfailover for C, and for every language that can call C: JSON in, JSON out.
 *
 * All functions are thread-safe: they read no clock, keep no state, do no I/O. Texts are UTF-8 and end with a
 * NUL. A function returns 0 and puts its answer into the last argument; free it with understudy_free(). Where
 * it cannot answer, it returns one of the negative codes below, and the answer is {"error": "a sentence"}. No
 * input makes it throw or end the process. Times (now_ms) are Unix milliseconds, up to the year 9999.
 *
 *   char* text = NULL;
 *   understudy_classify("{\"surface\": \"http\", \"status\": 429}", now_ms, &text);   // a verdict
 *   understudy_step(policy, state, event, now_ms, &text);                            // the next state
 *
 * Outcome: {"surface": "http"|"sdk_exception"|"cli_stream_json"|"cli_text", "provider"?, "status"?: 429,
 *   "headers"?: {}, "body"?, "exit_code"?, "transport"?: "refused"|"reset"|"timeout"|"dns"|"tls"|"closed"|
 *   "unreachable", "usage"?: {"input_tokens", "output_tokens"}, "observed_at_ms"?}
 * Verdict: {"kind", "failover": bool, "retry_after_s"?, "reset_at"?: "2026-11-30T18:55:00Z", "rule",
 * "evidence", "status"?}. Of one that you give, only "kind" is needed. Policy: {"provider_chain":
 * [{"provider", "model"}, ...], "failover"?: {"cooldown_min"?: 60 | {"default"?,
 *   "<kind>": minutes}, "on_exhausted"?: "pause"|"wrap", "resume_when_possible"?: true, "triggers"?: [kinds],
 *   "server_error_threshold"?: 3, "return"?: "when_due"|"after_success", "wait_in_place_s"?: 30,
 *   "give_up_after_min"?}}: an agent type of the configuration is one. Without "failover" it has the
 * defaults; with null it never moves. State, RetryState, Health: what the last step gave you, to be kept as
 * it is ("v": 1). NULL: a new one. Event: {"type": "outcome", "verdict": {}, "on"?: {"provider", "model"},
 * "status"?} | {"type": "budget_exceeded", "on": {}, "below_at"?: ms} | {"type":
 * "pause"|"unpause"|"reset"|"chain_changed"|"tick"} Step: {"state": {...}, "ledger": [{"from_tier",
 * "to_tier", "kind", "reason"}], "moved": bool, "next_deadline": ms or null}. "state" has "current_tier",
 * "serving": {"provider", "model"}, "paused", "pause_reason", "retry_at" and more; send "tick" at
 * "next_deadline". Retry: {"kind": "now"|"later"|"wait"|"give_up", "delay_ms", "state": {RetryState}}
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

/* What several agents know together of their providers (understudy/failover/health.hpp). `chance` is in [0,
 * 1). Attempt: {"id", "agent", "task"?, "on": {"account", "model"}, "host"?, "down"?: bool, "began": ms}
 * Event: {"type": "ask"|"begins"|"waits"|"answered", "attempt": {}} | {"type": "running"|"released", "id"}
 *   | {"type": "ended", "attempt": {}, "verdict": {}, "answered"?: bool, "status"?} | {"type": "tick"}
 *   | {"type": "restarted", "adopted": [ids]} | {"type": "try_requested", "account", "model"?}
 *   | {"type": "account_reset", "account"} | {"type": "key_missing", "account", "reason"}
 *   | {"type": "key_changed", "was", "is"} | {"type": "agent_sent", "agent"}
 *   | {"type": "reach_changed", "tiers": [{"account", "model"}], "agents": []}
 * Step: {"health": {...}, "changed": [{"account", "scope", "model", "who"}], "fate":
 * "usual"|"fails"|"set_aside", "next_deadline": ms or null, "access"?: {"pass":
 * "free"|"trial"|"place"|"blocked", "until"?: ms, "reason"?}}. "access" is what the attempt of the event
 * would meet now; "ask" changes nothing else. */
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
