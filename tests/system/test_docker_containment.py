"""What an agent's container can do to its host and to the next task, on a real Docker engine.

An agent here is `sh`, so the input of a task is the script it runs inside the container.
"""

import subprocess

import pytest

from rig import agent_type, wait_until
from test_docker_fleet import (IMAGE, PROVIDERS, container_of, containers, control, engine, lifecycle,  # noqa: F401
                               private_engine, run)

SETUID = "understudy/setuid:1"
# Prints its capabilities: run by a user, but as root if the setuid bit takes effect.
IDENTITY = "grep -E '^(Uid|NoNewPrivs|CapEff|CapBnd)' /proc/self/status"


@pytest.fixture
def fleet(engine, daemon):  # in this order, so that daemons end before the engine is emptied  # noqa: F811
    """fleet(**container) starts a daemon with one instance, box-default, in a container."""
    def start(name="daemon", instances=("default",), **container):
        kind = agent_type(command=("sh",), adapter="command", instances=instances)
        kind["container"] |= {"mode": "docker", "image": IMAGE, "network": "none", "stop_grace_s": 1, **container}
        return daemon({"service": {"runtimes": {"docker": {"host": engine.host}}},
                       "providers": PROVIDERS, "agent_types": {"box": kind}}, name=name)

    return start


def fields(text):
    return {line.split(":")[0]: line.split()[1] for line in text.splitlines() if ":" in line}


def failure(daemon, kind="lazy_start_failed"):
    return wait_until(lambda: lifecycle(daemon, kind), 30)[0]["detail"]["error"]


# ---- defaults

def test_an_agent_has_no_capabilities_and_gains_no_privileges(engine, fleet):  # noqa: F811
    daemon = fleet()

    seen = fields(run(daemon, IDENTITY))

    assert (seen["Uid"], seen["NoNewPrivs"]) == ("0", "1")
    assert int(seen["CapEff"], 16) == int(seen["CapBnd"], 16) == 0
    host = container_of(engine)["HostConfig"]
    assert host["CapDrop"] == ["ALL"] and not host["CapAdd"] and not host["Privileged"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["PidsLimit"] == 512
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "2"}}


def test_a_setuid_program_gains_nothing(engine, fleet, tmp_path):  # noqa: F811
    source = tmp_path / "who.c"
    source.write_text("#include <stdio.h>\n#include <unistd.h>\nint main() { printf(\"%d\\n\", (int)geteuid()); }\n")
    program = tmp_path / "who"
    if subprocess.run(["cc", "-static", "-o", program, source], check=False).returncode != 0:
        pytest.skip("no C compiler that links statically")
    engine.import_image(SETUID, files=[("bin/raised", program.read_bytes(), 0o4755)])

    assert run(fleet("contained", image=SETUID, user="1000:1000"), "raised") == "1000"
    loose = fleet("loose", image=SETUID, user="1000:1000", no_new_privileges=False)
    assert run(loose, "raised") == "0", "without containment it would"


def test_a_fork_bomb_stops_at_the_limit_and_the_next_task_runs(engine, fleet):  # noqa: F811
    daemon = fleet(pids_limit=40)

    said = run(daemon, "( i=0; while [ $i -lt 200 ]; do sleep 30 & i=$((i+1)); echo $i; done ) 2>&1; exit 0")

    assert "can't fork" in said and len(said.splitlines()) <= 41, said
    assert container_of(engine)["HostConfig"]["PidsLimit"] == 40
    wait_until(lambda: len(engine.json("GET", f"/containers/{container_of(engine)['Id']}/top")["Processes"]) < 10)
    assert run(daemon, "echo still here") == "still here"


# ---- settings

def test_every_key_reaches_the_container(engine, fleet):  # noqa: F811
    daemon = fleet(cpus=0.5, pids_limit=100, user="1000:1000", cap_drop=["NET_RAW", "cap_mknod"], cap_add=["CAP_CHOWN"],
                   read_only=True, tmpfs={"/tmp": "size=8m", "/scratch": ""}, log_max_mb=1, memory_mb=64)

    seen = run(daemon, "id -u; echo $HOME; (echo x > /x) 2>&1; echo x > /tmp/x && echo x > /scratch/x && echo written; "
                       "df -m /tmp | tail -1")

    assert seen.splitlines()[:2] == ["1000", "/tmp"]
    assert "Read-only file system" in seen and "written" in seen
    made = container_of(engine)
    host = made["HostConfig"]
    assert made["Config"]["User"] == "1000:1000"
    assert host["NanoCpus"] == 500_000_000 and host["PidsLimit"] == 100 and host["ReadonlyRootfs"]
    assert {it.removeprefix("CAP_") for it in host["CapDrop"]} == {"NET_RAW", "MKNOD"}
    assert {it.removeprefix("CAP_") for it in host["CapAdd"]} == {"CHOWN"}
    assert host["Tmpfs"] == {"/tmp": "size=8m", "/scratch": ""}
    assert host["LogConfig"]["Config"] == {"max-size": "500k", "max-file": "2"}


