"""What one agent learned about an account no other agent pays for, and one attempt goes first on the way back."""

import os
import signal
import threading

import pytest

from agents import instance_pid, task_pids
from fleet_health import (SOON, account, assistant_line, attempts_on, await_all_held, await_held, await_state, config,
                          current_tier, held, kinds, model, moves, openings, provider_of, report, result_line,
                          reviewer, state_of, succeeded, tiers)
from rig import wait_until
from upstream import NO_CREDIT, OVERLOADED, REFUSED, Refuse, Stall, times, unused_port

TWO = ("p1/model-one", "p2/model-two")
EIGHT = tuple("abcdefgh")


def names(instances):
    return [f"reviewer-{one}" for one in instances]


def submit_all(fleet, agents, task="do it"):
    return [fleet.submit(agent, task) for agent in agents]


# ---- down

def test_four_agents_with_one_dead_key_pay_once(daemon, upstream):
    """sc-08, 401."""
    first, second = upstream(REFUSED), upstream()
    fleet = daemon(config(reviewer(chain=TWO, instances=("a", "b", "c", "d")), first, second))
    succeeded(fleet, fleet.submit("reviewer-a"))
    others = submit_all(fleet, names("bcd"))
    succeeded(fleet, *others)
    assert len(first.calls) == 1
    assert [tiers(fleet, task) for task in others] == [[2]] * 3
    assert moves(fleet, "reviewer-b") == [("auth_error", 1, 2)]
    assert fleet.ledger("reviewer-b")[0]["reason"] == "401 auth_error, seen by reviewer-a"
    assert fleet.ledger("reviewer-a")[0]["reason"] == "401 auth_error"


def test_a_row_of_overloads_is_counted_over_all_agents(daemon, upstream):
    """sc-08, 529: two in a row are enough, whoever met them."""
    first, second = upstream(OVERLOADED), upstream()
    fleet = daemon(config(reviewer(chain=TWO, instances=("a", "b")), first, second))
    tasks = submit_all(fleet, names("ab"))
    succeeded(fleet, *tasks)
    assert len(first.calls) == 2
    assert [kinds(fleet, name) for name in names("ab")] == [["server_error"]] * 2


def test_an_account_without_credit_takes_its_other_models_along(daemon, upstream):
    """sc-15."""
    first, second = upstream(NO_CREDIT), upstream()
    fleet = daemon(config(reviewer(chain=("p1/opus", "p1/sonnet", "p2/model-two")), first, second))
    task = fleet.submit("reviewer-default")
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 3] and len(first.calls) == 1
    assert moves(fleet) == [("quota", 1, 3)]
    assert (account(fleet)["state"], account(fleet)["kind"], account(fleet)["scope"]) == ("open", "quota", "account")


def test_a_limit_of_one_model_leaves_the_other_models_of_its_account(daemon, upstream):
    def limits(call):
        return Refuse(429, "You've reached your Opus limit, resets in 3 hours") if "opus" in call.model else None

    first = upstream(limits)
    fleet = daemon(config(reviewer(chain=("p1/claude-opus-4-7", "p1/claude-sonnet-4-6")), first))
    task = fleet.submit("reviewer-default")
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2]
    assert account(fleet)["state"] == "closed"
    assert model(fleet, model="claude-opus-4-7")["state"] == "open"


@pytest.mark.parametrize("about, differs", [("name", {}), ("env", {"env": {"REGION": "elsewhere"}}),
                                            ("key", {"api_key": "another-key"})])
def test_an_account_is_its_address_key_and_environment_not_its_name(daemon, upstream, about, differs):
    one = upstream(REFUSED)
    document = config(reviewer(chain=("p1/model-one",)), one)
    document["providers"]["p2"] = document["providers"]["p1"] | differs
    document["agent_types"]["writer"] = reviewer(chain=("p2/model-one",))
    fleet = daemon(document)
    fleet.submit("reviewer-default")
    await_held(fleet)
    fleet.submit("writer-default")
    await_held(fleet, agent="writer-default")
    same = about == "name"
    assert len(one.calls) == (1 if same else 2)
    ids = [provider_of(fleet, name)["accounts"][0]["id"] for name in ("p1", "p2")]
    assert (ids[0] == ids[1]) == same
    assert all("key-of-p1" not in one and "another-key" not in one for one in ids)


def test_without_shared_health_each_agent_learns_for_itself(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one, service={"share_health": False}))
    fleet.submit("reviewer-a")
    await_held(fleet, agent="reviewer-a")
    fleet.submit("reviewer-b")
    await_held(fleet, agent="reviewer-b")
    assert len(one.calls) == 2
    assert held(fleet, "reviewer-b")["reason"] == "401 auth_error"


