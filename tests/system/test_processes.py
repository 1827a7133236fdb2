"""Process mode from the outside: what remains of a fleet when it ends, and the limits it starts with."""

import os
import pty
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from agents import is_alive
from rig import UNDERSTUDYD, agent_type, providers_config, wait_until


def left_of(place):
    """Command lines of live processes that refer to a directory: in arguments, environment or working directory."""
    marker, left = str(place), []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid() or not is_alive(entry.name):
            continue
        try:
            words = (entry / "cmdline").read_text(errors="replace")
            if marker in words + (entry / "environ").read_text(errors="replace") + os.readlink(entry / "cwd"):
                left.append(words.replace("\0", " "))
        except OSError:
            pass
    return left


def end_by_group(process, number):
    os.killpg(process.pid, number)


def end_alone(process, number):
    os.kill(process.pid, number)


@pytest.mark.parametrize("after, end, number", [
    (0.0, end_alone, signal.SIGTERM), (2.5, end_by_group, signal.SIGINT), (4.3, end_alone, signal.SIGINT),
    (6.7, end_alone, signal.SIGHUP),
], ids=["TERM at once", "Ctrl-C", "INT", "HUP"])
def test_a_demo_leaves_no_process_and_no_directory(tmp_path, after, end, number):
    demo = subprocess.Popen([UNDERSTUDYD, "serve", "--demo", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
                            env={**os.environ, "TMPDIR": str(tmp_path)})
    assert any(line.startswith("listening on ") for line in demo.stdout)
    time.sleep(after)  # arbitrary moments, not a wait for anything

    end(demo, number)

    assert demo.wait(30) == 0
    demo.stdout.close()
    assert left_of(tmp_path) == [] and list(tmp_path.iterdir()) == []


def test_a_demo_ends_with_its_terminal(tmp_path):
    leader, follower = pty.openpty()
    demo = subprocess.Popen(["setsid", "-c", UNDERSTUDYD, "serve", "--demo", "--listen", "127.0.0.1:0"],
                            stdin=follower, stdout=follower, stderr=follower, env={**os.environ, "TMPDIR": str(tmp_path)})
    os.close(follower)
    said = b""
    while b"listening on " not in said:
        said += os.read(leader, 4096)
    wait_until(lambda: len(left_of(tmp_path)) > 1)

    os.close(leader)

    assert demo.wait(30) == 0
    assert left_of(tmp_path) == [] and list(tmp_path.rglob("*")) == []


def test_a_fleet_larger_than_the_soft_limit_of_open_files(daemon, provider):
    """Its children get the original limit."""
    command = ["sh", "-c", "sleep 1; ulimit -Sn"]
    config = {"providers": providers_config(provider()), "service": {"parallel_starts": 8}, "agent_types": {
        "many": agent_type(chain=("p1/one",), adapter="command", command=command,
                           instances=[f"i{n}" for n in range(40)])}}
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (80, hard))
    try:
        fleet = daemon(config)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    tasks = [fleet.submit(f"many-i{n}") for n in range(40)]

    assert {fleet.finished(task, 60)["status"] for task in tasks} == {"succeeded"}
    assert fleet.attempts(tasks[0])[0]["metadata"]["output"] == "80"


def test_the_daemon_writes_no_core_dump(daemon, provider):
    fleet = daemon({"providers": providers_config(provider()), "agent_types": {}})
    limits = Path(f"/proc/{fleet.process.pid}/limits").read_text()

    [core] = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core[4:6] == ["0", "0"]
