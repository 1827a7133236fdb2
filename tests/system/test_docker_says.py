"""Trouble with a real engine: it stalls, its containers are paused, its log is long, its memory runs out, a proxy is in
front of it. Tasks wait, endings hold, nothing counts as ready that is not.
"""

import os
import select
import signal
import socket
import threading
import time

import pytest

from rig import wait_until
from test_docker_fleet import (box, comes, container_of, containers, control, engine, fleet,  # noqa: F401 (fixtures)
                               lifecycle, output, private_engine, run, state)


def pause(engine, instance="box-default"):
    [one] = containers(engine, instance)
    assert engine.call("POST", f"/containers/{one['Id']}/pause")[0] == 204
    return one["Id"]


def unpause(engine, container):
    assert engine.call("POST", f"/containers/{container}/unpause")[0] == 204


def guards(daemon, agent="box-default"):
    return {one["name"]: one["value"] for one in daemon.get(f"/agents/{agent}/why")["guards"]}


def processes(engine, word, instance="box-default"):
    [one] = containers(engine, instance)
    rows = engine.json("GET", f"/containers/{one['Id']}/top")["Processes"]
    return [row for row in rows if word in " ".join(row)]


def quick(control, timeout_s, **container):
    kind = box(control, **container)
    kind["agent"]["timeout_s"] = timeout_s
    return {"box": kind}


# ---- a stalled engine

def test_endings_hold_when_a_stalled_engine_is_back(engine, fleet, control):
    late = box(control, instances=("late",))
    late["agent"]["timeout_s"] = 4
    cut = box(control, instances=("cut",))
    daemon = fleet(types={"late": late, "cut": cut})
    tasks = {name: daemon.submit(name, "sleep 600") for name in ("late-late", "cut-cut")}
    for task in tasks.values():
        wait_until(lambda: daemon.rollout(task)["status"] == "running", 30)

    os.kill(engine.pid, signal.SIGSTOP)
    try:
        daemon.post(f"/v1/agl/rollouts/{tasks['cut-cut']}", {"status": "cancelled"})
        assert daemon.rollout(tasks["cut-cut"])["status"] == "cancelled"
        wait_until(lambda: daemon.get("/health")["runtimes"]["docker"] == "unreachable", 30)
        assert "asked" in guards(daemon, "cut-cut")["ending"]
        assert daemon.agent("cut-cut")["current_rollout_id"] == tasks["cut-cut"]
    finally:
        os.kill(engine.pid, signal.SIGCONT)

    assert daemon.finished(tasks["late-late"], 40)["status"] == "failed"
    assert daemon.attempts(tasks["late-late"])[0]["metadata"]["verdict"]["rule"] == "task-deadline"
    wait_until(lambda: daemon.agent("cut-cut")["current_rollout_id"] is None, 40)
    for name in tasks:
        assert not processes(engine, "sleep 600", name)
        assert lifecycle(daemon, "lazy_start_failed", name) == []


# ---- a paused container

def test_tasks_wait_while_the_container_is_paused(engine, fleet):
    daemon = fleet()
    run(daemon, "echo warm")
    paused = pause(engine)
    comes(daemon, "paused")
    assert len(lifecycle(daemon, "paused")) == 1

    task = daemon.submit("box-default", "echo went on")
    time.sleep(3)
    assert daemon.rollout(task)["status"] not in ("failed", "succeeded")
    assert len(daemon.attempts(task)) <= 1

    unpause(engine, paused)
    assert output(daemon, task) == "went on"
    assert len(daemon.attempts(task)) == 1
    assert len(lifecycle(daemon, "unpaused")) == 1


def test_a_deadline_holds_in_a_paused_container(engine, fleet, control):
    daemon = fleet(types=quick(control, 4))
    task = daemon.submit("box-default", "sleep 600")
    wait_until(lambda: daemon.rollout(task)["status"] == "running", 30)
    pause(engine)

    assert daemon.finished(task, 40)["status"] == "failed"
    assert daemon.attempts(task)[0]["metadata"]["verdict"]["rule"] == "task-deadline"
    assert len(daemon.attempts(task)) == 1
    assert run(daemon, "echo and then") == "and then"


