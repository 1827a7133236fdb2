"""The daemon is killed with -9 over and over under load, while its engine is frozen, restarted and its containers
are paused: no task is lost, none runs twice at once, no end is accepted twice."""

import collections
import os
import random
import signal
import threading
import time

import pytest

from docker_engine import DockerEngine, EngineUnavailable
from rig import Daemon, agent_type, wait_until

CYCLES = int(os.environ.get("UNDERSTUDY_CAMPAIGN_CYCLES", "25"))
SEED = int(os.environ.get("UNDERSTUDY_CAMPAIGN_SEED", random.SystemRandom().randrange(1 << 32)))
IMAGE = "understudy/busy:1"
# A task holds a lock named by its rollout while it lives: whoever cannot take it runs beside another attempt of itself.
WORK = """
read -r pause
exec 9>"$SHARED/$UNDERSTUDY_ROLLOUT_ID.lock"
flock -n 9 || { echo "$UNDERSTUDY_ROLLOUT_ID" >> "$SHARED/twice"; exit 1; }
sleep "$pause"
echo "$UNDERSTUDY_ROLLOUT_ID" >> "$SHARED/done"
"""

pytestmark = pytest.mark.slow


def worker(shared, **container):
    kind = agent_type(chain=("p1/one",), adapter="command", instances=("a", "b"), command=["sh", "-c", WORK])
    kind["container"] |= container
    kind["agent"]["env"] = {"SHARED": "/shared" if container else str(shared)}
    return kind


def config(engine, shared):
    return {"service": {"runtimes": {"docker": {"host": engine.host}}},
            "providers": {"p1": {"base_url": "http://127.0.0.1:9", "api_key": "key"}},
            "agent_types": {
                "process": worker(shared),
                "box": worker(shared, mode="docker", image=IMAGE, network="none", stop_grace_s=1,
                              mounts=[{"source": str(shared), "target": "/shared"}])}}


class Trouble:
    """What befalls the engine while daemons come and go; each trouble ends by itself."""

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
        self.engine.call("POST", f"/containers/{one}/pause")
        time.sleep(self.rng.uniform(0.1, 1.5))
        self.engine.call("POST", f"/containers/{one}/unpause")

    def restart(self):
        self.engine.kill()  # its containers go on
        self.engine.start()

    def end(self):
        self.over.set()
        self.thread.join(120)


def submit_some(fleet, rng, tasks):
    try:
        while True:
            agent = rng.choice(["pool:process", "process-a", "pool:box", "box-a", "box-b"])
            tasks.append(fleet.submit(agent, str(round(rng.choice([0, 0.05, 0.5]), 2))))
            time.sleep(rng.uniform(0.02, 0.2))
    except OSError:  # killed; whether the last one was taken nobody was told
        pass


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
        engine.import_image(IMAGE)
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
                               for one in fleet.get("/agents")), 300, every=0.5)
        print(f"{len(tasks)} tasks, {dict(trouble.counts)}")
        yield {"fleet": fleet, "tasks": tasks, "shared": shared}
        assert fleet.stop() == 0
    finally:
        if fleet:
            fleet.end_everything()
        engine.close()


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def test_no_task_is_lost(aftermath):
    fleet, tasks = aftermath["fleet"], aftermath["tasks"]
    assert len(tasks) > CYCLES
    ended = {task: fleet.rollout(task)["status"] for task in tasks}
    assert {task: status for task, status in ended.items() if status != "succeeded"} == {}
    assert set(tasks) <= set(lines(aftermath["shared"] / "done"))


def test_no_task_runs_twice_at_once(aftermath):
    assert lines(aftermath["shared"] / "twice") == []


def test_no_end_is_accepted_twice(aftermath):
    fleet = aftermath["fleet"]
    finishes, after = collections.Counter(), 0
    while page := fleet.get(f"/event-log?limit=5000&types=rollout.finished&after={after}"):
        finishes.update(one["detail"]["rollout_id"] for one in page)
        after = page[-1]["id"]
    assert {task: finishes[task] for task in aftermath["tasks"] if finishes[task] != 1} == {}
    for task in aftermath["tasks"]:
        assert [one["status"] for one in fleet.attempts(task)].count("succeeded") == 1
