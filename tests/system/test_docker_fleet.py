"""The whole daemon on a real Docker engine: whatever happens to containers, engine and daemon, no task is lost.

An agent here is `sh`, so the input of a task is the script it runs inside the container.
"""

import json
import re
import socket
import time

import pytest

from docker_engine import DockerEngine, EngineUnavailable
from rig import agent_type, wait_until

IMAGE = "understudy/busy:1"
PROVIDERS = {"p1": {"base_url": "http://one.invalid", "api_key": "key-of-p1"},
             "p2": {"base_url": "http://two.invalid", "api_key": "key-of-p2"}}
REFUSED_KEY = {"surface": "http", "status": 401,
               "body": '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'}
HOLD = ": > /control/began; while ! [ -e /control/go ]; do sleep 0.05; done; echo done by $UNDERSTUDY_INSTANCE"


@pytest.fixture(scope="module")
def private_engine():
    try:
        with DockerEngine() as started:
            started.import_image(IMAGE)
            yield started
    except EngineUnavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def engine(private_engine):
    """The engine, running and empty before each test and after it."""
    def clean_up():
        if private_engine.pid is None or not alive(private_engine):
            private_engine.start()
        for one in containers(private_engine):
            private_engine.call("DELETE", f"/containers/{one['Id']}?force=1&v=1")

    clean_up()
    yield private_engine
    clean_up()


@pytest.fixture
def control(tmp_path):
    """A directory mounted as /control in every container: tasks wait for files in it and create files to report progress."""
    path = tmp_path / "control"
    path.mkdir()
    path.chmod(0o777)
    return path


@pytest.fixture
def fleet(engine, daemon, control):  # in this order, so that daemons end before the engine is emptied
    """fleet(**container) starts a daemon with one instance, box-default, in a container."""
    def start(name="daemon", types=None, service=None, **container):
        types = types or {"box": box(control, **container)}
        return daemon({"service": {"runtimes": {"docker": {"host": engine.host}}, **(service or {})},
                       "providers": PROVIDERS, "agent_types": types}, name=name)

    return start


def box(control, instances=("default",), **container):
    kind = agent_type(command=("sh",), adapter="command", instances=instances)
    kind["container"] |= {"mode": "docker", "image": IMAGE, "network": "none", "stop_grace_s": 1,
                          "mounts": [{"source": str(control), "target": "/control"}], **container}
    return kind


def alive(engine):
    try:
        return engine.call("GET", "/_ping")[0] == 200
    except OSError:
        return False


def containers(engine, instance=None):
    labels = ["understudy.managed=1"] + ([f"understudy.instance={instance}"] if instance else [])
    query = json.dumps({"label": labels}).replace('"', "%22").replace(" ", "")
    return engine.json("GET", "/containers/json?all=1&filters=" + query)


def container_of(engine, instance="box-default"):
    """The engine's description of an instance's one container."""
    [only] = containers(engine, instance)
    return engine.json("GET", f"/containers/{only['Id']}/json")


def output(daemon, rollout_id, timeout=40):
    rollout = daemon.finished(rollout_id, timeout)
    attempts = daemon.attempts(rollout_id)
    assert rollout["status"] == "succeeded", (rollout, attempts, daemon.log())
    return attempts[-1]["metadata"]["output"]


def run(daemon, script, agent="box-default"):
    return output(daemon, daemon.submit(agent, script))


def began(control):
    wait_until((control / "began").exists, 30)
    (control / "began").unlink()


def lifecycle(daemon, kind=None, agent="box-default"):
    rows = daemon.get(f"/agents/{agent}/lifecycle-events?since=0")
    return [one for one in rows if kind is None or one["type"] == "container." + kind]


def state(daemon, agent="box-default"):
    return daemon.agent(agent)["state"]["lifecycle_state"]


def comes(daemon, wanted, agent="box-default", timeout=30):
    wait_until(lambda: state(daemon, agent) == wanted, timeout)


def variables(text):
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


# ---- starting and stopping with the work

