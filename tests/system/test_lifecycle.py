"""Instances as processes: when they start, stop, crash, come back and leave."""

import os
import re
import signal
import socket
import time

import pytest

from agents import Gate, instance_pid, is_alive, task_pids
from rig import UNDERSTUDYD, Daemon, agent_type, providers_config, wait_until

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "gate")


def config(types, *providers, **more):
    return {"providers": providers_config(*(providers or (NOWHERE, NOWHERE))), "agent_types": types, **more}


def worker(gate=None, **more):
    """An agent type with tasks that are shell commands or wait at a gate."""
    return agent_type(adapter="command", command=gate.command if gate else ["sh", "-c", 'read -r task; eval "$task"'], **more)


def rows(fleet, name="worker-default", kind=None):
    all_rows = fleet.get(f"/agents/{name}/lifecycle-events?since=0")
    return [row for row in all_rows if kind is None or row["type"] == "container." + kind]


def lifecycle(fleet, name="worker-default"):
    return fleet.agent(name)["state"]["lifecycle_state"]


def metrics(fleet, name="worker-default"):
    return fleet.agent(name)["state"]["lifecycle_metrics"]


def ready(fleet, name="worker-default"):
    fleet.post(f"/agents/{name}/start")
    wait_until(lambda: lifecycle(fleet, name) == "ready")
    return instance_pid(fleet, name)


def begun(fleet, gate, task="long", name="worker-default"):
    submitted = fleet.submit(name, task)
    wait_until(lambda: task in gate.began() and fleet.rollout(submitted)["status"] == "running")
    return submitted


# ---- slow tests begin here and are checked at the end

@pytest.fixture(scope="module", autouse=True)
def patience(tmp_path_factory):
    """A command that never starts, and a task that ignores TERM."""
    never = worker(instances=("default", "other"))
    never["container"]["command"] = ["no-such-server"]
    deaf = worker()
    fleet = Daemon(tmp_path_factory.mktemp("patience"), config({"never": never, "deaf": deaf})).start()
    try:
        fleet.unstartable = fleet.submit("never-default")
        fleet.deaf_task = fleet.submit("deaf-default", "trap '' TERM; echo begun > begun; while :; do sleep 0.1; done")
        wait_until(lambda: (fleet.state_dir / "agents/deaf-default" / "work" / "begun").exists()
                   and fleet.rollout(fleet.deaf_task)["status"] == "running")
        fleet.post(f"/rollouts/{fleet.deaf_task}", {"status": "cancelled"})
        yield fleet
    finally:
        fleet.end_everything()


# ---- lazy

def test_an_instance_starts_with_its_first_task_and_stops_after_the_idle_window(daemon):
    fleet = daemon(config({"worker": worker(idle_stop_min=0.02)}))
    wait_until(lambda: lifecycle(fleet) == "absent")  # once the runtime has reported it
    assert instance_pid(fleet, "worker-default") is None
    assert rows(fleet) == []

    assert fleet.finished(fleet.submit("worker-default", "echo hello"))["status"] == "succeeded"
    [started] = rows(fleet, kind="lazy_started")
    assert started["latency_ms"] == started["detail"]["latency_ms"] >= 0
    assert {"queued_ms", "create_ms", "start_ms", "probe_ms"} <= set(started["detail"])
    assert re.fullmatch(r"worker-default started in \d+ ms", started["summary"])
    wait_until(lambda: lifecycle(fleet) == "stopped")
    assert instance_pid(fleet, "worker-default") is None

    [stopped] = rows(fleet, kind="lazy_stopped")
    assert stopped["detail"]["reason"] == "idle"
    assert stopped["detail"]["idle_seconds"] >= 1.2
    assert stopped["idle_seconds"] == int(stopped["detail"]["idle_seconds"])
    assert stopped["ts"] - started["ts"] >= 1200
    told = metrics(fleet)
    assert (told["starts"], told["stops"], told["crashes"], told["start_failures"]) == (1, 1, 0, 0)
    assert told["idle_seconds_total"] >= 1
    assert told["cold_start_ms"]["last"] == started["latency_ms"]
    assert told["last_event"]["id"] == stopped["id"]
    assert [event["id"] for event in fleet.events("container.*")] == [started["id"], stopped["id"]]

    assert fleet.finished(fleet.submit("worker-default", "echo again"))["status"] == "succeeded"
    assert metrics(fleet)["starts"] == 2