def test_an_idle_container_is_stopped_even_if_it_is_paused(engine, fleet):
    daemon = fleet(idle_stop_min=0.05)
    run(daemon, "echo warm")
    pause(engine)
    comes(daemon, "stopped", timeout=40)
    assert not container_of(engine)["State"]["Paused"]


# ---- readiness

def test_only_output_since_the_start_counts_for_readiness(engine, fleet, control):
    serve = "rm -f /control/up; echo booting; sleep 1.5; touch /control/up; echo ENGINE IS UP; seq 1 20000; exec sleep 1000"
    daemon = fleet(idle_stop_min=0.02, command=["sh", "-c", serve],
                   readiness={"kind": "log", "pattern": "ENGINE IS UP"})
    for _ in range(2):
        assert run(daemon, "test -e /control/up && echo server is up") == "server is up"
        comes(daemon, "stopped")


def test_a_line_is_found_at_the_end_of_three_megabytes(fleet):
    serve = "head -c 3000000 /dev/zero | tr '\\0' x; echo ENGINE IS UP >&2; exec sleep 1000"
    daemon = fleet(command=["sh", "-c", serve], readiness={"kind": "log", "pattern": "ENGINE IS UP"})
    assert run(daemon, "echo found") == "found"


def test_probes_that_hang_do_not_pile_up(engine, fleet):
    daemon = fleet(start_timeout_s=60, command=["sleep", "100000"],
                   readiness={"kind": "exec", "command": ["sh", "-c", "trap '' TERM; sleep 7777 & sleep 7776; true"]})
    daemon.submit("box-default", "echo never")
    wait_until(lambda: containers(engine) and container_of(engine)["State"]["Running"], 30)
    seen = []
    for _ in range(12):
        seen.append(len(processes(engine, "sleep 777")))
        time.sleep(0.4)
    assert max(seen) <= 4, seen  # one probe: its shell (of that command line) and two sleeps


# ---- reasons for an end

def test_a_task_that_ran_out_of_memory_says_so(fleet):
    daemon = fleet(memory_mb=32)
    task = daemon.submit("box-default", "exec tail /dev/zero")
    assert daemon.finished(task, 40)["status"] == "failed"
    told = daemon.attempts(task)[-1]["metadata"]
    assert told["oom"] is True
    assert told["signal"] == 9
    assert "out of memory (limit 32 MiB)" in told["verdict"]["evidence"]

    task = daemon.submit("box-default", "exit 7")
    assert daemon.finished(task, 40)["status"] == "failed"
    told = daemon.attempts(task)[-1]["metadata"]
    assert (told["exit_code"], told.get("oom")) == (7, None)
    assert told["verdict"]["evidence"] == "exit code 7, no output"


# ---- a proxy

class Proxy:
    """Forwards bytes to the engine's socket; ends /events after `quiet` seconds without a byte, and responds with 403
    to requests that contain one of `forbidden`."""

    def __init__(self, path, engine, quiet=None, forbidden=()):
        self.engine, self.quiet, self.forbidden, self.cuts = engine, quiet, forbidden, 0
        self.host = "unix://" + str(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        behind, patience = socket.socket(socket.AF_UNIX), None
        try:
            behind.connect(self.engine.socket)
            while True:
                ready = select.select([client, behind], [], [], patience)[0]
                if not ready:
                    self.cuts += 1
                    return
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    line = data.split(b"\r\n", 1)[0].decode(errors="replace") if end is client else ""
                    patience = self.quiet if "/events" in line else patience
                    if any(word in line for word in self.forbidden):
                        client.sendall(b"HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<h1>403</h1>\n")
                        return
                    (behind if end is client else client).sendall(data)
        except OSError:
            pass
        finally:
            client.close()
            behind.close()


def test_a_stream_ended_by_a_proxy_does_not_count_as_a_lost_engine(engine, fleet, control, tmp_path):
    proxy = Proxy(tmp_path / "proxy.sock", engine, quiet=0.5, forbidden=("/info",))
    daemon = fleet(service={"runtimes": {"docker": {"host": proxy.host}}})
    assert run(daemon, "echo through it") == "through it"
    wait_until(lambda: proxy.cuts >= 4, 20)
    assert daemon.events("container.engine_unreachable,container.engine_recovered") == []
    assert daemon.get("/health")["runtimes"] == {"docker": "ok"}
    assert run(daemon, "echo again") == "again"