def test_a_container_starts_with_the_first_task_and_stops_when_idle(engine, fleet):
    daemon = fleet(idle_stop_min=0.02)
    assert containers(engine) == []
    comes(daemon, "absent")

    assert run(daemon, "echo hello from $UNDERSTUDY_MODEL") == "hello from model-one"
    comes(daemon, "stopped")

    [started] = lifecycle(daemon, "lazy_started")
    detail = started["detail"]
    parts = [detail[part] for part in ("queued_ms", "create_ms", "start_ms", "probe_ms")]
    assert detail["latency_ms"] == sum(parts) > 0 and min(parts) >= 0
    [stopped] = lifecycle(daemon, "lazy_stopped")
    assert stopped["detail"]["reason"] == "idle"
    assert 1.2 <= stopped["detail"]["idle_seconds"] < 20
    assert started["summary"].startswith("box-default started in ")
    assert started["id"] < stopped["id"]
    assert {one["type"] for one in daemon.events("container.*")} == {"container.lazy_started", "container.lazy_stopped"}
    first = container_of(engine)
    assert not first["State"]["Running"]

    assert run(daemon, "echo again") == "again"

    assert container_of(engine)["Id"] == first["Id"], "a stopped container is started, not made again"
    metrics = daemon.agent("box-default")["state"]["lifecycle_metrics"]
    assert (metrics["starts"], metrics["stops"], metrics["crashes"], metrics["start_failures"]) == (2, 1, 0, 0)
    assert metrics["cold_start_ms"]["max"] >= metrics["cold_start_ms"]["last"] > 0
    text = daemon.call("GET", "/metrics").body.decode()
    assert re.search(r'^understudy_container_starts_total\{instance="box-default",.*\} 2$', text, re.M)
    assert re.search(r'^understudy_container_stops_total\{instance="box-default",.*\} 1$', text, re.M)
    for phase in ("total", "create", "start", "probe"):
        assert re.search(rf'^understudy_cold_start_seconds_count\{{runtime="docker",phase="{phase}"\}} 2$', text, re.M)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


SERVE_LATE = "while ! [ -e /control/ready ]; do sleep 0.05; done; echo now serving; exec sleep 1000"
READINESS = {
    "http": lambda port: {"network": "host", "command": ["httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", "/control"],
                          "readiness": {"kind": "http", "port": port, "path": "/ready"}},
    "exec": lambda _: {"readiness": {"kind": "exec", "command": ["test", "-e", "/control/ready"]}},
    "log": lambda _: {"command": ["sh", "-c", SERVE_LATE], "readiness": {"kind": "log", "pattern": "now serving"}},
}


@pytest.mark.parametrize("kind", READINESS)
def test_a_task_waits_until_its_container_is_ready(engine, fleet, control, kind):
    daemon = fleet(**READINESS[kind](free_port()))

    task = daemon.submit("box-default", "echo it was ready")
    wait_until(lambda: containers(engine) and container_of(engine)["State"]["Running"])
    running_since = time.monotonic()
    wait_until(lambda: time.monotonic() - running_since > 0.4)
    assert state(daemon) == "starting" and lifecycle(daemon, "lazy_started") == []
    (control / "ready").write_text("yes")

    assert output(daemon, task) == "it was ready"
    [started] = lifecycle(daemon, "lazy_started")
    assert started["detail"]["probe_ms"] >= 300
    assert len(daemon.attempts(task)) == 1


def test_a_container_that_is_never_ready_is_stopped_and_says_why(engine, fleet):
    daemon = fleet(start_timeout_s=3, command=["sh", "-c", "echo I am slow; exec sleep 1000"],
                   readiness={"kind": "exec", "command": ["false"]})

    task = daemon.submit("box-default")

    failed = wait_until(lambda: lifecycle(daemon, "lazy_start_failed"))[0]
    assert failed["detail"]["kind"] == "timeout"
    assert "not ready in time" in failed["detail"]["error"]
    assert lifecycle(daemon, "lazy_started") == []
    assert daemon.rollout(task)["status"] in ("queuing", "preparing", "requeuing")
    wait_until(lambda: not container_of(engine)["State"]["Running"])


