"""The daemon is killed with -9 over and over under load, while its engine is frozen, restarted and its containers
are paused: no task is lost, none runs twice at once, no end is accepted twice."""

import collections
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from docker_engine import DockerEngine, EngineUnavailable
from rig import Daemon, agent_type, wait_until

CYCLES = int(os.environ.get("UNDERSTUDY_CAMPAIGN_CYCLES", "25"))
SEED = int(os.environ.get("UNDERSTUDY_CAMPAIGN_SEED", random.SystemRandom().randrange(1 << 32)))
IMAGE = "understudy/busy:1"
# While it runs, a task holds a lock named after its rollout: failing to take it means that two attempts run at once.
WORK = """
read -r pause
exec 9>"$1/$UNDERSTUDY_ROLLOUT_ID.lock"
flock -n 9 || { echo "$UNDERSTUDY_ROLLOUT_ID" >> "$1/twice"; exit 1; }
sleep "$pause"
echo "$UNDERSTUDY_ROLLOUT_ID" >> "$1/done"
"""

pytestmark = pytest.mark.slow


def worker(shared, **container):
    """A directory named in a command, so that the agent may write to it."""
    kind = agent_type(chain=("p1/one",), adapter="command", instances=("a", "b"),
                      command=["sh", "-c", WORK, "worker", str(shared)])
    kind["container"] |= container
    return kind


def with_its_libraries(program):
    """A program of this machine with its libraries, as files for an image."""
    path = shutil.which(program)
    said = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
    libraries = [word for word in said.split() if word.startswith("/")]
    return [(f"/bin/{program}", Path(path).read_bytes(), 0o755)] + [
        (library, Path(library).read_bytes(), 0o755) for library in libraries]


def config(engine, shared):
    return {"service": {"runtimes": {"docker": {"host": engine.host}}},
            "providers": {"p1": {"base_url": "http://127.0.0.1:9", "api_key": "key"}},
            "agent_types": {
                "process": worker(shared),
                "box": worker("/shared", mode="docker", image=IMAGE, network="none", stop_grace_s=1,
                              mounts=[{"source": str(shared), "target": "/shared"}])}}


