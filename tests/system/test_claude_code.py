"""The real agent CLI, in the version of tests/system/claude-code, with its own messages, exit codes and retries."""

import json
import socket
import threading
import time

import pytest

from rig import ROOT

CLI = ROOT / "build/tools/claude-code/node_modules/.bin/claude"
COMMAND = [str(CLI), "-p", "--output-format", "stream-json", "--verbose"]
AGENT = "reviewer-default"
MINUTE_MS = 60_000

pytestmark = pytest.mark.skipif(not CLI.exists(), reason="the agent CLI is not installed; ./dev e2e installs it")


@pytest.fixture(scope="module")
def trap():
    """The only way out of loopback: a proxy that refuses all requests and records them."""
    visits = []

    def listen():
        while True:
            try:
                visitor, _ = listener.accept()
            except OSError:
                return
            with visitor:
                visitor.settimeout(2)
                try:
                    visits.append(visitor.recv(200))
                except OSError as error:
                    visits.append(error)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, daemon=True).start()
        yield "http://127.0.0.1:%d" % listener.getsockname()[1], visits
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def fleet(daemon, trap):
    """fleet(tier 1, tier 2) starts a daemon with the CLI as its one agent and nothing from the operator's environment."""
    proxy, visits = trap

    def start(first, second, key={"api_key": "key-of-p1"}, silence_s=600, **failover):
        config = {
            "providers": {"p1": {"base_url": first if isinstance(first, str) else first.url, **key},
                          "p2": {"base_url": second.url, "auth_token": "token-of-p2"}},
            "agent_types": {"reviewer": {
                "provider_chain": [{"provider": "p1", "model": "model-one"},
                                   {"provider": "p2", "model": "model-two"}],
                "failover": {"cooldown_min": 60, "server_error_threshold": 2, **failover},
                "container": {"mode": "process"},
                "agent": {"adapter": "claude-code", "command": COMMAND, "timeout_s": 60, "silence_s": silence_s,
                          "env": {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "HTTPS_PROXY": proxy,
                                  "HTTP_PROXY": proxy, "NO_PROXY": "127.0.0.1"}}}}}
        return daemon(config, env={"ANTHROPIC_BASE_URL": proxy, "ANTHROPIC_API_KEY": "operators",
                                   "CLAUDE_CODE_OAUTH_TOKEN": "operators"})

    yield start
    assert visits == []


@pytest.fixture
def healthy(provider):
    return provider({"answer": "hello from {model}"})


def always(status, message="no", type="api_error", headers=None):
    body = {"type": "error", "error": {"type": type, "message": message}}
    return {"steps": [{"times": "forever", "fault": "status", "status": status, "body": body,
                       "headers": headers or {}}]}


def breaking_off(message="Overloaded", type="overloaded_error"):
    body = {"type": "error", "error": {"type": type, "message": message}}
    return {"steps": [{"times": "forever", "fault": "mid_stream_error", "after_events": 4, "body": body}]}


def unused_address():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return "http://127.0.0.1:%d" % taken.getsockname()[1]


def calls_with(provider, header, value, model):
    """Checks that every call used this key, no other one, and this model; returns the number of calls."""
    calls = provider.calls()
    other = {"x-api-key": "authorization", "authorization": "x-api-key"}[header]
    assert [(one["headers"].get(header), one["headers"].get(other), one["model"]) for one in calls] == \
        [(value, None, model)] * len(calls)
    return len(calls)


def finish_on_tier_two(fleet, second, attempts_before=1, ended="failed"):
    """Submits a task, checks that tier 2 answered it, and returns its one ledger row."""
    task = fleet.submit(AGENT, "say hello")
    rollout = fleet.finished(task, 90)

    attempts = fleet.attempts(task)
    assert [(one["status"], one["metadata"]["tier"]) for one in attempts] == \
        [(ended, 1)] * attempts_before + [("succeeded", 2)], attempts
    assert rollout["status"] == "succeeded"
    assert attempts[-1]["metadata"]["output"] == "hello from model-two"
    assert calls_with(second, "authorization", "Bearer token-of-p2", "model-two") == 1
    [row] = fleet.ledger(AGENT)
    assert (row["from_tier"], row["to_tier"], row["rollout_id"]) == (1, 2, task)
    assert row["attempt_id"] == attempts[-2]["attempt_id"]
    state = fleet.agent(AGENT)["provider_state"]
    assert (state["current_tier"], state["active_model"], state["last_failure_kind"]) == (2, "model-two", row["kind"])
    assert state["last_failover_at"] == row["ts"]
    return row, state


