"""A disk that does not respond, a database locked by another process: writes wait, and nothing else does."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import threading

import pytest

from agents import instance_pid
from rig import Daemon, agent_type, wait_until
from sse import Stream

STALL = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
/* What is written or synced below STALL_UNDER waits while the file STALL_WHILE is there. */
static void stall(int fd) {
  const char *under = getenv("STALL_UNDER"), *flag = getenv("STALL_WHILE");
  char link[64], path[4096];
  if (!under || !flag || access(flag, F_OK) != 0) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return;
  path[n] = 0;
  if (strncmp(path, under, strlen(under)) != 0) return;
  while (access(flag, F_OK) == 0) usleep(5000);
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
int fsync(int fd) { stall(fd); return REAL(fsync)(fd); }
int fdatasync(int fd) { stall(fd); return REAL(fdatasync)(fd); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { stall(fd); return REAL(pwrite64)(fd, b, n, at); }
"""


@pytest.fixture(scope="session")
def stall_library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("stall")
    (folder / "stall.c").write_text(STALL)
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", folder / "stall.so", folder / "stall.c", "-ldl"],
                   check=True)
    return folder / "stall.so"


def config(script="echo done"):
    worker = agent_type(adapter="command", command=["sh", "-c", script], chain=("p1/one",))
    return {"providers": {"p1": {"base_url": "http://127.0.0.1:1", "api_key": "key-of-p1"}},
            "agent_types": {"worker": worker}}


class Later(threading.Thread):
    """A call that may take long to complete."""

    def __init__(self, fleet, *call):
        super().__init__(daemon=True)
        self.fleet, self.what, self.answer = fleet, call, None
        self.start()

    def run(self):
        self.answer = self.fleet.call(*self.what, timeout=60)


def everything_else_goes_on(fleet, done):
    """All reads succeed, one after the other, while writes wait."""
    assert fleet.get("/health")["version"]
    assert [one["name"] for one in fleet.get("/agents")] == ["worker-default"]
    assert fleet.get("/agents/worker-default/why")["guards"]
    assert fleet.rollout(done)["status"] == "succeeded"
    attempt = fleet.attempts(done)[0]["attempt_id"]
    assert fleet.call("GET", f"/rollouts/{done}/attempts/{attempt}/transcript").body == b"done\n"
    assert fleet.call("GET", "/metrics").status == 200
    assert fleet.events("rollout.finished")
    stream = Stream(fleet, last_id=0)
    wait_until(lambda: any(frame["event"] == "rollout.finished" for frame in list(stream.frames)))
    stream.close()