def test_a_busy_instance_is_not_idle(daemon, gate):
    fleet = daemon(config({"worker": worker(gate, idle_stop_min=0.005)}))
    task = begun(fleet, gate)
    instance = instance_pid(fleet, "worker-default")
    other = fleet.submit("worker-default", "next")
    wait_until(lambda: any(guard["name"] == "queue" and guard["value"] == "1 waiting"
                           for guard in fleet.get("/agents/worker-default/why")["guards"]))
    assert lifecycle(fleet) == "busy"
    wait_until(lambda: time.time() > fleet.rollout(task)["start_time"] + 1)  # three times the idle window
    assert instance_pid(fleet, "worker-default") == instance and rows(fleet, kind="lazy_stopped") == []
    gate.open()
    assert fleet.finished(task)["status"] == fleet.finished(other)["status"] == "succeeded"
    wait_until(lambda: lifecycle(fleet) == "stopped")


# ---- hot

def test_a_hot_instance_runs_from_the_start_and_restarts_when_killed(daemon):
    fleet = daemon(config({"worker": worker(lazy=False, idle_stop_min=0.005)}))
    first = wait_until(lambda: instance_pid(fleet, "worker-default"))
    agent = fleet.agent("worker-default")
    assert (agent["state"]["lifecycle_state"], agent["state"]["lifecycle_metrics"]) == (None, None)
    assert fleet.finished(fleet.submit("worker-default", "echo hello"))["status"] == "succeeded"
    os.kill(first, signal.SIGKILL)
    second = wait_until(lambda: (pid := instance_pid(fleet, "worker-default")) and pid != first and pid)
    assert len(wait_until(lambda: rows(fleet, kind="crashed"))) == 1
    assert fleet.finished(fleet.submit("worker-default", "echo hello"))["status"] == "succeeded"
    assert instance_pid(fleet, "worker-default") == second
    assert [row["type"] for row in rows(fleet) if "lazy" in row["type"]] == []


# ---- crashes

def test_an_idle_instance_that_is_killed_is_recorded_and_started_with_the_next_task(daemon):
    fleet = daemon(config({"worker": worker()}))
    first = ready(fleet)
    os.kill(first, signal.SIGKILL)
    [crash] = wait_until(lambda: rows(fleet, kind="crashed"))
    assert crash["detail"]["exit_code"] == 137
    assert lifecycle(fleet) in ("absent", "stopped")
    assert fleet.finished(fleet.submit("worker-default", "echo hello"))["status"] == "succeeded"
    assert instance_pid(fleet, "worker-default") != first
    assert (metrics(fleet)["crashes"], metrics(fleet)["starts"]) == (1, 2)
    assert fleet.ledger("worker-default") == []


def test_a_task_whose_instance_dies_is_retried_once_and_moves_no_tier(daemon, gate):
    fleet = daemon(config({"worker": worker(gate)}))
    task = begun(fleet, gate)
    running = task_pids(fleet, "worker-default")
    os.kill(instance_pid(fleet, "worker-default"), signal.SIGKILL)
    wait_until(lambda: len(fleet.attempts(task)) == 2)
    wait_until(lambda: not any(is_alive(pid) for pid in running))
    gate.open()
    assert fleet.finished(task)["status"] == "succeeded"
    first, second = fleet.attempts(task)
    assert (first["status"], second["status"]) == ("failed", "succeeded")
    assert first["metadata"]["error"].startswith("instance_crashed")
    assert fleet.ledger("worker-default") == [] and metrics(fleet)["crashes"] == 1