def test_a_container_that_ends_at_once_reports_its_exit_code_and_last_output(fleet):
    daemon = fleet(command=["sh", "-c", "echo no database here >&2; exit 7"],
                   readiness={"kind": "exec", "command": ["true"]})

    daemon.submit("box-default")

    failed = wait_until(lambda: lifecycle(daemon, "lazy_start_failed"))[0]
    assert (failed["detail"]["kind"], failed["detail"]["exit_code"]) == ("exit", 7)
    assert "no database here" in failed["detail"]["log_tail"]
    assert "exited with code 7" in failed["summary"]


def test_the_settings_of_a_container_are_applied(engine, fleet, control, tmp_path):
    (tmp_path / "fixed").mkdir()
    (tmp_path / "fixed" / "note").write_text("from the host")
    mounts = [{"source": str(control), "target": "/control"},
              {"source": str(tmp_path / "fixed"), "target": "/fixed", "read_only": True}]
    kind = box(control, memory_mb=64, workdir="/tmp/here", mounts=mounts)
    kind["agent"]["env"] = {"GREETING": "good day"}
    daemon = fleet(types={"box": kind})

    said = run(daemon, "pwd; cat /fixed/note; echo; (echo x > /fixed/new) 2>&1; echo x > /control/new; env")

    assert said.splitlines()[0] == "/tmp/here"
    assert "from the host" in said and "Read-only file system" in said
    assert (control / "new").exists() and not (tmp_path / "fixed" / "new").exists()
    seen = variables(said)
    assert (seen["GREETING"], seen["ANTHROPIC_API_KEY"]) == ("•••", "•••"), "values of env are secret, too"
    assert seen["ANTHROPIC_MODEL"] == "model-one"
    assert (seen["UNDERSTUDY_INSTANCE"], seen["UNDERSTUDY_TIER"]) == ("box-default", "1")
    assert "UNDERSTUDYD" not in seen, "nothing of the daemon's own environment"
    made = container_of(engine)
    assert made["HostConfig"]["Memory"] == 64 << 20
    assert made["HostConfig"]["RestartPolicy"]["Name"] == "no"
    assert {"ANTHROPIC_API_KEY=key-of-p1", "GREETING=good day"} <= set(made["Config"]["Env"])


# ---- trouble with containers

def test_a_killed_container_fails_the_attempt_and_its_task_is_retried_once(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)
    before = container_of(engine)

    engine.call("POST", f"/containers/{before['Id']}/kill?signal=KILL")
    began(control)
    (control / "go").touch()

    assert output(daemon, task) == "done by box-default"
    first, second = daemon.attempts(task)
    assert (first["status"], second["status"]) == ("failed", "succeeded")
    assert "instance_crashed" in first["metadata"]["error"]
    [crashed] = lifecycle(daemon, "crashed")
    assert crashed["detail"]["exit_code"] == 137
    assert daemon.agent("box-default")["state"]["lifecycle_metrics"]["crashes"] == 1
    assert daemon.ledger("box-default") == [], "no provider is to blame"


def test_a_task_that_crashes_its_container_twice_fails(engine, fleet, control):
    daemon = fleet(min_up_s=0)
    task = daemon.submit("box-default", HOLD)

    for _ in range(2):
        began(control)
        engine.call("POST", f"/containers/{container_of(engine)['Id']}/kill?signal=KILL")

    assert daemon.finished(task)["status"] == "failed"
    assert [one["status"] for one in daemon.attempts(task)] == ["failed", "failed"]


def test_a_container_stopped_by_hand_is_noticed_and_started_for_the_next_task(engine, fleet):
    daemon = fleet()
    run(daemon, "true")
    before = container_of(engine)

    engine.call("POST", f"/containers/{before['Id']}/stop?t=1")
    comes(daemon, "stopped")

    [stopped] = lifecycle(daemon, "lazy_stopped")
    assert stopped["detail"]["reason"] == "external"
    assert lifecycle(daemon, "crashed") == []
    assert run(daemon, "echo up again") == "up again"
    after = container_of(engine)
    assert after["Id"] == before["Id"] and after["State"]["StartedAt"] != before["State"]["StartedAt"]


