"""State after a restart, following an orderly end or a kill."""

import os
import signal
import subprocess

import pytest

from agents import Gate, instance_pid, is_alive, task_pids
from rig import UNDERSTUDYD, agent_type, providers_config, wait_until


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "gate")


def gated_config(gate, *providers, **more):
    return {"providers": providers_config(*(providers or ("http://127.0.0.1:9", "http://127.0.0.1:9"))),
            "agent_types": {"worker": agent_type(command=gate.command, adapter="command", **more)}}


def lifecycle_types(fleet, name):
    return [row["type"] for row in fleet.get(f"/agents/{name}/lifecycle-events?since=0")]


def busy(fleet, gate, agent="worker-default", task="long"):
    submitted = fleet.submit(agent, task)
    wait_until(lambda: task in gate.began())
    wait_until(lambda: fleet.rollout(submitted)["status"] == "running")
    return submitted


def test_an_orderly_shutdown_stops_idle_instances_and_leaves_busy_ones_to_be_adopted(daemon, gate):
    fleet = daemon(gated_config(gate, instances=("idle", "busy")))
    fleet.post("/agents/worker-idle/start")
    idle = wait_until(lambda: instance_pid(fleet, "worker-idle"))
    wait_until(lambda: fleet.agent("worker-idle")["state"]["lifecycle_state"] == "ready")
    task = busy(fleet, gate, "worker-busy")
    working = instance_pid(fleet, "worker-busy")

    assert fleet.stop() == 0
    assert not is_alive(idle)
    assert is_alive(working)
    assert len(task_pids(fleet, "worker-busy")) == 1

    fleet.start()
    assert fleet.agent("worker-idle")["state"]["lifecycle_state"] in ("stopped", "absent", "unknown")
    wait_until(lambda: "container.adopted" in lifecycle_types(fleet, "worker-busy"))
    assert instance_pid(fleet, "worker-busy") == working
    gate.open()
    assert fleet.finished(task)["status"] == "succeeded"
    [attempt] = fleet.attempts(task)
    assert (attempt["sequence_id"], attempt["metadata"]["output"].strip()) == (1, "did long")
    assert gate.began() == ["long"]


def test_waiting_tasks_keep_their_order_in_the_queue(daemon, gate):
    fleet = daemon(gated_config(gate))
    first = busy(fleet, gate, task="0")
    waiting = [fleet.submit("worker-default", str(n)) for n in range(1, 4)]
    assert fleet.stop() == 0

    fleet.start()
    assert [fleet.rollout(task)["status"] for task in waiting] == ["queuing"] * 3
    assert fleet.agent("worker-default")["queue_depth"] == 3
    gate.open()
    for task in [first, *waiting]:
        assert fleet.finished(task)["status"] == "succeeded"
        assert len(fleet.attempts(task)) == 1
    assert gate.began() == ["0", "1", "2", "3"]


def test_a_task_that_runs_while_the_daemon_is_killed_is_adopted(daemon, gate):
    fleet = daemon(gated_config(gate))
    task = busy(fleet, gate)
    instance, running = instance_pid(fleet, "worker-default"), task_pids(fleet, "worker-default")
    fleet.kill()
    assert is_alive(instance) and task_pids(fleet, "worker-default") == running

    fleet.start()
    wait_until(lambda: "container.adopted" in lifecycle_types(fleet, "worker-default"))
    assert fleet.agent("worker-default")["current_rollout_id"] == task
    assert fleet.agent("worker-default")["state"]["lifecycle_state"] == "busy"
    gate.open()

    assert fleet.finished(task)["status"] == "succeeded"
    [attempt] = fleet.attempts(task)
    assert attempt["metadata"]["output"].strip() == "did long"
    assert gate.began() == ["long"]
    assert instance_pid(fleet, "worker-default") == instance
    # The instance still works.
    assert fleet.finished(fleet.submit("worker-default", "next"))["status"] == "succeeded"
    assert instance_pid(fleet, "worker-default") == instance