def test_a_task_whose_instance_dies_twice_fails(daemon, gate):
    fleet = daemon(config({"worker": worker(gate)}))
    task = fleet.submit("worker-default", "doomed")
    for n in (1, 2):
        wait_until(lambda: len(gate.began()) == n and len(task_pids(fleet, "worker-default")) == 1)
        [running] = task_pids(fleet, "worker-default")
        os.kill(wait_until(lambda: instance_pid(fleet, "worker-default")), signal.SIGKILL)
        wait_until(lambda: not is_alive(running))
    assert fleet.finished(task)["status"] == "failed"
    assert len(fleet.attempts(task)) == 2
    assert fleet.agent("worker-default")["provider_state"]["current_tier"] == 1


# ---- readiness

def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def late_server(kind, port):
    """Shell command of a server that is ready 0.4 s after its start, and a check of that."""
    late = "import time, http.server, socketserver; time.sleep(0.4); "
    serve = f"http.server.HTTPServer(('127.0.0.1', {port}), Handler).serve_forever()"
    handler = ("class Handler(http.server.BaseHTTPRequestHandler):\n"
               "  def do_GET(self): self.send_response(200 if self.path == '/healthz' else 500); self.end_headers()\n"
               "  def log_message(self, *_): pass\n")
    python = ["/usr/bin/python3", "-c"]
    return {
        "tcp": (python + [late + f"\nimport socketserver\nsocketserver.TCPServer(('127.0.0.1', {port}), None).serve_forever()"],
                {"kind": "tcp", "port": port}),
        "http": (python + [late + "\n" + handler + serve], {"kind": "http", "port": port, "path": "/healthz"}),
        "exec": (["sh", "-c", "rm -f up; sleep 0.4; touch up; exec sleep 1000"], {"kind": "exec", "command": ["test", "-e", "up"]}),
        "log": (["sh", "-c", "echo starting; sleep 0.4; echo I am ready; exec sleep 1000"], {"kind": "log", "pattern": "am ready"}),
    }[kind]


@pytest.mark.parametrize("kind", ["tcp", "http", "exec", "log"])
def test_an_instance_is_ready_when_its_probe_succeeds(daemon, kind):
    command, readiness = late_server(kind, free_port())
    fleet = daemon(config({"worker": worker() | {"container": {"command": command, "readiness": readiness}}}))
    task = fleet.submit("worker-default", "echo hello")
    wait_until(lambda: lifecycle(fleet) == "starting")
    assert fleet.rollout(task)["status"] == "preparing"
    assert fleet.finished(task)["status"] == "succeeded"
    [started] = rows(fleet, kind="lazy_started")
    assert started["detail"]["probe_ms"] >= 300
    assert started["latency_ms"] >= started["detail"]["probe_ms"]


def test_an_instance_that_is_never_ready_is_a_start_failure_with_its_last_output(daemon):
    silent = worker()
    silent["container"].update(command=["sh", "-c", "echo still thinking; exec sleep 1000"], start_timeout_s=0.3,
                               readiness={"kind": "log", "pattern": "ready"})
    fleet = daemon(config({"worker": silent}))
    fleet.post("/agents/worker-default/start")
    failure = wait_until(lambda: rows(fleet, kind="lazy_start_failed"))[0]
    assert failure["detail"]["kind"] == "timeout", failure
    assert "still thinking" in failure["detail"]["log_tail"] or "ready" in failure["detail"]["error"], failure
    assert rows(fleet, kind="lazy_started") == []
    assert metrics(fleet)["start_failures"] >= 1


def test_an_instance_that_ends_while_it_starts_is_a_start_failure_with_its_exit_code(daemon):
    broken = worker()
    broken["container"].update(command=["sh", "-c", "echo no licence >&2; exit 7"], readiness={"kind": "log", "pattern": "ready"})
    fleet = daemon(config({"worker": broken}))
    fleet.post("/agents/worker-default/start")
    failure = wait_until(lambda: rows(fleet, kind="lazy_start_failed"))[0]
    assert failure["detail"]["exit_code"] == 7
    assert "no licence" in failure["detail"]["log_tail"]


# ---- by hand

