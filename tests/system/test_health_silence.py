"""A provider that accepts a call and says nothing costs a silence, not the time limit of the task."""

import json
import threading

import pytest

from fleet_health import AGENT, DONE, assistant_line, config, kinds, reviewer, succeeded, tiers
from rig import UNDERSTUDYD
from upstream import OVERLOADED, Stall, times

TWO = ("p1/model-one", "p2/model-two")
NEVER = threading.Event()
NOWHERE = "http://127.0.0.1:9"
TOOL = json.dumps({"type": "assistant", "message": {"id": "m", "role": "assistant", "model": "x", "usage": {"input_tokens": 9, "output_tokens": 3},
                   "content": [{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "make"}}]}})
TOOL_RESULT = json.dumps({"type": "user", "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "ok"}]}})
PIECE = json.dumps({"type": "stream_event", "event": {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "so"}}})
INIT = json.dumps({"type": "system", "subtype": "init", "session_id": "s1"})


def verdict(fleet, task, attempt=0):
    told = fleet.attempts(task)[attempt]["metadata"]["verdict"]
    return told["kind"], told["rule"]


def shell(*steps):
    """An agent that prints lines and sleeps."""
    return ["sh", "-c", "cat > /dev/null; " + "; ".join(f"sleep {one}" if isinstance(one, (int, float)) else f"echo '{one}'" for one in steps)]


@pytest.mark.parametrize("whose", ["agent", "provider"])
def test_a_silent_provider_is_left_after_one_silence(daemon, upstream, whose):
    """sc-13."""
    first, second = upstream(Stall(NEVER)), upstream()
    document = config(reviewer(chain=TWO, agent={"timeout_s": 12, "silence_s": 1 if whose == "agent" else 600}), first, second)
    if whose == "provider":
        document["providers"]["p1"]["silence_s"] = 1
    fleet = daemon(document)
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2]
    assert verdict(fleet, task) == ("timeout", "provider-silent")
    assert kinds(fleet) == ["timeout"]  # at once, without a row
    first_attempt = fleet.attempts(task)[0]
    assert 1 <= first_attempt["end_time"] - first_attempt["start_time"] < 8
    assert len(first.calls) == 1


def test_with_one_tier_a_silence_holds_the_queue(daemon, upstream):
    one = upstream(times(1, Stall(NEVER)))
    fleet = daemon(config(reviewer(agent={"silence_s": 1}, cooldown_min=0.02), one))
    tasks = [fleet.submit(AGENT, n) for n in "ab"]
    succeeded(fleet, *tasks)
    assert [call.prompt for call in one.calls] == ["a", "a", "b"]


def test_an_agent_that_works_without_a_call_outstanding_is_left_alone(daemon):
    command = shell(INIT, TOOL, 2.5, TOOL_RESULT, assistant_line(), DONE)
    fleet = daemon(config(reviewer(command=command, agent={"silence_s": 1}), NOWHERE))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert len(fleet.attempts(task)) == 1


def test_output_of_any_kind_starts_the_silence_anew(daemon):
    command = shell(INIT, *[step for _ in range(5) for step in (0.5, PIECE)], assistant_line(), DONE)
    fleet = daemon(config(reviewer(command=command, agent={"silence_s": 1.5}), NOWHERE))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert len(fleet.attempts(task)) == 1


def test_without_a_limit_of_silence_only_the_time_of_the_task_ends_it(daemon, upstream):
    first, second = upstream(Stall(NEVER)), upstream()
    fleet = daemon(config(reviewer(chain=TWO, agent={"timeout_s": 1.5, "silence_s": 0}), first, second))
    task = fleet.submit(AGENT)
    assert fleet.finished(task)["status"] == "failed"
    # The call was unanswered for less than a minute: nobody knows that the provider is to blame.
    assert verdict(fleet, task) == ("task_error", "task-deadline")
    assert second.calls == [] and fleet.ledger(AGENT) == []


def test_a_task_out_of_time_behind_a_retry_is_the_providers_fault_once(daemon, upstream):
    """The agent's last line is an api_retry; the second time it is the task's own, whatever hangs."""
    turns = iter([OVERLOADED, Stall(NEVER)] * 9)
    one = upstream(lambda call: next(turns))
    type = reviewer(command=(UNDERSTUDYD, "agent"), agent={"timeout_s": 2, "silence_s": 0}, cooldown_min=0.02)
    fleet = daemon(config(type, one))
    task = fleet.submit(AGENT)
    assert fleet.finished(task)["status"] == "failed"
    assert [verdict(fleet, task, n)[0] for n in (0, 1)] == ["timeout", "task_error"]
    assert len(fleet.attempts(task)) == 2
