"""Time, not tries; patience that fits the kind; and a way back that does not hang on the fallback's success."""

import os
import signal
import threading
import time

import pytest

from agents import instance_pid, is_alive, task_pids
from fleet_health import (AGENT, SOON, account, attempts_on, await_all_held, await_held, await_state, config, current_tier,
                          held, http_error, kinds, model, moves, openings, provider_of, report, reviewer, state_of, succeeded,
                          tiers)
from rig import UNDERSTUDYD, Daemon, wait_until
from upstream import REFUSED, TOO_LONG, Refuse, Stall, times

TWO = ("p1/model-one", "p2/model-two")
THROTTLED = Refuse(429, "Number of requests has exceeded your rate limit")


def waiting(seconds):
    return Refuse(429, THROTTLED.message, headers={"retry-after": str(seconds)})


# ---- the way back

def test_tier_one_serves_again_when_due_although_the_fallback_refuses_everything(daemon, upstream):
    """sc-01."""
    first, second = upstream(times(1, THROTTLED)), upstream(TOO_LONG)
    fleet = daemon(config(reviewer(chain=TWO, cooldown_min=SOON), first, second))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2, 1]
    after = fleet.submit(AGENT)
    succeeded(fleet, after)
    assert tiers(fleet, after) == [1] and current_tier(fleet) == 1


def test_tier_one_serves_again_when_due_although_every_task_fails_on_the_fallback(daemon, upstream):
    """sc-02."""
    ends = '{"type":"result","subtype":"error_max_turns","is_error":true,"num_turns":9,"usage":{"input_tokens":9,"output_tokens":9}}'
    script = f'if [ "$UNDERSTUDY_TIER" = 2 ]; then echo \'{ends}\'; exit 1; fi; exec {UNDERSTUDYD} agent --retries 0'
    first = upstream(times(1, THROTTLED))
    fleet = daemon(config(reviewer(chain=TWO, command=["sh", "-c", script], cooldown_min=SOON), first, upstream()))
    lost = fleet.submit(AGENT)
    assert fleet.finished(lost)["status"] == "failed" and tiers(fleet, lost) == [1, 2]
    await_state(fleet, "due")
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1]


def test_the_first_task_after_the_time_is_over_tries_tier_one(daemon, upstream):
    """sc-03."""
    first = upstream(times(1, REFUSED))
    fleet = daemon(config(reviewer(chain=TWO, cooldown_min=SOON), first, upstream()))
    succeeded(fleet, fleet.submit(AGENT))
    assert current_tier(fleet) == 2
    await_state(fleet, "due")
    assert current_tier(fleet) == 2  # nobody is moved without a task
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1]
    assert moves(fleet) == [("auth_error", 1, 2), ("cooldown_reset", 2, 1)]
    assert fleet.ledger(AGENT)[-1]["reason"] == "cooldown over, on trial"
    assert fleet.agent(AGENT)["provider_state"]["last_failure_kind"] is None


def test_a_trial_that_is_lost_on_tier_one_goes_on_at_the_fallback(daemon, upstream):
    first = upstream(times(2, REFUSED))
    fleet = daemon(config(reviewer(chain=TWO, cooldown_min=SOON), first, upstream()))
    succeeded(fleet, fleet.submit(AGENT))
    await_state(fleet, "due")
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2]
    assert openings(fleet) == pytest.approx([1.2, 2.4], abs=0.01)


def test_return_after_success_is_the_first_editions_way(daemon, upstream):
    first, second = upstream(times(1, REFUSED)), upstream()
    fleet = daemon(config(reviewer(chain=TWO, cooldown_min=SOON, **{"return": "after_success"}), first, second))
    succeeded(fleet, fleet.submit(AGENT))
    await_state(fleet, "due")
    on_the_fallback = fleet.submit(AGENT)
    succeeded(fleet, on_the_fallback)
    assert tiers(fleet, on_the_fallback) == [2]
    wait_until(lambda: current_tier(fleet) == 1)
    back = fleet.submit(AGENT)
    succeeded(fleet, back)
    assert tiers(fleet, back) == [1]
    assert kinds(fleet) == ["auth_error", "cooldown_reset"]


def test_the_middle_tier_takes_over_when_it_is_due_first(daemon, upstream):
    first, second, third = upstream(REFUSED), upstream(times(1, THROTTLED)), upstream()
    chain = ("p1/model-one", "p2/model-two", "p3/model-three")
    fleet = daemon(config(reviewer(chain=chain, cooldown_min={"auth_error": 60, "rate_limit": SOON}), first, second, third))
    down = fleet.submit(AGENT)
    succeeded(fleet, down)
    assert tiers(fleet, down) == [1, 2, 3]
    await_state(fleet, "due", "p2")
    up = fleet.submit(AGENT)
    succeeded(fleet, up)
    assert tiers(fleet, up) == [2]
    assert moves(fleet)[-1] == ("cooldown_reset", 3, 2)


