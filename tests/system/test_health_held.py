"""A provider's fault never costs a task: while no tier may serve, the queue waits in its order and nothing is tried."""

import json
import math
import time

import pytest

from fleet_health import (AGENT, HOUR_MS, LATER, SOON, account, attempts_on, await_all_held, await_held, await_state, config,
                          held, kinds, openings, result_line, reviewer, succeeded, tiers, why)
from rig import wait_until
from upstream import REFUSED, times


class Subscription:
    """Command of an agent with the CLI's own login: used up until a time, then well again."""

    def __init__(self, directory):
        directory.mkdir()
        self.directory = directory
        script = '''read -r task; echo "$task" >> "$1/began"
if [ "$(date +%s)" -lt "$(cat "$1/resets")" ]; then cat "$1/says"; exit 1; fi
echo '{"type":"assistant","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":9,"output_tokens":3}}}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"did it","stop_reason":"end_turn"}' '''
        self.command = ["sh", "-c", script, "subscription", str(directory)]

    def is_used_up_until(self, resets, *lines):
        limit = {"type": "rate_limit_event",
                 "rate_limit_info": {"status": "rejected", "resetsAt": resets, "rateLimitType": "five_hour"}}
        said = lines or (json.dumps(limit), result_line("You've hit your session limit", 429))
        (self.directory / "says").write_text("".join(line + "\n" for line in said))
        (self.directory / "resets").write_text(str(resets))

    def is_well(self):
        (self.directory / "resets").write_text("0")

    def began(self):
        return (self.directory / "began").read_text().split()


@pytest.fixture
def subscription(tmp_path):
    return Subscription(tmp_path / "subscription")


FIVE = ["1", "2", "3", "4", "5"]


def test_five_tasks_of_a_used_up_subscription_take_six_attempts(daemon, subscription):
    """sc-05. The CLI says that its window opens again in two hours."""
    resets = int(time.time()) + 7200
    subscription.is_used_up_until(resets)
    fleet = daemon(config(reviewer(command=subscription.command, cooldown_min=None), "http://127.0.0.1:9"))
    tasks = [fleet.submit(AGENT, n) for n in FIVE]

    waits = await_held(fleet, tasks=5)
    assert (waits["provider"], waits["model"], waits["kind"], waits["until"]) == ("p1", "model-one", "quota", resets * 1000)
    assert subscription.began() == ["1"]
    assert {fleet.rollout(task)["status"] for task in tasks} <= {"queuing", "requeuing"}

    subscription.is_well()
    fleet.post("/providers/p1/reset")
    succeeded(fleet, *tasks)
    assert subscription.began() == ["1", *FIVE]
    assert sum(len(fleet.attempts(task)) for task in tasks) == 6


def test_a_queue_goes_on_by_itself_when_the_window_opens(daemon, subscription):
    resets = math.ceil(time.time()) + 3
    subscription.is_used_up_until(resets)
    fleet = daemon(config(reviewer(command=subscription.command, cooldown_min=SOON), "http://127.0.0.1:9"))
    tasks = [fleet.submit(AGENT, n) for n in FIVE]

    assert await_held(fleet, tasks=5)["until"] == resets * 1000
    succeeded(fleet, *tasks)
    assert subscription.began() == ["1", *FIVE]
    assert kinds(fleet) == ["exhausted", "auto_resume"]


def test_a_session_that_dies_of_its_limit_waits_for_the_time_in_its_last_line(daemon, subscription):
    """sc-06, without the resumption of the session."""
    at = int(time.time() + 16 * 60) // 60 * 60
    words = time.strftime("%I:%M%p", time.gmtime(at)).lstrip("0").lower()
    subscription.is_used_up_until(at, result_line(f"You've hit your session limit · resets {words} (UTC)", 429))
    fleet = daemon(config(reviewer(command=subscription.command, cooldown_min=None), "http://127.0.0.1:9"))
    task = fleet.submit(AGENT, "steps")
    waits = await_held(fleet)
    assert (waits["kind"], waits["until"]) == ("quota", at * 1000)
    assert len(fleet.attempts(task)) == 1


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_chain_of_any_length_that_is_out_holds_its_queue(daemon, upstream, length):
    models = ["one", "two", "three"][:length]
    every = [upstream(REFUSED) for _ in models]
    chain = [f"p{n}/model-{name}" for n, name in enumerate(models, 1)]
    fleet = daemon(config(reviewer(chain=chain), *every))
    tasks = [fleet.submit(AGENT, n) for n in "abc"]

    await_held(fleet, tasks=3)
    assert [len(one.calls) for one in every] == [1] * length
    assert kinds(fleet) == ["auth_error"] * (length - 1) + ["exhausted"]
    state = fleet.agent(AGENT)["provider_state"]
    assert (state["paused"], state["pause_reason"]) == (True, "exhausted")
    assert 0.99 * HOUR_MS < state["retry_at"] - time.time() * 1000 <= HOUR_MS

    every[0].behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, *tasks)
    assert [call.prompt for call in every[0].calls] == ["a", "a", "b", "c"]
    assert [len(fleet.attempts(task)) for task in tasks] == [length + 1, 1, 1]
    assert kinds(fleet)[-1] == "auto_resume"


