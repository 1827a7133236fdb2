"""Agents that tamper with their spool, and a daemon that cannot read it: nothing hangs, leaks, runs twice or stays.

An agent here is `sh`, so the input of a task is the script it runs. If the kernel has Landlock, an agent cannot
reach its spool; the configuration of these tests allows it.
"""

import json
import os
import resource
import shutil
import time

import pytest

from agents import is_alive, task_pids
from rig import agent_type, providers_config, wait_until

THERE = 'cd "$(dirname "$(readlink /proc/$$/fd/1)")" || exit 9; '
ANYWHERE = [{"source": "/", "target": "/"}]


@pytest.fixture
def fleet(daemon, provider):
    def start(command=("sh",), agent=None, **container):
        kind = agent_type(chain=("p1/one",), adapter="command", command=command, mounts=ANYWHERE, **container)
        kind["agent"] |= agent or {}
        return daemon({"providers": providers_config(provider()), "agent_types": {"a": kind}})

    return start


def verdict(fleet, task):
    return fleet.attempts(task)[-1]["metadata"].get("verdict", {})


def transcript(fleet, task):
    attempt = fleet.attempts(task)[-1]["attempt_id"]
    return fleet.call("GET", f"/rollouts/{task}/attempts/{attempt}/transcript")


@pytest.mark.parametrize("plant", ["mkfifo {0}", "ln -s /etc/hostname {0}", "mkdir {0}", "ln -s {0} {0}"],
                         ids=["FIFO", "link", "directory", "loop"])
def test_whatever_replaces_a_file_the_task_ends_and_the_daemon_responds(fleet, plant):
    running = fleet()
    for name in ("output", "stderr", "status", "lock", "pid", "input"):
        task = running.submit("a-default", f"{THERE} rm -f {name}; {plant.format(name)}; echo said")
        running.finished(task)
        assert running.call("GET", "/health", timeout=2).status == 200, name
        assert transcript(running, task).status in (200, 404)
        with open("/etc/hostname", encoding="utf8") as host:
            assert host.read().strip() not in json.dumps(running.attempts(task)[-1]["metadata"]), name


def test_an_invalid_status_is_a_failure_with_a_reason(fleet):
    running = fleet()
    task = running.submit("a-default", f"{THERE} rm -f status; mkfifo status; kill -9 $PPID; sleep 30")

    assert running.finished(task)["status"] == "failed"
    assert verdict(running, task)["rule"] == "spool-tampered"
    assert verdict(running, task)["evidence"] == "the task's status was tampered with"
    assert len(running.attempts(task)) == 1
    assert task_pids(running, "a-default") == []


@pytest.mark.parametrize("write", ["truncate -s 1T /proc/$$/fd/1; echo end; sleep 60", "yes", "yes >&2"],
                         ids=["a hole", "output", "errors"])
def test_a_run_that_writes_more_than_it_may_is_ended(fleet, write):
    running = fleet(agent={"max_output_mb": 0.5})
    began = time.monotonic()

    task = running.submit("a-default", write)

    assert running.finished(task)["status"] == "failed"
    assert verdict(running, task)["rule"] == "output-limit" and verdict(running, task)["kind"] == "task_error"
    assert time.monotonic() - began < 15
    assert len(running.attempts(task)) == 1
    assert len(transcript(running, task).body) <= 512 * 1024
    kept = sum(file.stat().st_size for file in running.state_dir.glob("agents/a-default/archive/*/*"))
    assert kept < 2 * 1024 * 1024


def test_a_daemon_without_file_descriptors_does_not_run_a_task_twice(fleet, tmp_path):
    running = fleet()
    gate = tmp_path / "go"
    task = running.submit("a-default", f"echo $UNDERSTUDY_ATTEMPT_ID >> {tmp_path}/began; "
                                       f"until [ -e {gate} ]; do sleep 0.05; done; echo done")
    wait_until((tmp_path / "began").exists)
    wait_until(lambda: running.rollout(task)["status"] == "running")
    daemon_pid = running.process.pid
    before = resource.prlimit(daemon_pid, resource.RLIMIT_NOFILE)
    used = max(int(number) for number in os.listdir(f"/proc/{daemon_pid}/fd")) + 1

    resource.prlimit(daemon_pid, resource.RLIMIT_NOFILE, (min(used, 8), before[1]))
    time.sleep(2.5)  # no descriptors for so long; the check each second must not report "lost"
    resource.prlimit(daemon_pid, resource.RLIMIT_NOFILE, before)
    gate.touch()

    assert running.finished(task)["status"] == "succeeded"
    assert len((tmp_path / "began").read_text().splitlines()) == 1
    assert len(running.attempts(task)) == 1


def test_a_second_attempt_begins_when_nothing_of_the_first_one_runs(fleet, tmp_path):
    """The first one kills its shim and leaves a child in its own session."""
    running = fleet()
    script = (f"if [ -e {tmp_path}/first ]; then kill -0 $(cat {tmp_path}/first) && echo together || echo alone; exit 0; fi; "
              f"setsid sleep 300 & echo $! > {tmp_path}/first; sleep 0.2; kill -9 $PPID; sleep 300")

    task = running.submit("a-default", script)

    running.finished(task)
    assert not is_alive((tmp_path / "first").read_text().strip())
    assert "together" not in json.dumps(running.attempts(task))


def test_no_task_sees_the_directory_of_another_and_every_transcript_stays(fleet):
    running = fleet()
    first = running.submit("a-default", "echo the first one\n")
    running.finished(first)

    second = running.submit("a-default", f"{THERE} cd ..; ls; cat */input")

    running.finished(second)
    said = running.attempts(second)[-1]["metadata"]["output"]
    assert said.splitlines()[0] == running.attempts(second)[-1]["attempt_id"] and "the first one" not in said
    assert transcript(running, first).body == b"the first one\n"


def test_spools_of_an_earlier_daemon_are_still_read(fleet):
    running = fleet()
    task = running.submit("a-default", "echo long ago")
    running.finished(task)
    agent = running.state_dir / "agents/a-default"
    running.stop()
    for attempt in (agent / "archive").iterdir():
        attempt.rename(agent / "spool" / attempt.name)  # where spools stayed before there was an archive
    running.start()

    assert transcript(running, task).body == b"long ago\n"


def test_directories_of_an_instance_are_recreated(fleet):
    running = fleet()
    for gone in ("spool", "drafts", "archive", "work"):
        shutil.rmtree(running.state_dir / "agents/a-default" / gone, ignore_errors=True)
        assert running.finished(running.submit("a-default", "echo fine"))["status"] == "succeeded", gone
    assert running.agent("a-default")["state"]["lifecycle_metrics"]["start_failures"] == 0