# ---- waiting in place

def test_a_short_wait_that_the_provider_states_is_waited_for_on_its_tier(daemon, upstream):
    """sc-10, with default settings. The demo agent passes the wait on as the CLI does, in its api_retry."""
    first, second = upstream(times(2, waiting(1))), upstream()
    fleet = daemon(config(reviewer(chain=TWO, command=(UNDERSTUDYD, "agent"), cooldown_min=None), first, second))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 1]
    assert fleet.ledger(AGENT) == [] and second.calls == []
    began = [event["ts"] for event in fleet.events("rollout.attempt_started")]
    assert began[1] - began[0] >= 2_000  # the agent's own pause, then the wait


def test_others_on_the_tier_wait_too_and_nobody_is_paused(daemon, upstream):
    one = upstream(times(2, waiting(2)))
    fleet = daemon(config(reviewer(instances=("a", "b"), command=(UNDERSTUDYD, "agent"), cooldown_min=None), one))
    tasks = [fleet.submit("reviewer-a")]
    await_state(fleet, "open")
    tasks.append(fleet.submit("reviewer-b"))
    succeeded(fleet, *tasks)
    assert len(one.calls) == 4
    assert fleet.ledger("reviewer-a") == fleet.ledger("reviewer-b") == []


def test_the_third_short_wait_in_a_row_is_an_ordinary_opening(daemon, upstream):
    first = upstream(waiting(1))
    fleet = daemon(config(reviewer(chain=TWO, command=(UNDERSTUDYD, "agent"), cooldown_min=None), first, upstream()))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 1, 1, 2]
    assert kinds(fleet) == ["rate_limit"]


def test_without_waiting_in_place_every_wait_moves(daemon, upstream):
    first = upstream(waiting(1))
    fleet = daemon(config(reviewer(chain=TWO, command=(UNDERSTUDYD, "agent"), cooldown_min=None, wait_in_place_s=0),
                          first, upstream()))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2]


def test_a_wait_longer_than_the_limit_moves(daemon, upstream):
    first = upstream(waiting(2))
    fleet = daemon(config(reviewer(chain=TWO, command=(UNDERSTUDYD, "agent"), cooldown_min=None, wait_in_place_s=1.5),
                          first, upstream()))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2]


# ---- for how long

def seconds(health):
    return round((health["until"] - health["since"]) / 1000)