def test_a_provider_that_cannot_be_reached_is_out_for_all_and_comes_back_for_all(daemon, upstream):
    port = unused_port()
    fleet = daemon(config(reviewer(instances=("a", "b"), cooldown_min=SOON), f"http://127.0.0.1:{port}"))
    tasks = submit_all(fleet, names("ab"))
    waits = [await_held(fleet, agent=name) for name in names("ab")]
    assert [one["kind"] for one in waits] == ["network"] * 2 and model(fleet)["scope"] == "tier"
    one = upstream(port=port)
    succeeded(fleet, *tasks)
    assert len(one.calls) == 2


def test_a_task_that_runs_is_left_alone_and_its_late_success_closes_nothing(daemon, upstream):
    gate = threading.Event()
    one = upstream(lambda call: Stall(gate) if call.prompt == "long" else REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    running = fleet.submit("reviewer-a", "long")
    wait_until(lambda: one.calls)
    fleet.submit("reviewer-b")
    await_held(fleet, agent="reviewer-b")
    gate.set()
    succeeded(fleet, running)
    assert len(fleet.attempts(running)) == 1
    assert account(fleet)["state"] == "open" and held(fleet, "reviewer-b")


def test_a_pool_prefers_the_instance_on_the_better_tier(daemon, upstream):
    """sc-18."""
    first, second = upstream(times(1, REFUSED)), upstream()
    fleet = daemon(config(reviewer(chain=TWO, instances=("a", "b")), first, second, service={"share_health": False}))
    succeeded(fleet, fleet.submit("reviewer-a"))
    assert (current_tier(fleet, "reviewer-a"), current_tier(fleet, "reviewer-b")) == (2, 1)
    fleet.post("/agents/reviewer-b/start")
    wait_until(lambda: fleet.agent("reviewer-b")["state"]["lifecycle_state"] == "ready")
    for n in range(4):
        task = fleet.submit("pool:reviewer", str(n))
        succeeded(fleet, task)
        assert [one["worker_id"] for one in fleet.attempts(task)] == ["reviewer-b"]
    assert len(second.calls) == 1


# ---- back

def test_eight_agents_on_one_dead_key_are_one_attempt_one_trial_and_a_ramp(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=EIGHT), one))
    tasks = [fleet.submit("reviewer-a")]
    await_held(fleet, agent="reviewer-a")
    tasks += submit_all(fleet, names(EIGHT[1:]))
    await_all_held(fleet, tasks=8, agents=8)
    assert attempts_on(fleet) == ["reviewer-a"]

    trial, climb = threading.Event(), threading.Event()
    one.behave = times(1, Stall(trial), then=Stall(climb))
    fleet.post("/providers/p1/try", expect=202)
    await_state(fleet, "trial")
    wait_until(lambda: len(one.calls) == 2)
    assert account(fleet)["trial_by"] == attempts_on(fleet)[1] in names(EIGHT[1:])  # another than it failed for
    assert len(attempts_on(fleet)) == 2

    trial.set()
    wait_until(lambda: len(one.calls) == 4)
    assert account(fleet)["state"] == "ramping" and len(attempts_on(fleet)) == 4
    climb.set()
    succeeded(fleet, *tasks, timeout=60)
    assert len(one.calls) == 9
    assert sum(len(fleet.attempts(task)) for task in tasks) == 9
    began = [event["ts"] for event in fleet.events("rollout.attempt_started")]
    answered = min(event["ts"] for event in fleet.events("provider.health") if event["detail"]["health"]["state"] == "ramping")
    assert began[4] - answered >= 7_500  # four more after 10 s, give or take 20 %
    assert began[7] - began[4] <= 2_000
    assert began[8] - began[4] >= 7_500  # and the last one after 10 s more


@pytest.mark.slow
def test_eight_agents_come_back_to_a_provider_with_room_for_two_calls_in_four_seconds(daemon, upstream):
    """sc-09."""
    one, served, refused = upstream(REFUSED), [], []

    def with_little_room(call):
        if len([at for at in served if call.at - at < 4]) >= 2:
            refused.append(call.at)
            return Refuse(429, "too many requests at once")
        served.append(call.at)
        return None

    fleet = daemon(config(reviewer(instances=EIGHT, cooldown_min=0.05), one))
    tasks = [fleet.submit("reviewer-a")]
    await_held(fleet, agent="reviewer-a")
    one.behave = with_little_room
    tasks += submit_all(fleet, names(EIGHT[1:]))
    succeeded(fleet, *tasks, timeout=150)
    assert len(served) == 8
    assert len(refused) <= 4  # six of eight, all at once, is what this is about
    calls = sorted(served + refused)
    assert all(len([at for at in calls if 0 <= at - first < 1]) <= 4 for first in calls)