def test_a_type_without_a_failover_block_is_held_too(daemon, upstream):
    one = upstream(REFUSED)
    type = reviewer(chain=("p1/model-one", "p2/model-two"))
    del type["failover"]
    fleet = daemon(config(type, one, upstream()))
    task = fleet.submit(AGENT)
    waits = await_held(fleet)
    assert (waits["provider"], waits["kind"]) == ("p1", "auth_error")
    assert 0.99 * HOUR_MS < waits["until"] - time.time() * 1000 <= HOUR_MS
    one.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 1]


def test_a_kind_that_does_not_move_a_type_is_waited_for_on_its_tier(daemon, upstream):
    first, second = upstream(REFUSED), upstream()
    fleet = daemon(config(reviewer(chain=("p1/model-one", "p2/model-two"), triggers=["quota"]), first, second))
    task = fleet.submit(AGENT)
    assert await_held(fleet)["provider"] == "p1"
    assert second.calls == [] and kinds(fleet) == ["exhausted"]
    first.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 1]


def test_tasks_of_a_pool_are_held_and_counted_once(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    tasks = [fleet.submit("pool:reviewer", n) for n in "123"]
    tasks.append(fleet.submit("reviewer-b", "own"))
    wait_until(lambda: fleet.get("/health")["held"]["tasks"] == 4)
    told = [agent["held"]["tasks"] for agent in fleet.get("/agents") if "held" in agent]
    assert sum(told) == 4
    assert len(one.calls) <= 2  # those that had begun when it was learned
    one.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, *tasks)


def test_an_agent_in_the_operators_environment_is_held_for_its_own_login(daemon, upstream):
    one = upstream(REFUSED)
    type = reviewer(chain=("anthropic/model-one",), instances=("a", "b"), container={"mode": "host"})
    fleet = daemon({"providers": {"anthropic": {"base_url": one.url}}, "agent_types": {"reviewer": type}},
                   env={"ANTHROPIC_BASE_URL": one.url, "ANTHROPIC_API_KEY": "operators", "ANTHROPIC_MODEL": "model-one"})
    first = fleet.submit("reviewer-a")
    await_held(fleet, agent="reviewer-a")
    assert "held" not in fleet.agent("reviewer-b")
    [provider] = fleet.get("/providers")
    opened = [each for each in provider["accounts"] if each["health"]["state"] == "open"]
    assert [each["instances"] for each in opened] == [["reviewer-a"]]
    one.behave = None
    second = fleet.submit("reviewer-b")
    succeeded(fleet, second)  # it has its own login, which is well
    assert held(fleet, "reviewer-a")["tasks"] == 1
    fleet.post("/providers/anthropic/reset")
    succeeded(fleet, first)


def test_provider_faults_use_up_no_attempts_of_the_task_and_each_lost_trial_doubles_the_time(daemon, upstream):
    one = upstream(times(2, REFUSED))
    fleet = daemon(config(reviewer(cooldown_min=SOON), one))
    task = fleet.submit(AGENT, config={"max_attempts": 1})
    succeeded(fleet, task)
    assert len(fleet.attempts(task)) == 3
    assert openings(fleet) == pytest.approx([1.2, 2.4], abs=0.01)


@pytest.mark.slow
def test_the_time_is_doubled_eightfold_at_most(daemon, upstream):
    one = upstream(times(6, REFUSED))
    fleet = daemon(config(reviewer(cooldown_min=1 / 60), one))
    succeeded(fleet, fleet.submit(AGENT), timeout=60)
    assert openings(fleet) == pytest.approx([1, 2, 4, 8, 8, 8], abs=0.01)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_task_is_given_up_after_the_time_that_the_operator_set(daemon, upstream, restarts):
    fleet = daemon(config(reviewer(give_up_after_min=0.05), upstream(REFUSED)))
    first, second = fleet.submit(AGENT), fleet.submit(AGENT)
    await_held(fleet, tasks=2)
    if restarts:
        fleet.kill()
        fleet.start()
    ended = fleet.finished(first)
    assert ended["status"] == "failed"
    assert 2.9 < ended["end_time"] - fleet.attempts(first)[0]["end_time"] < 8
    told = json.dumps([ended, fleet.attempts(first), [e for e in fleet.events("rollout.*") if first in json.dumps(e)]])
    assert "gave-up" in told and "auth_error" in told
    # The other one has met no fault yet: its time has not begun.
    assert fleet.rollout(second)["status"] in ("queuing", "requeuing")
    assert await_held(fleet, tasks=1)