def test_a_container_stopped_by_hand_under_a_task_costs_one_attempt(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)

    engine.call("POST", f"/containers/{container_of(engine)['Id']}/stop?t=1")
    began(control)
    (control / "go").touch()

    assert output(daemon, task) == "done by box-default"
    assert [one["status"] for one in daemon.attempts(task)] == ["failed", "succeeded"]


def test_a_container_removed_by_hand_is_recreated(engine, fleet):
    daemon = fleet()
    run(daemon, "true")
    before = container_of(engine)["Id"]

    engine.call("DELETE", f"/containers/{before}?force=1")
    comes(daemon, "absent")

    assert run(daemon, "echo new") == "new"
    assert container_of(engine)["Id"] != before


def test_a_container_started_by_hand_is_taken_over(engine, fleet):
    daemon = fleet(idle_stop_min=0.02)
    run(daemon, "true")
    comes(daemon, "stopped")
    id_ = container_of(engine)["Id"]

    engine.call("POST", f"/containers/{id_}/start")

    wait_until(lambda: lifecycle(daemon, "adopted"))
    comes(daemon, "stopped")
    assert [one["detail"]["reason"] for one in lifecycle(daemon, "lazy_stopped")] == ["idle", "idle"]


def test_a_cancelled_task_is_ended_inside_its_container(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)

    daemon.post(f"/rollouts/{task}", {"status": "cancelled"})

    comes(daemon, "ready")
    assert daemon.rollout(task)["status"] == "cancelled"
    processes = engine.json("GET", f"/containers/{container_of(engine)['Id']}/top")["Processes"]
    assert not any(one[-1] == "sh" for one in processes), processes
    assert run(daemon, "echo free again") == "free again"


# ---- trouble with the engine

@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_engine_that_restarts_under_a_task_loses_nothing(engine, fleet, control, end):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)

    getattr(engine, end)()
    wait_until(lambda: daemon.get("/health")["runtimes"]["docker"] == "unreachable")
    assert daemon.get("/health")["status"] == "degraded"
    waiting = daemon.submit("box-default", "echo and the next")
    assert daemon.rollout(task)["status"] not in ("failed", "cancelled")
    engine.start()
    (control / "go").touch()

    assert output(daemon, task, 60) == "done by box-default"
    assert output(daemon, waiting, 60) == "and the next"
    assert [one["status"] for one in daemon.attempts(task)] in (["failed", "succeeded"], ["succeeded"])
    assert daemon.get("/health")["runtimes"]["docker"] == "ok"
    seen = [one["type"] for one in daemon.events("container.engine_unreachable,container.engine_recovered")]
    assert seen == ["container.engine_unreachable", "container.engine_recovered"]
    assert daemon.ledger("box-default") == []


def test_a_task_waits_for_an_engine_that_is_not_running_yet(engine, fleet):
    engine.stop()
    daemon = fleet()
    wait_until(lambda: daemon.get("/health")["runtimes"]["docker"] == "unreachable")
    assert "understudy_runtime_up{runtime=\"docker\"} 0" in daemon.call("GET", "/metrics").body.decode()

    task = daemon.submit("box-default", "echo better late")
    wait_until(lambda: daemon.rollout(task)["status"] == "preparing")
    engine.start()

    assert output(daemon, task, 60) == "better late"
    assert len(daemon.attempts(task)) == 1
    assert lifecycle(daemon, "lazy_start_failed") == []
    assert daemon.get("/health")["status"] == "ok"