def test_a_lost_trial_is_paid_by_one_agent(daemon, upstream):
    one = upstream(times(2, REFUSED))
    fleet = daemon(config(reviewer(instances=("a", "b"), cooldown_min=SOON), one))
    tasks = [fleet.submit("reviewer-a")]
    await_held(fleet, agent="reviewer-a")
    tasks.append(fleet.submit("reviewer-b"))
    succeeded(fleet, *tasks)
    assert len(one.calls) == 4
    assert openings(fleet) == pytest.approx([1.2, 2.4], abs=0.01)


@pytest.mark.parametrize("end", ["cancelled", "removed", "stopped", "killed"])
def test_a_trial_that_ends_without_an_answer_is_given_on_and_doubles_nothing(daemon, upstream, end):
    one, gate = upstream(REFUSED), threading.Event()
    fleet = daemon(config(reviewer(instances=("a", "b", "c")), one))
    tasks = {"reviewer-a": fleet.submit("reviewer-a")}
    await_held(fleet, agent="reviewer-a")
    tasks |= {name: fleet.submit(name) for name in names("bc")}
    await_all_held(fleet, tasks=3, agents=3)
    one.behave = Stall(gate)
    fleet.post("/providers/p1/try", expect=202)
    await_state(fleet, "trial")
    wait_until(lambda: len(one.calls) == 2)
    tried = account(fleet)["trial_by"]
    if end == "cancelled":
        fleet.post(f"/rollouts/{tasks.pop(tried)}", {"status": "cancelled"})
    elif end == "removed":
        tasks.pop(tried)
        assert fleet.call("DELETE", f"/agents/{tried}?force=1").status == 202
    elif end == "stopped":
        fleet.post(f"/agents/{tried}/stop?force=1")
    else:
        for pid in (instance_pid(fleet, tried), *task_pids(fleet, tried), *task_pids(fleet, tried, "shim_pid")):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(one.calls) == 3, timeout=40)
    assert account(fleet)["state"] == "trial"
    if end in ("cancelled", "removed"):
        assert account(fleet)["trial_by"] != tried
    assert len(openings(fleet)) == 1
    gate.set()
    succeeded(fleet, *tasks.values(), timeout=60)


def test_what_a_command_did_without_a_provider_in_sight_frees_only_itself(daemon, tmp_path):
    """Exit 0 of a command does not show that its provider answered."""
    broken = tmp_path / "broken"
    broken.touch()
    refusal = 'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'
    script = f"cat > /dev/null; if [ -e {broken} ]; then echo '{refusal}' >&2; exit 1; fi; echo done"
    fleet = daemon(config(reviewer(command=["sh", "-c", script], adapter="command", instances=("a", "b")), "http://127.0.0.1:9"))
    tasks = [fleet.submit("reviewer-a")]
    await_held(fleet, agent="reviewer-a")
    tasks.append(fleet.submit("reviewer-b"))
    await_held(fleet, agent="reviewer-b")
    broken.unlink()
    fleet.post("/agents/reviewer-b/unpause")  # sent, beside whatever is known
    succeeded(fleet, tasks[1])
    assert state_of(fleet) == "open" and held(fleet, "reviewer-a")
    assert fleet.attempts(tasks[0])[-1]["status"] == "failed" and len(fleet.attempts(tasks[0])) == 1
    succeeded(fleet, fleet.submit("reviewer-b"))
    fleet.post("/providers/p1/reset")
    succeeded(fleet, tasks[0])


def test_a_trial_belongs_to_one_attempt_also_when_two_models_are_due(daemon, upstream):
    """Two entries, two trials; none of them twice."""
    gate = threading.Event()
    one = upstream(lambda call: Refuse(404, f"model: {call.model}", "not_found_error"))
    document = config(reviewer(chain=("p1/model-one",), instances=("a", "b")), one)
    document["agent_types"]["writer"] = reviewer(chain=("p1/model-two",), instances=("a", "b"))
    fleet = daemon(document)
    agents = ["reviewer-a", "reviewer-b", "writer-a", "writer-b"]
    tasks = submit_all(fleet, agents)
    for agent in agents:
        await_held(fleet, agent=agent)
    before = len(one.calls)
    one.behave = Stall(gate)
    fleet.post("/providers/p1/try", expect=202)
    wait_until(lambda: len(one.calls) == before + 2)
    assert sorted(call.model for call in one.calls[before:]) == ["model-one", "model-two"]
    assert {one["health"]["state"] for one in provider_of(fleet)["models"]} == {"trial"}
    gate.set()
    succeeded(fleet, *tasks)


