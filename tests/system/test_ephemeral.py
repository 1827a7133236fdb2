"""A fresh work directory and home for each task, with instances in process mode."""

import json

import pytest

from rig import agent_type, wait_until

PROVIDERS = {"p1": {"base_url": "http://one.invalid", "api_key": "key-of-p1"},
             "p2": {"base_url": "http://two.invalid", "api_key": "key-of-p2"}}
LEAVE = "mkdir -p $HOME; echo secret > left; echo secret > $HOME/.left; "
LOOK = "ls -A . $HOME 2>/dev/null | grep -c left; exit 0"


@pytest.fixture
def fleet(daemon):
    def start(**container):
        kind = agent_type(command=("sh",), adapter="command")
        kind["container"] |= {"ephemeral": True, "stop_grace_s": 1, **container}
        return daemon({"providers": PROVIDERS, "agent_types": {"box": kind}})

    return start


def run(fleet, script):
    task = fleet.submit("box-default", script)
    assert fleet.finished(task, 40)["status"] == "succeeded", fleet.log()
    return fleet.attempts(task)[-1]["metadata"]["output"]


def running(fleet, task):
    wait_until(lambda: fleet.rollout(task)["status"] == "running")


def test_a_task_finds_nothing_of_the_previous_one(fleet):
    box = fleet()
    run(box, LEAVE + "ls -A . $HOME")
    assert run(box, LOOK) == "0"


def test_a_task_finds_nothing_of_a_cancelled_one(fleet):
    box = fleet()
    task = box.submit("box-default", LEAVE + "sleep 1000")
    running(box, task)
    box.post(f"/rollouts/{task}", {"status": "cancelled"})
    assert run(box, LOOK) == "0"


def test_a_task_finds_nothing_of_one_that_outlived_its_daemon(fleet):
    box = fleet()
    task = box.submit("box-default", LEAVE + "sleep 2; echo done")
    running(box, task)
    box.kill()
    box.start()
    assert box.finished(task, 40)["status"] == "succeeded"
    assert run(box, LOOK) == "0"


def test_a_second_attempt_finds_nothing_of_the_first(fleet):
    box = fleet(min_up_s=0)
    task = box.submit("box-default", f"{LOOK.removesuffix('; exit 0')} > /dev/null && echo found; {LEAVE} exit 3",
                      config={"max_attempts": 2, "retry_condition": ["failed"]})
    assert box.finished(task, 40)["status"] == "failed"
    attempts = box.attempts(task)
    assert len(attempts) == 2 and "found" not in json.dumps(attempts)


def test_without_ephemeral_work_is_kept(fleet):
    box = fleet(ephemeral=False)
    run(box, LEAVE)
    assert run(box, LOOK) == "2"


def test_a_directory_of_the_operator_is_not_touched(fleet, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    box = fleet(workdir=str(own))
    run(box, "echo mine > kept")
    assert run(box, "cat kept") == "mine"