def test_a_task_that_ended_while_the_daemon_was_away_is_judged_once(daemon, provider):
    first, second = provider({"usage": {"input_tokens": 30, "output_tokens": 12}}), provider()
    slow = agent_type(command=[UNDERSTUDYD, "agent", "--seconds", "1"])
    fleet = daemon({"providers": providers_config(first, second), "agent_types": {"reviewer": slow}})
    task = fleet.submit("reviewer-default", "hello")
    wait_until(lambda: first.calls())
    wait_until(lambda: fleet.rollout(task)["status"] == "running")
    fleet.kill()
    wait_until(lambda: not task_pids(fleet, "reviewer-default"))
    wait_until(lambda: list((fleet.state_dir / "agents/reviewer-default/spool").glob("*/status")))

    for _ in range(2):
        fleet.start()
        assert fleet.finished(task)["status"] == "succeeded"
        [attempt] = fleet.attempts(task)
        assert attempt["metadata"]["output"] == "This is model-one."
        [usage] = fleet.get("/usage?window=24h")["types"]
        assert (usage["input_tokens"], usage["output_tokens"]) == (30, 12)
        assert len([e for e in fleet.events("rollout.finished") if e["detail"]["rollout_id"] == task]) == 1
        fleet.kill()
    assert len(first.calls()) == 1


def test_a_task_that_died_with_its_instance_while_the_daemon_was_away_is_retried_once(daemon, gate):
    fleet = daemon(gated_config(gate))
    task = busy(fleet, gate)
    instance, [shim] = instance_pid(fleet, "worker-default"), task_pids(fleet, "worker-default", "shim_pid")
    fleet.kill()
    for pid in (shim, instance):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(instance) and not task_pids(fleet, "worker-default"))
    gate.open()

    fleet.start()
    assert fleet.finished(task)["status"] == "succeeded"
    attempts = fleet.attempts(task)
    assert [one["status"] for one in attempts] == ["failed", "succeeded"]
    assert fleet.agent("worker-default")["provider_state"]["current_tier"] == 1
    assert fleet.ledger("worker-default") == []


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_tiers_pauses_cooldowns_ledger_and_metrics_survive(daemon, provider, end):
    first = provider({"steps": [{"times": "forever", "fault": "status", "status": 401}]})
    second = provider()
    config = {"providers": providers_config(first, second),
              "agent_types": {"reviewer": agent_type(instances=("moved", "paused"))}}
    fleet = daemon(config)
    task = fleet.submit("reviewer-moved")
    assert fleet.finished(task)["status"] == "succeeded"
    fleet.post("/agents/reviewer-paused/pause")
    held = fleet.submit("reviewer-paused")
    wait_until(lambda: fleet.agent("reviewer-moved")["state"]["lifecycle_state"] == "ready")

    def remembered():
        agents = {}
        for name in ("reviewer-moved", "reviewer-paused"):
            agent = fleet.agent(name)
            metrics = agent["state"]["lifecycle_metrics"]
            agents[name] = (agent["provider_state"], agent["queue_depth"], fleet.ledger(name),
                            {key: metrics[key] for key in ("starts", "start_failures", "crashes", "cold_start_ms")})
        return agents

    before = remembered()
    state, _, ledger, metrics = before["reviewer-moved"]
    assert state["current_tier"] == 2 and state["retry_at"] > state["last_failover_at"] > 0
    assert [row["kind"] for row in ledger] == ["auth_error"]
    assert metrics["starts"] >= 1 and metrics["cold_start_ms"]["last"] is not None
    assert before["reviewer-paused"][0]["pause_reason"] == "operator"
    events = fleet.events()

    fleet.stop() if end == "stop" else fleet.kill()
    fleet.start()

    assert remembered() == before
    assert fleet.events()[:len(events)] == events
    assert fleet.rollout(held)["status"] == "queuing"
    assert fleet.finished(fleet.submit("reviewer-moved"))["status"] == "succeeded"
    assert len(first.calls()) == 1, "the tier that is out was asked again"
    fleet.post("/agents/reviewer-paused/unpause")
    assert fleet.finished(held)["status"] == "succeeded"
    assert len(first.calls()) == 1, "what one agent had learned was forgotten"


def test_a_second_daemon_on_the_same_state_directory_is_refused(daemon, gate):
    fleet = daemon(gated_config(gate))
    second = subprocess.run([UNDERSTUDYD, "serve", "--config", fleet.config_path, "--state-dir", fleet.state_dir,
                             "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=20)
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr == f"understudyd: another understudyd uses the state directory {fleet.state_dir}\n"
    assert fleet.get("/health")["status"] == "ok"

    fleet.kill()
    assert fleet.start().get("/health")["status"] == "ok"