def test_start_warms_an_instance_and_stop_ends_it(daemon):
    fleet = daemon(config({"worker": worker()}))
    assert fleet.call("POST", "/agents/worker-default/start").status == 202
    wait_until(lambda: lifecycle(fleet) == "ready")
    instance = instance_pid(fleet, "worker-default")
    assert fleet.call("POST", "/agents/worker-default/start").status == 202  # it is
    assert fleet.call("POST", "/agents/worker-default/stop").status == 202
    wait_until(lambda: lifecycle(fleet) == "stopped")
    assert not is_alive(instance)
    assert len(rows(fleet, kind="lazy_started")) == 1
    assert fleet.call("POST", "/agents/worker-default/stop").status == 202


def test_a_busy_instance_is_stopped_only_by_force_and_its_task_runs_again_later(daemon, gate):
    fleet = daemon(config({"worker": worker(gate)}))
    task = begun(fleet, gate)
    instance = instance_pid(fleet, "worker-default")
    refused = fleet.call("POST", "/agents/worker-default/stop")
    assert refused.status == 409 and "force" in refused.json["detail"]
    assert is_alive(instance)

    assert fleet.call("POST", "/agents/worker-default/stop?force=1").status == 202
    wait_until(lambda: not is_alive(instance))
    gate.open()
    assert fleet.finished(task)["status"] == "succeeded"
    first, second = fleet.attempts(task)
    assert (first["status"], second["status"]) == ("failed", "succeeded")


def test_the_exit_of_one_process_is_never_attributed_to_the_next(daemon, gate):
    """Descriptors are reused at once here; an event of the old one must not hit the new one."""
    fleet = daemon(config({"worker": worker(gate)}))
    for n in range(15):
        gate.shut()
        task = begun(fleet, gate, str(n))
        fleet.post("/agents/worker-default/stop?force=1")
        gate.open()
        assert fleet.finished(task)["status"] == "succeeded"
        assert len(fleet.attempts(task)) == 2
    assert rows(fleet, kind="lazy_start_failed") == []


# ---- host

def test_host_mode_runs_in_the_operators_environment_and_has_no_lifecycle(daemon):
    shell = worker(mode="host")
    fleet = daemon(config({"worker": shell}), env={"OPERATORS_OWN": "treasure", "ANTHROPIC_API_KEY": "the operator's"})
    task = fleet.submit("worker-default", "echo $OPERATORS_OWN $ANTHROPIC_API_KEY $UNDERSTUDY_INSTANCE $UNDERSTUDY_TIER")
    assert fleet.finished(task)["status"] == "succeeded"
    assert fleet.attempts(task)[0]["metadata"]["output"].strip() == "treasure the operator's worker-default 1"
    agent = fleet.agent("worker-default")
    assert agent["mode"] == "host"
    assert agent["state"] == {"lifecycle_state": None, "lifecycle_metrics": None}
    assert rows(fleet) == []
    for what in ("start", "stop"):
        refused = fleet.call("POST", f"/agents/worker-default/{what}")
        assert refused.status == 409 and "host" in refused.json["detail"]


def test_waiting_tasks_of_a_host_agent_go_on_after_a_restart(daemon, gate):
    fleet = daemon(config({"worker": worker(gate, mode="host")}))
    first = begun(fleet, gate)
    waiting = fleet.submit("worker-default", "next")
    fleet.kill()
    gate.open()
    fleet.start()
    assert fleet.finished(first)["status"] == fleet.finished(waiting)["status"] == "succeeded"
    assert gate.began() == ["long", "next"]


def test_a_task_has_nothing_of_the_daemons_environment_but_its_path(daemon):
    fleet = daemon(config({"worker": worker()}), env={"OPERATORS_OWN": "treasure", "ANTHROPIC_BASE_URL": "http://elsewhere"})
    task = fleet.submit("worker-default", "env; pwd")
    assert fleet.finished(task)["status"] == "succeeded"
    output = fleet.attempts(task)[0]["metadata"]["output"]
    seen = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
    assert "OPERATORS_OWN" not in seen
    assert seen["ANTHROPIC_BASE_URL"] == NOWHERE and seen["ANTHROPIC_MODEL"] == "model-one"
    assert seen["UNDERSTUDY_ROLLOUT_ID"] == task
    assert output.splitlines()[-1] == str(fleet.state_dir / "agents/worker-default/work")