def test_a_foreign_lock_delays_writes_and_nothing_else(daemon):
    fleet = daemon(config())
    done = fleet.submit("worker-default")
    fleet.finished(done)
    shell = sqlite3.connect(fleet.state_dir / "understudy.db", isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    waiting = Later(fleet, "POST", "/agents/worker-default/tasks", {"input": "x"})
    everything_else_goes_on(fleet, done)
    assert waiting.answer is None
    degraded = wait_until(lambda: (health := fleet.get("/health"))["status"] == "degraded" and health)
    assert "locked" in degraded["store"]
    # No request waits forever.
    waiting.join(30)
    assert waiting.answer.status == 503 and "locked" in waiting.answer.json["detail"]
    shell.execute("COMMIT")
    wait_until(lambda: fleet.get("/health")["status"] == "ok")
    assert fleet.finished(fleet.submit("worker-default"))["status"] == "succeeded"
    assert fleet.stop() == 0


def test_a_long_reader_delays_nothing(daemon):
    fleet = daemon(config())
    shell = sqlite3.connect(fleet.state_dir / "understudy.db", isolation_level=None)
    shell.execute("BEGIN")
    shell.execute("SELECT count(*) FROM event_log").fetchone()
    for _ in range(3):
        assert fleet.finished(fleet.submit("worker-default"))["status"] == "succeeded"
    shell.execute("COMMIT")


def test_a_stalled_disk_delays_writes_and_nothing_else(daemon, stall_library, tmp_path):
    flag = tmp_path / "stalled"
    fleet = daemon(config(), env={"LD_PRELOAD": str(stall_library), "STALL_WHILE": str(flag),
                                  "STALL_UNDER": str(tmp_path / "daemon" / "state" / "understudy.db")})
    done = fleet.submit("worker-default")
    fleet.finished(done)
    flag.touch()
    waiting = Later(fleet, "POST", "/agents/worker-default/tasks", {"input": "x"})
    everything_else_goes_on(fleet, done)
    assert waiting.answer is None
    degraded = wait_until(lambda: (health := fleet.get("/health"))["status"] == "degraded" and health)
    assert degraded["store"].startswith("a write has waited for ")
    # Requests behind it do not wait forever; none of them is carried out.
    refused = fleet.call("POST", "/agents/worker-default/tasks", {"input": "refused"})
    assert refused.status == 503 and "waited" in refused.json["detail"]
    assert waiting.answer is None
    flag.unlink()
    waiting.join(30)
    assert waiting.answer.status == 201
    assert fleet.finished(waiting.answer.json["rollout_id"])["status"] == "succeeded"
    assert "refused" not in [one["input"] for one in fleet.get("/v1/agl/rollouts?limit=100")["items"]]
    wait_until(lambda: fleet.get("/health")["status"] == "ok")


def test_a_configuration_on_a_disk_that_hangs_delays_its_change_and_nothing_else(daemon, stall_library, tmp_path):
    flag = tmp_path / "stalled"
    fleet = daemon(config(), env={"LD_PRELOAD": str(stall_library), "STALL_WHILE": str(flag),
                                  "STALL_UNDER": str(tmp_path / "daemon" / "config.json")})
    current = fleet.call("GET", "/config")
    changed = current.json
    changed["service"] = {"retention": {"events_days": 5}}
    flag.touch()
    put = [Later(fleet, "PUT", "/config", changed, {"If-Match": current.headers["ETag"]}) for _ in range(2)]
    assert fleet.finished(fleet.submit("worker-default"))["status"] == "succeeded"
    assert fleet.get("/health")["status"] == "ok"
    assert [one.answer for one in put] == [None, None]
    flag.unlink()
    for one in put:
        one.join(30)
    # The second change was based on an outdated version.
    assert sorted(one.answer.status for one in put) == [200, 412]
    assert fleet.get("/config")["service"]["retention"]["events_days"] == 5


def test_the_daemon_shuts_down_although_the_disk_never_responds(daemon, stall_library, tmp_path):
    flag = tmp_path / "stalled"
    fleet = daemon(config("sleep 0.5"), env={"LD_PRELOAD": str(stall_library), "STALL_WHILE": str(flag),
                                             "STALL_UNDER": str(tmp_path / "daemon" / "state" / "understudy.db")})
    fleet.submit("worker-default")
    flag.touch()  # the end of the task waits to be written
    wait_until(lambda: fleet.get("/health")["status"] == "degraded")
    assert fleet.stop() == 1
    assert "the end could not be written to the store" in fleet.log()


@pytest.fixture
def freezable(as_root, tmp_path):
    """A small separate file system; frozen() freezes it."""
    image, place = tmp_path / "image", tmp_path / "place"
    place.mkdir()
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    if subprocess.run(["mkfs.ext4", "-q", image]).returncode or \
            subprocess.run(["mount", "-o", "loop", image, place]).returncode:
        pytest.skip("needs loop devices")

    @contextlib.contextmanager
    def frozen():
        subprocess.run(["fsfreeze", "-f", place], check=True)
        try:
            yield
        finally:
            subprocess.run(["fsfreeze", "-u", place], check=True)

    yield place, frozen
    wait_until(lambda: subprocess.run(["umount", place]).returncode == 0)


def test_a_frozen_file_system_delays_writes_and_nothing_else(freezable, tmp_path):
    place, frozen = freezable
    fleet = Daemon(place / "daemon", config()).start()
    try:
        done = fleet.submit("worker-default")
        fleet.finished(done)
        with frozen():
            waiting = Later(fleet, "POST", "/agents/worker-default/tasks", {"input": "x"})
            everything_else_goes_on(fleet, done)
            wait_until(lambda: "waited" in fleet.get("/health")["store"])
            os.kill(instance_pid(fleet, "worker-default"), signal.SIGKILL)  # its record cannot be written either
            wait_until(lambda: instance_pid(fleet, "worker-default") is None)
            everything_else_goes_on(fleet, done)
            assert waiting.answer is None
        waiting.join(30)
        assert waiting.answer.status == 201
        assert fleet.finished(waiting.answer.json["rollout_id"])["status"] == "succeeded"
        assert fleet.stop() == 0
    finally:
        fleet.end_everything()