def test_a_read_only_root_has_its_own_tmp_and_home(fleet):
    daemon = fleet(read_only=True)
    assert run(daemon, "(echo x > /root/x) 2>&1; echo $HOME; echo x > $HOME/x && cat $HOME/x").splitlines()[-2:] == ["/tmp", "x"]


def test_a_changed_limit_recreates_the_container(engine, fleet):  # noqa: F811
    daemon = fleet()
    run(daemon, "true")
    before = container_of(engine)["Id"]
    answer = daemon.call("GET", "/config")
    document = answer.json
    document["agent_types"]["box"]["container"]["pids_limit"] = 99

    assert daemon.call("PUT", "/config", document, {"If-Match": answer.headers["ETag"]}).status == 200
    run(daemon, "true")

    after = container_of(engine)
    assert after["Id"] != before and after["HostConfig"]["PidsLimit"] == 99


def test_a_cancelled_task_of_another_user_can_be_ended_without_capabilities(engine, fleet):  # noqa: F811
    daemon = fleet(user="1000:1000")
    task = daemon.submit("box-default", "sleep 1000")
    wait_until(lambda: daemon.rollout(task)["status"] == "running")

    daemon.post(f"/rollouts/{task}", {"status": "cancelled"})

    wait_until(lambda: daemon.agent("box-default")["state"]["lifecycle_state"] == "ready")
    assert run(daemon, "ps | grep -c '[s]leep 1000'; exit 0") == "0"


# ---- starts that fail because of containment

@pytest.mark.parametrize("container, key", [
    ({"user": "nobody-here"}, "container.user"),
    ({"cpus": 9999}, "container.cpus"),
    ({"gpus": "all"}, "container.gpus"),
    ({"command": ["sh", "-c", "chown 1:1 /tmp || exit 1; exec sleep 1000"],
      "readiness": {"kind": "exec", "command": ["true"]}}, "container.cap_add"),
    ({"read_only": True, "command": ["sh", "-c", "mkdir /var || exit 1; exec sleep 1000"],
      "readiness": {"kind": "exec", "command": ["true"]}}, "container.read_only"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_start_that_fails_because_of_containment_names_the_key(fleet, container, key):
    daemon = fleet(**container)

    daemon.submit("box-default", "true")

    assert key in failure(daemon)
    why = daemon.get("/agents/box-default/why")
    assert any(key in guard["value"] for guard in why["guards"] if guard["name"] == "last container error"), why


def test_an_image_starts_with_the_capabilities_it_needs(fleet):
    daemon = fleet(command=["sh", "-c", "chown 1:1 /tmp || exit 1; exec sleep 1000"], cap_add=["CHOWN"])
    assert run(daemon, "echo up") == "up"


# ---- one task per container

def test_no_task_finds_what_another_task_left(engine, fleet):  # noqa: F811
    daemon = fleet(ephemeral=True)

    assert run(daemon, "echo secret > /tmp/left; hostname") != run(daemon, "cat /tmp/left 2>/dev/null; hostname")
    assert "secret" not in run(daemon, "cat /tmp/left 2>&1; exit 0")
    wait_until(lambda: containers(engine) == [])
    assert [one["detail"]["reason"] for one in lifecycle(daemon, "lazy_stopped")] == ["ephemeral"] * 3


def test_a_used_container_is_never_reused_after_a_crash_of_the_daemon(engine, fleet):  # noqa: F811
    daemon = fleet(ephemeral=True)
    task = daemon.submit("box-default", "echo mine > /tmp/left; sleep 2; echo done")
    wait_until(lambda: daemon.rollout(task)["status"] == "running")
    used = container_of(engine)["Id"]

    daemon.kill()
    daemon.start()

    assert daemon.finished(task, 40)["status"] == "succeeded"
    assert len(daemon.attempts(task)) == 1
    assert run(daemon, "cat /tmp/left 2>/dev/null; echo nothing") == "nothing"
    wait_until(lambda: used not in [one["Id"] for one in containers(engine)])


# ---- kept warm

def test_the_minimum_is_up_before_any_task_and_stays(engine, fleet):  # noqa: F811
    daemon = fleet(instances=("a", "b", "c"), idle_stop_min=0.02, warm={"min": 2})

    def up():
        return {one["Labels"]["understudy.instance"] for one in containers(engine) if one["State"] == "running"}

    wait_until(lambda: up() == {"box-a", "box-b"}, 30)
    run(daemon, "true", "box-c")
    wait_until(lambda: len(up()) == 2, 30)
    guards = {guard["name"]: guard["value"] for guard in daemon.get("/agents/box-a/why")["guards"]}
    assert guards["keep warm"] == "kept started; 2 of box kept started now"
    assert len(up()) == 2
