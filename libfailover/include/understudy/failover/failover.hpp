#pragma once
// libfailover decides what a failure of an LLM provider means and which provider and model to use next. It
// reads no clock, does no I/O and starts no thread: what happened and the time go in, a decision comes out.
//
//   Policy policy{.chain = {{"anthropic", "opus"}, {"deepseek", "pro"}}};
//   State state;  // of one instance; persist it: to_json(), from_json<State>()
//
// 1. What happened? classify() reads an HTTP exchange, an exception's text or an agent's output. An
//    embedder that runs an agent CLI feeds its stdout and stderr to an AgentReader, which makes the outcome:
//
//   auto reader = make_agent_reader("claude-code", "anthropic");
//   reader->read_output(output);
//   Verdict verdict = classify(reader->finish({.exit_code = 1}).outcome, now);
//
//    While the agent runs, a RunWatch says when its provider has answered, or hangs.
//
// 2. Which tier comes next? step() takes that verdict, an exceeded budget, an operator's request or a timer:
//
//   Step next = step(policy, state, OutcomeObserved{.verdict = verdict}, now);
//   state = next.state;  // state.serving is the provider and model of the next task
//
//    next.ledger says what moved and why, next_deadline() when to send Ticked, decide_retry() whether to try
//    the task again, explain() what the operator should know.
//
// 3. Several agents on the same accounts? Health is what they know together: with a seat and health, step()
//    says where each task may begin, so that what one agent met costs no other an attempt. health.hpp and
//    health_tiers.hpp open with the machine.
//
// 4. How long did each tier serve? tier_time() adds it up from the ledger.
//
// Tiers count from 1, the best. Instant and Duration are milliseconds, Instant since the Unix epoch; the
// _s in a name means seconds. Functions are thread-safe; an AgentReader belongs to one thread at a time. Any
// bytes get a verdict: nothing is reported as an error, and only a lack of memory throws.
//
// tests/consumer/main.cpp is this example as a program.
#include "understudy/failover/agent_reader.hpp"
#include "understudy/failover/classify.hpp"
#include "understudy/failover/explain.hpp"
#include "understudy/failover/health_tiers.hpp"
#include "understudy/failover/json.hpp"
#include "understudy/failover/retry.hpp"
#include "understudy/failover/run_watch.hpp"
#include "understudy/failover/step.hpp"
#include "understudy/failover/tier_time.hpp"
