"""A container can do anything to its mounted spool, but the daemon never reads or writes another file of the host for it."""

import json

import pytest

from rig import agent_type, wait_until
from test_docker_fleet import IMAGE, PROVIDERS, control, engine, fleet, private_engine, run  # noqa: F401 (fixtures)

THERE = 'cd "$(dirname "$(readlink /proc/$$/fd/1)")" || exit 9; '
SECRET = "WORDS-OF-THE-HOST-ALONE"


@pytest.fixture
def host(tmp_path):
    """A file that only root on the host may read."""
    path = tmp_path / "host-file"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def said_anywhere(daemon, task):
    attempts = daemon.attempts(task)
    pages = [json.dumps(attempts), json.dumps(daemon.rollout(task)), json.dumps(daemon.events())]
    for attempt in attempts:
        shown = daemon.call("GET", f"/rollouts/{task}/attempts/{attempt['attempt_id']}/transcript")
        pages.append(shown.body.decode(errors="replace"))
    return "\n".join(pages)


@pytest.mark.parametrize("user", [None, "1000:1000"], ids=["root", "a user"])
@pytest.mark.parametrize("end", ["exit 0", "exit 3"])
def test_a_link_in_place_of_its_output_shows_nothing_of_the_host(fleet, host, user, end):
    daemon = fleet(**({"user": user} if user else {}))

    task = daemon.submit("box-default", f"{THERE} rm -f output stderr; ln -s {host} output; ln -s {host} stderr; {end}")

    daemon.finished(task, 60)
    assert SECRET not in said_anywhere(daemon, task)


@pytest.mark.parametrize("user", [None, "1000:1000"], ids=["root", "a user"])
def test_a_restarted_daemon_writes_no_file_of_the_host(fleet, host, user, control):  # noqa: F811
    daemon = fleet(**({"user": user} if user else {}))
    plant = "; ".join(f"ln -s {host} {name}" for name in ("pid.new", "input.new", "status.new", "lock"))
    daemon.submit("box-default", f"{THERE} rm -f pid status lock; {plant}; : > /control/planted; sleep 20")
    wait_until((control / "planted").exists, 60)

    daemon.kill()
    daemon.start()

    wait_until(lambda: daemon.call("GET", "/health").status == 200)
    wait_until(lambda: daemon.agent("box-default")["state"]["lifecycle_state"] != "unknown", 30)
    assert host.read_text() == SECRET + "\n" and host.stat().st_mode & 0o777 == 0o600


def test_root_in_a_container_can_neither_redirect_nor_block_the_daemon(fleet, host, control):  # noqa: F811
    """Root in the container replaces the whole directory by a link, a FIFO or a device."""
    daemon = fleet(cap_add=["MKNOD"])
    for plant in (f"cd ..; a=$(ls | head -n 1); mv $a x; ln -s {host.parent} $a",
                  "for f in output stderr status lock pid; do rm -f $f; mkfifo $f; done",
                  "for f in output stderr status lock pid; do rm -f $f; mknod $f c 1 3; done",
                  "cd ..; mkdir other; mv other/ $(ls | head -n 1)/",
                  "cd ..; rm -rf ./*"):
        task = daemon.submit("box-default", f"{THERE} {plant}; exit 0")
        daemon.finished(task, 60)
        assert daemon.call("GET", "/health", timeout=2).status == 200, plant
        assert SECRET not in said_anywhere(daemon, task)
    assert run(daemon, "echo still here") == "still here"


def test_no_task_in_a_container_sees_the_directory_of_another(fleet):
    daemon = fleet()
    assert run(daemon, "echo the first one") == "the first one"

    said = run(daemon, f"{THERE} cd ..; ls; cat */input")

    assert len(said.splitlines()[0].split()) == 1 and "the first one" not in said


def test_the_mounted_directory_is_recreated(fleet, engine):  # noqa: F811
    daemon = fleet(idle_stop_min=0.02)
    assert run(daemon, "echo before") == "before"
    wait_until(lambda: daemon.agent("box-default")["state"]["lifecycle_state"] == "stopped", 30)
    agent = daemon.state_dir / "agents/box-default"
    for entry in (agent / "spool").iterdir():
        entry.rename(agent / "archive" / entry.name)
    (agent / "spool").rmdir()

    assert run(daemon, "echo after") == "after"
    assert daemon.agent("box-default")["state"]["lifecycle_metrics"]["start_failures"] == 0