def test_a_missing_image_is_reported_and_never_pulled(engine, fleet):
    daemon = fleet(image="nowhere.invalid/agent:9")
    since = int(time.time())

    task = daemon.submit("box-default")

    failed = wait_until(lambda: lifecycle(daemon, "lazy_start_failed"))[0]
    assert failed["detail"]["kind"] == "image"
    assert "nowhere.invalid/agent:9 is not on this engine" in failed["detail"]["error"]
    assert "nowhere.invalid/agent:9" in json.dumps(daemon.get("/agents/box-default/why"))
    assert daemon.finished(task, 60)["status"] == "failed"
    assert "nowhere.invalid/agent:9 is not on this engine" in daemon.attempts(task)[-1]["metadata"]["error"]
    assert len(lifecycle(daemon, "lazy_start_failed")) == 5
    assert len(lifecycle(daemon, "circuit_open")) == 1
    comes(daemon, "failed")
    next_one = daemon.submit("box-default")
    assert daemon.finished(next_one, 5)["status"] == "failed", "with an open circuit at once"
    assert daemon.ledger("box-default") == []
    events = engine.call("GET", f"/events?since={since}&until={int(time.time()) + 1}")[1]
    assert b'"pull"' not in events


# ---- trouble with the daemon

def test_a_killed_daemon_finds_its_container_and_its_task_again(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)
    before = container_of(engine)

    daemon.kill()
    daemon.start()
    wait_until(lambda: lifecycle(daemon, "adopted"))
    assert state(daemon) == "busy"
    (control / "go").touch()

    assert output(daemon, task) == "done by box-default"
    assert len(daemon.attempts(task)) == 1
    after = container_of(engine)
    assert (after["Id"], after["State"]["StartedAt"]) == (before["Id"], before["State"]["StartedAt"])
    assert len(lifecycle(daemon, "lazy_started")) == 1
    assert run(daemon, "echo and on") == "and on"


def test_a_task_that_ends_without_a_daemon_is_counted_at_the_next_start(fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD + "; : > /control/ended")
    began(control)

    daemon.kill()
    (control / "go").touch()
    wait_until((control / "ended").exists)
    daemon.start()

    assert output(daemon, task) == "done by box-default"
    assert len(daemon.attempts(task)) == 1


def test_a_container_that_died_without_a_daemon_costs_one_attempt(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)

    daemon.kill()
    engine.call("POST", f"/containers/{container_of(engine)['Id']}/kill?signal=KILL")
    wait_until(lambda: not container_of(engine)["State"]["Running"])
    (control / "go").touch()
    daemon.start()

    assert output(daemon, task) == "done by box-default"
    assert [one["status"] for one in daemon.attempts(task)] == ["failed", "succeeded"]


def test_a_daemon_that_shuts_down_stops_idle_containers_and_leaves_busy_ones(engine, fleet, control):
    daemon = fleet(types={"box": box(control, instances=("idle", "busy"))})
    run(daemon, "true", "box-idle")
    task = daemon.submit("box-busy", HOLD)
    began(control)

    assert daemon.stop() == 0

    assert not container_of(engine, "box-idle")["State"]["Running"]
    assert container_of(engine, "box-busy")["State"]["Running"]
    daemon.start()
    (control / "go").touch()
    assert output(daemon, task) == "done by box-busy"
    assert len(daemon.attempts(task)) == 1


# ---- tiers

def test_a_reported_failure_recreates_the_container_with_the_next_tiers_environment(engine, fleet):
    daemon = fleet()
    first = variables(run(daemon, "env"))
    before = container_of(engine)

    assert daemon.post("/agents/box-default/outcomes", REFUSED_KEY)["moved"]
    second = variables(run(daemon, "env"))

    assert (first["ANTHROPIC_MODEL"], first["ANTHROPIC_BASE_URL"]) == ("model-one", "http://one.invalid")
    assert (second["ANTHROPIC_MODEL"], second["ANTHROPIC_BASE_URL"]) == ("model-two", "http://two.invalid")
    assert second["UNDERSTUDY_TIER"] == "2"
    after = container_of(engine)
    assert after["Id"] != before["Id"]
    assert "ANTHROPIC_API_KEY=key-of-p2" in after["Config"]["Env"]
    assert "key-of-p1" not in json.dumps(after)
    assert int(after["Config"]["Labels"]["understudy.gen"]) > int(before["Config"]["Labels"]["understudy.gen"])
    assert len(lifecycle(daemon, "recreated")) == 1