# ---- deleting

def test_deleting_an_idle_instance_stops_it_and_keeps_only_its_history(daemon):
    fleet = daemon(config({"worker": worker(instances=("a", "b"))}))
    instance = ready(fleet, "worker-a")
    fleet.post("/agents/worker-a/pause")
    bound = fleet.submit("worker-a", "echo never")
    assert fleet.call("DELETE", "/agents/worker-a").status == 202
    wait_until(lambda: [one["name"] for one in fleet.get("/agents")] == ["worker-b"])
    wait_until(lambda: not is_alive(instance))
    assert fleet.rollout(bound)["status"] == "cancelled"
    assert fleet.get("/config")["agent_types"]["worker"]["instances"] == ["b"]
    assert fleet.events("container.lazy_started")[0]["instance"] == "worker-a"
    assert fleet.call("DELETE", "/agents/worker-a").status == 404


def test_deleting_a_busy_instance_waits_for_its_task(daemon, gate):
    fleet = daemon(config({"worker": worker(gate, instances=("a", "b"))}))
    task = begun(fleet, gate, name="worker-a")
    assert fleet.call("DELETE", "/agents/worker-a").status == 202
    assert fleet.agent("worker-a")["leaving"] is True
    assert fleet.call("POST", "/agents/worker-a/tasks", {"input": "late"}).status == 409
    gate.open()
    assert fleet.finished(task)["status"] == "succeeded"
    wait_until(lambda: fleet.call("GET", "/agents/worker-a").status == 404)


def test_deleting_a_busy_instance_by_force_gives_a_pool_task_to_another(daemon, gate):
    fleet = daemon(config({"worker": worker(gate, instances=("a", "b"))}))
    fleet.post("/agents/worker-b/pause")
    task = begun(fleet, gate, name="pool:worker")
    assert fleet.agent("worker-a")["current_rollout_id"] == task
    running = task_pids(fleet, "worker-a")
    assert fleet.call("DELETE", "/agents/worker-a?force=1").status == 202
    wait_until(lambda: fleet.call("GET", "/agents/worker-a").status == 404)
    wait_until(lambda: not any(is_alive(pid) for pid in running))
    fleet.post("/agents/worker-b/unpause")
    gate.open()
    assert fleet.finished(task)["status"] == "succeeded"
    assert [one["worker_id"] for one in fleet.attempts(task)] == ["worker-a", "worker-b"]


# ---- pools

def test_a_pool_prefers_ready_instances_then_startable_ones_and_skips_paused_ones(daemon, gate):
    fleet = daemon(config({"worker": worker(gate, instances=("a", "b", "c"))}))
    fleet.post("/agents/worker-a/pause")
    ready(fleet, "worker-c")
    first = fleet.submit("pool:worker", "1")
    second = fleet.submit("pool:worker", "2")
    third = fleet.submit("pool:worker", "3")
    wait_until(lambda: sorted(gate.began()) == ["1", "2"])
    assert fleet.agent("worker-c")["current_rollout_id"] == first
    assert fleet.agent("worker-b")["current_rollout_id"] == second
    assert fleet.rollout(third)["status"] == "queuing"
    assert fleet.agent("worker-a")["queue_depth"] == 1
    gate.open()
    for task in (first, second, third):
        assert fleet.finished(task)["status"] == "succeeded"
    assert fleet.attempts(third)[0]["worker_id"] in ("worker-b", "worker-c")


# ---- ends of tasks