# ---- blame

def test_a_task_that_no_provider_survives_fails_by_itself_and_the_others_are_served(daemon, upstream):
    one = upstream(lambda call: OVERLOADED if call.prompt == "poison" else None)
    fleet = daemon(config(reviewer(instances=("a", "b"), cooldown_min=SOON, server_error_threshold=1), one))
    poison = fleet.submit("reviewer-b", "poison")
    done = 0
    while fleet.rollout(poison)["status"] not in ("failed", "succeeded"):
        assert done < 200
        succeeded(fleet, fleet.submit("reviewer-a", "good"))
        done += 1
    assert fleet.rollout(poison)["status"] == "failed"
    verdict = fleet.attempts(poison)[-1]["metadata"]["verdict"]
    assert (verdict["kind"], verdict["rule"]) == ("task_error", "provider-fails-this-task")
    succeeded(fleet, fleet.submit("reviewer-b", "good"))


@pytest.mark.slow
def test_a_task_that_was_answered_and_broke_off_five_times_is_set_aside(daemon, tmp_path):
    """With nobody to compare; the queue goes on past it and the operator decides."""
    lines = tmp_path / "lines"
    lines.write_text(assistant_line("I will") + "\n" + result_line("API Error: 529 Overloaded", 529) + "\n")
    good = tmp_path / "good"
    good.write_text(assistant_line() + '\n{"type":"result","subtype":"success","is_error":false,"result":"ok","stop_reason":"end_turn"}\n')
    script = 'read -r task; case $task in cursed) cat "$1"; exit 1;; esac; cat "$2"'
    command = ["sh", "-c", script, "agent", str(lines), str(good)]
    fleet = daemon(config(reviewer(command=command, cooldown_min=SOON, server_error_threshold=100), "http://127.0.0.1:9"))
    cursed = fleet.submit("reviewer-default", "cursed")
    wait_until(lambda: "held" in fleet.rollout(cursed) and len(fleet.attempts(cursed)) == 5, timeout=60)
    assert "until" not in fleet.rollout(cursed)["held"]
    succeeded(fleet, fleet.submit("reviewer-default", "other"))
    assert fleet.rollout(cursed)["status"] in ("queuing", "requeuing")
    assert fleet.post(f"/rollouts/{cursed}", {"status": "cancelled"})["status"] == "cancelled"


# ---- the operator

def test_try_makes_it_due_now_and_refuses_where_nothing_is_out(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(), one))
    assert fleet.call("POST", "/providers/p1/try").status == 409
    assert fleet.call("POST", "/providers/p9/try").status == 404
    assert fleet.call("POST", "/providers/p9/reset").status == 404
    task = fleet.submit("reviewer-default")
    await_held(fleet)
    for what in ("try", "reset"):
        assert fleet.call("POST", f"/providers/p1/{what}", operator=False).status == 401
    one.behave = None
    fleet.post("/providers/p1/try", {"model": "model-one"}, expect=202)
    succeeded(fleet, task)
    assert len(one.calls) == 2