def test_a_held_queue_survives_a_kill(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(), one))
    tasks = [fleet.submit(AGENT, n) for n in "ab"]
    before = await_held(fleet, tasks=2)
    known = account(fleet)
    fleet.kill()

    fleet.start()
    assert await_held(fleet, tasks=2) == before
    assert account(fleet) == known
    assert len(one.calls) == 1
    one.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, *tasks)
    assert [call.prompt for call in one.calls] == ["a", "a", "b"]


def test_a_time_that_passes_while_the_daemon_is_away_is_over_at_its_start(daemon, upstream):
    one = upstream(times(1, REFUSED))
    fleet = daemon(config(reviewer(cooldown_min=SOON), one))
    task = fleet.submit(AGENT)
    until = await_held(fleet)["until"]
    fleet.kill()
    wait_until(lambda: time.time() * 1000 > until)
    fleet.start()
    succeeded(fleet, task)
    assert len(one.calls) == 2


def test_a_held_task_can_be_cancelled(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(), one))
    task = fleet.submit(AGENT)
    await_held(fleet)
    assert fleet.post(f"/rollouts/{task}", {"status": "cancelled"})["status"] == "cancelled"
    await_all_held(fleet, tasks=0, agents=0)
    assert held(fleet) is None and len(one.calls) == 1


def test_an_operators_pause_outranks_and_never_ends_by_itself(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(), one))
    task = fleet.submit(AGENT)
    await_held(fleet)
    fleet.post(f"/agents/{AGENT}/pause")
    assert held(fleet) is None
    one.behave = None
    fleet.post("/providers/p1/reset")
    await_state(fleet, "ramping")
    state = fleet.agent(AGENT)["provider_state"]
    assert (state["paused"], state["pause_reason"]) == (True, "operator")
    assert fleet.rollout(task)["status"] in ("queuing", "requeuing") and len(one.calls) == 1
    fleet.post(f"/agents/{AGENT}/unpause")
    succeeded(fleet, task)


def test_an_operators_pause_that_ends_while_the_provider_is_out_begins_nothing(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    fleet.post("/agents/reviewer-b/pause")
    fleet.submit("reviewer-a")
    await_held(fleet, agent="reviewer-a")
    fleet.submit("reviewer-b")
    fleet.post("/agents/reviewer-b/unpause")
    await_held(fleet, agent="reviewer-b")
    assert len(one.calls) == 1


def test_without_resume_when_possible_an_exhausted_agent_waits_for_its_operator(daemon, upstream):
    one = upstream(times(1, REFUSED))
    fleet = daemon(config(reviewer(cooldown_min=SOON, resume_when_possible=False), one))
    task = fleet.submit(AGENT)
    await_held(fleet)
    await_state(fleet, "due")
    assert fleet.agent(AGENT)["provider_state"]["pause_reason"] == "exhausted" and len(one.calls) == 1
    fleet.post(f"/agents/{AGENT}/unpause")
    succeeded(fleet, task)


def test_wrap_tries_tier_one_once_before_its_time(daemon, upstream):
    first, second = upstream(times(1, REFUSED)), upstream(REFUSED)
    fleet = daemon(config(reviewer(chain=("p1/model-one", "p2/model-two"), on_exhausted="wrap"), first, second))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2, 1]


def test_wrap_holds_the_queue_when_the_early_trial_is_lost(daemon, upstream):
    first, second = upstream(REFUSED), upstream(REFUSED)
    fleet = daemon(config(reviewer(chain=("p1/model-one", "p2/model-two"), on_exhausted="wrap"), first, second))
    tasks = [fleet.submit(AGENT), fleet.submit(AGENT)]
    await_held(fleet, tasks=2)
    assert tiers(fleet, tasks[0]) == [1, 2, 1] and fleet.attempts(tasks[1]) == []
    first.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, *tasks)


def test_why_and_the_waiting_rollout_say_what_it_waits_for(daemon, upstream):
    fleet = daemon(config(reviewer(cooldown_min=LATER), upstream(REFUSED)))
    task = fleet.submit(AGENT)
    waits = await_held(fleet)
    assert waits["reason"] == "401 auth_error" and waits["tasks"] == 1
    shown = fleet.rollout(task)["held"]
    assert {key: shown[key] for key in ("provider", "model", "kind", "reason", "until")} == \
        {key: waits[key] for key in ("provider", "model", "kind", "reason", "until")}
    assert fleet.get(f"/agents/{AGENT}/why")["held"] == waits
    assert "401 auth_error" in why(fleet) and attempts_on(fleet) == [AGENT]