def test_a_running_task_keeps_its_container_while_the_tier_changes(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD + " on $ANTHROPIC_MODEL")
    began(control)
    before = container_of(engine)["Id"]

    assert daemon.post("/agents/box-default/outcomes", REFUSED_KEY)["moved"]
    next_one = daemon.submit("box-default", "echo $ANTHROPIC_MODEL")
    comes(daemon, "draining")
    assert container_of(engine)["Id"] == before
    (control / "go").touch()

    assert output(daemon, task) == "done by box-default on model-one"
    assert output(daemon, next_one) == "model-two"
    assert container_of(engine)["Id"] != before
    assert len(daemon.attempts(task)) == 1


def test_a_task_whose_provider_refuses_the_key_ends_in_a_container_of_the_next_tier(engine, fleet):
    daemon = fleet()

    said = run(daemon, """
        if [ $UNDERSTUDY_TIER = 1 ]; then
          echo 'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}' >&2
          exit 1
        fi
        echo $ANTHROPIC_MODEL at $ANTHROPIC_BASE_URL""")

    assert said == "model-two at http://two.invalid"
    [row] = daemon.ledger("box-default")
    assert (row["from_tier"], row["to_tier"], row["kind"]) == (1, 2, "auth_error")
    assert len(containers(engine)) == 1
    assert "ANTHROPIC_MODEL=model-two" in container_of(engine)["Config"]["Env"]


# ---- ownership of containers

def test_two_daemons_on_one_engine_leave_each_others_containers_alone(engine, fleet, control):
    one, other = fleet("one"), fleet("other")
    run(one, "true")
    task = other.submit("box-default", HOLD)
    began(control)
    both = containers(engine, "box-default")
    assert len({item["Labels"]["understudy.owner"] for item in both}) == 2
    [of_other] = [item["Id"] for item in both
                  if item["Id"] != lifecycle(one, "lazy_started")[0]["detail"]["container_id"]]

    one.kill()
    one.start()  # finds existing containers
    wait_until(lambda: lifecycle(one, "adopted"))
    one.call("DELETE", "/agents/box-default")
    wait_until(lambda: len(containers(engine)) == 1)
    one.stop()

    [left] = containers(engine)
    assert (left["Id"], left["State"]) == (of_other, "running")
    (control / "go").touch()
    assert output(other, task) == "done by box-default"
    assert len(other.attempts(task)) == 1
    assert other.events("container.orphan_found") == [] and "unknown instance" not in one.log()


def test_a_removed_instances_container_is_removed(engine, fleet, control):
    daemon = fleet(types={"box": box(control, instances=("a", "b"))})
    run(daemon, "true", "box-a")
    run(daemon, "true", "box-b")

    assert daemon.call("DELETE", "/agents/box-a").status == 202

    wait_until(lambda: containers(engine, "box-a") == [])
    wait_until(lambda: daemon.call("GET", "/agents/box-a").status == 404)
    assert container_of(engine, "box-b")["State"]["Running"]


def test_an_instance_removed_while_it_works_ends_its_task_first(engine, fleet, control):
    daemon = fleet()
    task = daemon.submit("box-default", HOLD)
    began(control)

    assert daemon.call("DELETE", "/agents/box-default").status == 202
    assert container_of(engine)["State"]["Running"]
    (control / "go").touch()

    assert output(daemon, task) == "done by box-default"
    wait_until(lambda: containers(engine) == [])
    wait_until(lambda: daemon.call("GET", "/agents/box-default").status == 404)


def test_a_container_of_an_unknown_instance_is_reported_and_left_alone(engine, fleet, control):
    daemon = fleet()
    run(daemon, "true")
    labels = dict(container_of(engine)["Config"]["Labels"], **{"understudy.instance": "box-former"})
    made = engine.json("POST", "/containers/create", {
        "Image": IMAGE, "Cmd": ["sleep", "1000"], "Labels": labels, "HostConfig": {"NetworkMode": "none"}})
    engine.call("POST", f"/containers/{made['Id']}/start")

    daemon.kill()
    daemon.start()

    [found] = wait_until(lambda: daemon.events("container.orphan_found"))
    assert found["instance"] == "box-former"
    assert engine.json("GET", f"/containers/{made['Id']}/json")["State"]["Running"]