OWN_LIMIT = http_error(400, "Your credit balance is too low to access the Anthropic API.", "invalid_request_error")
LENGTHS = [
    # cooldown_min, what is reported, how often, whom it is about, for how many seconds
    (None, http_error(401, type="authentication_error"), 1, "account", 3600),
    (None, OWN_LIMIT, 1, "account", 3600),
    (None, http_error(429, "slow down"), 1, "tier", 300),
    (None, http_error(404, "model: model-one", "not_found_error"), 1, "tier", 3600),
    (None, http_error(529, "Overloaded", "overloaded_error"), 2, "tier", 30),
    (None, {"surface": "sdk_exception", "body": "APIConnectionError: Connection error: ECONNREFUSED"}, 2, "tier", 30),
    (None, http_error(429, "slow down", headers={"retry-after": "120"}), 1, "tier", 120),
    (None, http_error(429, "slow down", headers={"retry-after": "999999999"}), 1, "account", 8 * 86_400),
    (1, http_error(401, type="authentication_error"), 1, "account", 60),
    (1, http_error(529, "Overloaded", "overloaded_error"), 2, "tier", 60),
    (1, http_error(429, "slow down", headers={"retry-after": "120"}), 1, "tier", 120),
    (5, http_error(429, "slow down", headers={"retry-after": "120"}), 1, "tier", 300),
    ({"auth_error": 2, "default": 1}, http_error(401, type="authentication_error"), 1, "account", 120),
    ({"auth_error": 2, "default": 1}, http_error(429, "slow down"), 1, "tier", 60),
    ({"auth_error": 2}, http_error(429, "slow down"), 1, "tier", 300),
]


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A fleet with an external agent for each length, on providers of its own."""
    document = {"providers": {}, "agent_types": {}}
    for n, (cooldown, *_) in enumerate([*LENGTHS, (SOON,)]):
        for tier in ("first", "second"):
            document["providers"][f"{tier}-{n}"] = {"base_url": "http://127.0.0.1:9", "api_key": f"key-of-{tier}-{n}"}
        document["agent_types"][f"outside-{n}"] = reviewer(chain=(f"first-{n}/model-one", f"second-{n}/model-two"),
                                                           adapter="external", cooldown_min=cooldown)
    fleet = Daemon(tmp_path_factory.mktemp("outside"), document).start()
    yield fleet
    fleet.end_everything()


@pytest.mark.parametrize("n", range(len(LENGTHS)))
def test_the_time_fits_the_kind_the_number_and_the_provider(outside, n):
    fleet, agent, provider = outside, f"outside-{n}-default", f"first-{n}"
    _, outcome, count, scope, expected = LENGTHS[n]
    for _ in range(count):
        assert current_tier(fleet, agent) == 1
        report(fleet, agent, **outcome)
    known = account(fleet, provider) if scope == "account" else model(fleet, provider)
    assert (known["state"], known["scope"], seconds(known)) == ("open", scope, expected)
    state = fleet.agent(agent)["provider_state"]
    assert state["current_tier"] == 2
    # What the badge counts down by.
    assert state["last_failover_at"] + state["cooldown_min"] * 60_000 == pytest.approx(state["retry_at"], abs=1_000)
    assert state["retry_at"] == pytest.approx(known["until"], abs=1_000)


def test_the_later_of_two_ends_counts(outside):
    """sc-17. All three are of attempts that began before anything was known."""
    fleet, agent, provider = outside, f"outside-{len(LENGTHS)}-default", f"first-{len(LENGTHS)}"
    report(fleet, agent, tier=1, **http_error(429, "slow down", headers={"retry-after": "50"}))
    until = model(fleet, provider)["until"]
    report(fleet, agent, tier=1, **http_error(429, "slow down"))
    assert model(fleet, provider)["until"] == until
    report(fleet, agent, tier=1, **http_error(429, "slow down", headers={"retry-after": "90"}))
    assert model(fleet, provider)["until"] > until + 30_000
    assert kinds(fleet, agent) == ["rate_limit"]


def test_an_overload_of_both_tiers_costs_seconds_and_no_task(daemon, upstream):
    """Time, not tries: an hour for a dead key, a moment for an overload."""
    first, second = upstream(Refuse(529, "Overloaded")), upstream(Refuse(529, "Overloaded"))
    fleet = daemon(config(reviewer(chain=TWO, cooldown_min={"default": 60, "server_error": SOON}), first, second))
    tasks = [fleet.submit(AGENT, n) for n in "ab"]
    await_held(fleet, tasks=2)
    assert fleet.agent(AGENT)["provider_state"]["retry_at"] - time.time() * 1000 < 10_000
    first.behave = second.behave = None
    succeeded(fleet, *tasks)


# ---- a restart in the middle

@pytest.fixture
def on_trial(daemon, upstream):
    """A fleet of two agents, one of which is on trial behind a gate."""
    one, gate = upstream(REFUSED), threading.Event()
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    tasks = [fleet.submit("reviewer-a")]
    await_held(fleet, agent="reviewer-a")
    tasks.append(fleet.submit("reviewer-b"))
    await_held(fleet, agent="reviewer-b")
    one.behave = Stall(gate)
    fleet.post("/providers/p1/try", expect=202)
    wait_until(lambda: len(one.calls) == 2 and state_of(fleet) == "trial")
    return fleet, one, gate, tasks


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_trial_outlives_the_daemon_with_its_attempt(on_trial, end):
    fleet, one, gate, tasks = on_trial
    tried = account(fleet)["trial_by"]
    fleet.stop() if end == "stop" else fleet.kill()
    fleet.start()
    wait_until(lambda: state_of(fleet) == "trial")
    assert account(fleet)["trial_by"] == tried
    assert len(one.calls) == 2 and len(attempts_on(fleet)) == 2
    gate.set()
    succeeded(fleet, *tasks)
    assert len(one.calls) == 3


def test_a_trial_that_died_while_the_daemon_was_away_goes_to_the_next(on_trial):
    fleet, one, gate, tasks = on_trial
    tried = account(fleet)["trial_by"]
    doomed = [instance_pid(fleet, tried), *task_pids(fleet, tried), *task_pids(fleet, tried, "shim_pid")]
    fleet.kill()
    for pid in doomed:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(is_alive(pid) for pid in doomed))
    gate.set()
    fleet.start()
    succeeded(fleet, *tasks)
    assert len(openings(fleet)) == 1  # it was no fault of the provider's


def test_a_ramp_outlives_the_daemon(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    tasks = [fleet.submit(f"reviewer-{name}") for name in "ab"]
    await_all_held(fleet, tasks=2, agents=2)
    before = len(one.calls)
    gate = threading.Event()
    one.behave = Stall(gate)
    fleet.post("/providers/p1/reset")
    wait_until(lambda: len(one.calls) == before + 2)
    fleet.kill()
    fleet.start()
    assert state_of(fleet) in ("ramping", "closed")
    gate.set()
    succeeded(fleet, *tasks)
    assert len(one.calls) == before + 2 and held(fleet, "reviewer-a") is None
    assert provider_of(fleet)["errors_1h"].get("auth_error", 0) <= before