def set_frozen(pid, frozen):
    """Does what the engine does to pause a container, without the engine."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for place, word in ((f"/sys/fs/cgroup/freezer{path}/freezer.state", "FROZEN" if frozen else "THAWED"),
                            (f"/sys/fs/cgroup{path}/cgroup.freeze", str(int(frozen)))):
            if controllers in ("", "freezer") and path != "/" and os.path.exists(place):
                Path(place).write_text(word)


class Trouble:
    """Trouble for the engine while daemons come and go; each kind ends by itself."""

    def __init__(self, engine, rng):
        self.engine, self.rng, self.counts = engine, rng, collections.Counter()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.go_on, daemon=True)

    def go_on(self):
        while not self.over.wait(self.rng.uniform(0.3, 1.5)):
            trouble = self.rng.choices([self.freeze, self.pause, self.restart], [5, 5, 1])[0]
            self.counts[trouble.__name__] += 1
            try:
                trouble()
            except (OSError, ValueError):  # the container went away meanwhile
                self.counts["in vain"] += 1

    def freeze(self):
        os.kill(self.engine.pid, signal.SIGSTOP)
        try:
            time.sleep(self.rng.uniform(0.1, 2))
        finally:
            os.kill(self.engine.pid, signal.SIGCONT)

    def pause(self):
        running = self.engine.json("GET", "/containers/json")
        if not running:
            return
        one = self.rng.choice(running)["Id"]
        pid = self.pid_of(one)
        try:
            self.engine.call("POST", f"/containers/{one}/pause", timeout=3)
            time.sleep(self.rng.uniform(0.1, 1.5))
        except TimeoutError:
            # An exec that begins while its container freezes holds the engine's lock on it forever.
            self.counts["held up"] += 1
            set_frozen(pid, False)
        self.go_on_with(one, pid)

    def pid_of(self, container):
        return self.engine.json("GET", f"/containers/{container}/json")["State"]["Pid"]

    def go_on_with(self, container, pid):
        """Works even if the engine believes that a thawed container is paused."""
        for _ in range(5):
            if self.engine.call("POST", f"/containers/{container}/unpause", timeout=10)[0] != 500:
                return
            set_frozen(pid, True)

    def restart(self):
        self.engine.kill()  # its containers keep running
        self.engine.start()

    def end(self):
        self.over.set()
        self.thread.join(120)
        for one in self.engine.json("GET", "/containers/json"):
            if one["State"] == "paused":  # the engine was down
                self.go_on_with(one["Id"], self.pid_of(one["Id"]))


def submit_some(fleet, rng, tasks):
    try:
        while True:
            agent = rng.choice(["pool:process", "process-a", "pool:box", "box-a", "box-b"])
            tasks.append(fleet.submit(agent, str(round(rng.choice([0, 0.05, 0.5]), 2))))
            time.sleep(rng.uniform(0.02, 0.2))
    except OSError:  # killed: it is unknown whether the last task was accepted
        pass


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def count_finishes(fleet):
    finishes, after = collections.Counter(), 0
    while page := fleet.get(f"/event-log?limit=5000&types=rollout.finished&after={after}"):
        finishes.update(one["detail"]["rollout_id"] for one in page)
        after = page[-1]["id"]
    return finishes


class Report:
    def __init__(self, fleet, tasks, shared):
        self.tasks = tasks
        done, finishes = set(lines(shared / "done")), count_finishes(fleet)
        ended = {task: fleet.rollout(task)["status"] for task in tasks}
        self.lost = {task: ended[task] for task in tasks if ended[task] != "succeeded" or task not in done}
        self.twice_at_once = lines(shared / "twice")
        self.attempts = {task: [one["status"] for one in fleet.attempts(task)] for task in tasks}
        self.accepted_amiss = [task for task in tasks
                               if finishes[task] != 1 or self.attempts[task].count("succeeded") != 1]

    def __str__(self):
        return (f"{len(self.tasks)} tasks in {sum(map(len, self.attempts.values()))} attempts: "
                f"{len(self.lost)} lost, {len(self.twice_at_once)} run twice at once, "
                f"{len(self.accepted_amiss)} without exactly one accepted end")


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    print(f"UNDERSTUDY_CAMPAIGN_SEED={SEED} UNDERSTUDY_CAMPAIGN_CYCLES={CYCLES}")
    directory = tmp_path_factory.mktemp("campaign")
    shared = directory / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    rng = random.Random(SEED)
    try:
        engine = DockerEngine(extra_arguments=["--live-restore"])
        engine.start()
    except EngineUnavailable as reason:
        pytest.skip(str(reason))
    fleet, tasks = None, []
    try:
        engine.import_image(IMAGE, with_its_libraries("flock"))
        fleet = Daemon(directory, config(engine, shared))
        trouble = Trouble(engine, random.Random(rng.random()))
        trouble.thread.start()
        for _ in range(CYCLES):
            fleet.start()
            client = threading.Thread(target=submit_some, args=(fleet, random.Random(rng.random()), tasks))
            client.start()
            time.sleep(rng.uniform(0.05, 1.5))
            fleet.kill()
            client.join(30)
        trouble.end()
        fleet.start()
        wait_until(lambda: all(one["queue_depth"] == 0 and one["current_rollout_id"] is None
                               for one in fleet.get("/agents")), 300 + CYCLES, every=0.5)
        report = Report(fleet, tasks, shared)
        print(f"{CYCLES} cycles, {dict(trouble.counts)}; {report}", flush=True)
        yield report
        assert fleet.stop() == 0
    finally:
        if fleet:
            fleet.end_everything()
        engine.close()


def test_no_task_is_lost(aftermath):
    assert len(aftermath.tasks) > CYCLES
    assert aftermath.lost == {}


def test_no_task_runs_twice_at_once(aftermath):
    assert aftermath.twice_at_once == []


def test_no_end_is_accepted_twice(aftermath):
    assert aftermath.accepted_amiss == []