def test_a_try_that_is_lost_leaves_it_out(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    fleet.submit("reviewer-a")
    await_held(fleet, agent="reviewer-a")
    fleet.submit("reviewer-b")
    await_held(fleet, agent="reviewer-b")
    fleet.post("/providers/p1/try", expect=202)
    wait_until(lambda: len(one.calls) == 2 and state_of(fleet) == "open")
    await_all_held(fleet, tasks=2, agents=2)
    assert len(one.calls) == 2


def test_reset_gives_the_provider_back_and_closes_it_for_all(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    tasks = submit_all(fleet, names("ab"))
    await_all_held(fleet, tasks=2, agents=2)
    one.behave = None
    told = fleet.post("/providers/p1/reset", expect=200)
    assert told["name"] == "p1" and told["accounts"][0]["health"]["state"] in ("ramping", "closed")
    succeeded(fleet, *tasks)


def test_reset_tier_sends_one_agent_whatever_is_known_and_its_answer_counts_for_all(daemon, upstream):
    first, second = upstream(times(1, REFUSED)), upstream()
    fleet = daemon(config(reviewer(chain=TWO, instances=("a", "b")), first, second))
    succeeded(fleet, fleet.submit("reviewer-a"))
    succeeded(fleet, fleet.submit("reviewer-b"))
    assert [current_tier(fleet, name) for name in names("ab")] == [2, 2]
    fleet.post("/agents/reviewer-b/reset-tier")
    sent = fleet.submit("reviewer-b")
    succeeded(fleet, sent)
    after = fleet.submit("reviewer-a")
    succeeded(fleet, after)
    assert tiers(fleet, sent) == tiers(fleet, after) == [1]
    assert moves(fleet, "reviewer-a")[-1] == ("cooldown_reset", 2, 1)
    assert fleet.ledger("reviewer-a")[-1]["reason"] == "seen well by reviewer-b"


def test_reset_tier_sends_nobody_elses_tasks_and_its_fault_costs_nobody(daemon, upstream):
    first, second = upstream(REFUSED), upstream()
    fleet = daemon(config(reviewer(chain=TWO, instances=("a", "b")), first, second))
    succeeded(fleet, fleet.submit("reviewer-a"))
    succeeded(fleet, fleet.submit("reviewer-b"))
    before = account(fleet)
    fleet.post("/agents/reviewer-b/reset-tier")
    sent, other = fleet.submit("reviewer-b"), fleet.submit("reviewer-a")
    succeeded(fleet, sent, other)
    assert (tiers(fleet, sent), tiers(fleet, other)) == ([1, 2], [2])
    assert len(first.calls) == 2
    after = account(fleet)
    assert after["state"] == "open"
    assert before["until"] <= after["until"] < before["until"] + 60_000  # later, never twice as long


def test_unpausing_an_exhausted_agent_sends_its_next_attempt_only(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    tasks = submit_all(fleet, names("a"))
    await_held(fleet, agent="reviewer-a")
    tasks += submit_all(fleet, names("b"))
    await_held(fleet, agent="reviewer-b")
    fleet.post("/agents/reviewer-b/unpause")
    wait_until(lambda: len(one.calls) == 2 and held(fleet, "reviewer-b"))
    assert attempts_on(fleet) == ["reviewer-a", "reviewer-b"]
    one.behave = None
    fleet.post("/agents/reviewer-b/unpause")
    succeeded(fleet, *tasks)


# ---- external agents

def test_an_external_agent_moves_when_the_entry_opens_and_returns_when_it_is_over(daemon, upstream):
    first, second = upstream(REFUSED), upstream()
    document = config(reviewer(chain=TWO), first, second)
    document["agent_types"]["outside"] = reviewer(chain=TWO, adapter="external")
    fleet = daemon(document)
    succeeded(fleet, fleet.submit("reviewer-default"))
    wait_until(lambda: current_tier(fleet, "outside-default") == 2)
    [row] = fleet.ledger("outside-default")
    assert (row["kind"], row["reason"]) == ("auth_error", "401 auth_error, seen by reviewer-default")
    first.behave = None
    fleet.post("/providers/p1/reset")
    wait_until(lambda: current_tier(fleet, "outside-default") == 1)
    assert moves(fleet, "outside-default")[-1] == ("cooldown_reset", 2, 1)


def test_an_external_agent_leaves_the_trial_to_one_that_the_fleet_runs(daemon, upstream):
    first, second = upstream(times(1, REFUSED)), upstream()
    document = config(reviewer(chain=TWO, cooldown_min=SOON), first, second)
    document["agent_types"]["outside"] = reviewer(chain=TWO, adapter="external", cooldown_min=SOON)
    fleet = daemon(document)
    succeeded(fleet, fleet.submit("reviewer-default"))
    wait_until(lambda: current_tier(fleet, "outside-default") == 2)
    await_state(fleet, "due")
    assert current_tier(fleet, "outside-default") == 2
    succeeded(fleet, fleet.submit("reviewer-default"))
    wait_until(lambda: current_tier(fleet, "outside-default") == 1)


def test_what_an_external_agent_reports_holds_the_others(daemon, upstream):
    one = upstream()
    document = config(reviewer(), one)
    document["agent_types"]["outside"] = reviewer(adapter="external")
    fleet = daemon(document)
    answer = report(fleet, status=401, body='{"type":"error","error":{"type":"authentication_error","message":"no"}}')
    assert answer["verdict"]["kind"] == "auth_error"
    task = fleet.submit("reviewer-default")
    assert await_held(fleet)["reason"] == "401 auth_error, seen by outside-default"
    assert one.calls == []
    fleet.post("/providers/p1/reset")
    succeeded(fleet, task)