def test_a_successful_run_leaves_its_answer_tokens_and_transcript(fleet, provider, healthy):
    unused = provider()
    fleet = fleet(healthy, unused)

    task = fleet.submit(AGENT, "say hello")

    assert fleet.finished(task, 60)["status"] == "succeeded"
    [attempt] = fleet.attempts(task)
    assert attempt["metadata"]["output"] == "hello from model-one"
    assert calls_with(healthy, "x-api-key", "key-of-p1", "model-one") == 1
    assert unused.requests() == [] and fleet.ledger(AGENT) == []
    [used] = fleet.get("/usage?window=5h")["types"]
    assert (used["input_tokens"], used["output_tokens"]) == (25, 12)
    transcript = fleet.call("GET", f"/rollouts/{task}/attempts/{attempt['attempt_id']}/transcript")
    assert transcript.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in transcript.body.splitlines()]
    assert (lines[0]["type"], lines[0]["subtype"], lines[0]["model"]) == ("system", "init", "model-one")
    assert (lines[-1]["type"], lines[-1]["is_error"], lines[-1]["result"]) == ("result", False, "hello from model-one")


@pytest.mark.parametrize("script, kind, reason, attempts, calls", [
    pytest.param(always(401, "invalid x-api-key", "authentication_error"),
                 "auth_error", "401 auth_error", 1, 2, id="401"),
    pytest.param(always(400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & "
                             "Billing to upgrade or purchase credits.", "invalid_request_error"),
                 "quota", "quota: Credit balance is too low", 1, 1, id="400 credit balance"),
    pytest.param(always(529, "Overloaded", "overloaded_error"),
                 "server_error", "529 server_error", 2, 4, id="529"),
    pytest.param(breaking_off(), "server_error", "529 server_error", 2, 6, id="error inside the stream"),
    pytest.param({"steps": [{"times": "forever", "fault": "reset"}]},
                 "network", "network: API Error: Unable to connect to API (ECONNRESET)", 2, 4, id="connection reset"),
])
def test_a_task_finishes_on_tier_two_when_tier_one_answers(fleet, provider, healthy, script, kind, reason, attempts,
                                                           calls):
    first = provider(script)
    fleet = fleet(first, healthy)

    row, state = finish_on_tier_two(fleet, healthy, attempts)

    assert (row["kind"], row["reason"]) == (kind, reason)
    assert state["retry_at"] == row["ts"] + 60 * MINUTE_MS
    assert calls_with(first, "x-api-key", "key-of-p1", "model-one") == calls


def test_a_task_finishes_on_tier_two_when_tier_one_refuses_connections(fleet, healthy):
    row, _ = finish_on_tier_two(fleet(unused_address(), healthy), healthy, attempts_before=2)

    assert (row["kind"], row["reason"]) == ("network", "network: API Error: Unable to connect to API (ECONNREFUSED)")


def test_a_provider_that_falls_silent_is_left_at_once(fleet, provider, healthy):
    first = provider({"steps": [{"times": "forever", "fault": "stall", "seconds": 120}]})

    row, _ = finish_on_tier_two(fleet(first, healthy, silence_s=5), healthy, ended="timeout")

    assert row["kind"] == "timeout" and row["reason"].startswith("timeout: ")


def test_tier_one_is_tried_again_when_its_retry_after_has_passed(fleet, provider, healthy):
    first = provider(always(429, "Number of requests has exceeded your rate limit", "rate_limit_error",
                            {"retry-after": "10"}))
    fleet = fleet(first, healthy, cooldown_min=0.05)

    row, state = finish_on_tier_two(fleet, healthy)

    assert (row["kind"], row["reason"]) == ("rate_limit", "429 rate_limit")
    assert 9_500 <= state["retry_at"] - row["ts"] <= 11_000
    assert calls_with(first, "x-api-key", "key-of-p1", "model-one") == 2


def test_a_retry_after_too_long_for_the_cli_moves_the_tier_at_once(fleet, provider, healthy):
    first = provider(always(429, "Number of requests has exceeded your rate limit", "rate_limit_error",
                            {"retry-after": "120"}))

    row, state = finish_on_tier_two(fleet(first, healthy), healthy)

    assert (row["kind"], row["reason"]) == ("rate_limit", "429 rate_limit")
    assert state["retry_at"] == row["ts"] + 60 * MINUTE_MS
    assert calls_with(first, "x-api-key", "key-of-p1", "model-one") == 1


def test_a_used_up_subscription_keeps_tier_one_out_until_its_window_resets(fleet, provider, healthy):
    opens = int(time.time()) + 3 * 3600
    unified = "anthropic-ratelimit-unified-"
    first = provider(always(429, "This request would exceed your account's rate limit.", "rate_limit_error", {
        "retry-after": "10800", unified + "status": "rejected", unified + "reset": str(opens),
        unified + "representative-claim": "five_hour"}))
    fleet = fleet(first, healthy, key={"env": {"CLAUDE_CODE_OAUTH_TOKEN": "login-of-p1"}})

    row, state = finish_on_tier_two(fleet, healthy)

    assert row["kind"] == "quota" and row["reason"].startswith("quota: You've hit your session limit · resets ")
    assert state["retry_at"] == opens * 1000
    assert calls_with(first, "authorization", "Bearer login-of-p1", "model-one") == 1