def test_cancelling_a_running_task_ends_its_whole_group_and_is_not_an_outcome(daemon):
    fleet = daemon(config({"worker": worker()}))
    task = fleet.submit("worker-default", "sleep 1000 & echo begun > begun; wait")
    wait_until(lambda: (fleet.state_dir / "agents/worker-default" / "work" / "begun").exists())
    [leader] = task_pids(fleet, "worker-default")
    assert fleet.post(f"/rollouts/{task}", {"status": "cancelled"})["status"] == "cancelled"
    wait_until(lambda: not is_alive(leader))
    wait_until(lambda: fleet.attempts(task)[0]["status"] == "failed")
    [attempt] = fleet.attempts(task)
    assert attempt["metadata"]["error"] == "cancelled" and "verdict" not in attempt["metadata"]
    assert fleet.rollout(task)["status"] == "cancelled"
    assert fleet.agent("worker-default")["provider_state"]["current_tier"] == 1
    assert fleet.finished(fleet.submit("worker-default", "echo next"))["status"] == "succeeded"


def test_cancelling_a_waiting_task_leaves_no_attempt(daemon, gate):
    fleet = daemon(config({"worker": worker(gate)}))
    begun(fleet, gate)
    waiting = fleet.submit("worker-default", "never")
    assert fleet.post(f"/rollouts/{waiting}", {"status": "cancelled"})["status"] == "cancelled"
    gate.open()
    fleet.finished(fleet.submit("worker-default", "after"))
    assert fleet.attempts(waiting) == [] and gate.began() == ["long", "after"]


def test_a_task_that_times_out_is_ended_as_its_own_failure(daemon):
    slow = worker()
    slow["agent"]["timeout_s"] = 0.3
    fleet = daemon(config({"worker": slow}))
    task = fleet.submit("worker-default", "sleep 1000")
    assert fleet.finished(task)["status"] == "failed"
    [attempt] = fleet.attempts(task)
    assert attempt["status"] == "timeout"
    assert (attempt["metadata"]["verdict"]["kind"], attempt["metadata"]["verdict"]["rule"]) == ("task_error", "task-deadline")
    assert fleet.ledger("worker-default") == []
    wait_until(lambda: not task_pids(fleet, "worker-default"))


def test_a_task_that_hears_nothing_from_its_provider_ends_as_the_providers_timeout(daemon, provider):
    first, second = provider({"steps": [{"times": "forever", "fault": "stall", "seconds": 60}]}), provider()
    types = {"reviewer": agent_type()}
    types["reviewer"]["agent"]["silence_s"] = 0.7
    fleet = daemon(config(types, first, second))
    task = fleet.submit("reviewer-default")
    assert fleet.finished(task)["status"] == "succeeded"
    [late, good] = fleet.attempts(task)
    verdict = late["metadata"]["verdict"]
    assert (verdict["kind"], verdict["failover"], verdict["rule"]) == ("timeout", True, "provider-silent")
    assert [(row["kind"], row["to_tier"]) for row in fleet.ledger("reviewer-default")] == [("timeout", 2)]


# ---- checked last

def test_a_task_that_ignores_term_is_killed_after_ten_seconds(patience):
    wait_until(lambda: patience.attempts(patience.deaf_task)[0]["status"] == "failed", timeout=30)
    [attempt] = patience.attempts(patience.deaf_task)
    assert 9 < attempt["end_time"] - attempt["start_time"] < 20
    assert patience.rollout(patience.deaf_task)["status"] == "cancelled"
    assert not task_pids(patience, "deaf-default")


def test_five_failed_starts_open_the_circuit_and_the_next_task_fails_at_once(patience):
    assert patience.finished(patience.unstartable, timeout=60)["status"] == "failed"
    failures = [row for row in rows(patience, "never-default", "lazy_start_failed")]
    assert len(failures) == 5
    assert all("no-such-server" in row["detail"]["error"] for row in failures)
    assert "no-such-server" in patience.attempts(patience.unstartable)[-1]["metadata"]["error"]
    wait_until(lambda: lifecycle(patience, "never-default") == "failed")
    assert patience.ledger("never-default") == []

    at_once = patience.submit("never-default")
    assert patience.finished(at_once, timeout=5)["status"] == "failed"
    assert len(rows(patience, "never-default", "lazy_start_failed")) == 5
    # Other instances are not affected.
    assert patience.finished(patience.submit("deaf-default", "echo hello"))["status"] == "succeeded"
