"""Whatever the daemon has acknowledged survives: it is killed with -9 at random moments, many times."""

import collections
import http.client
import json
import os
import queue
import random
import sqlite3
import threading
import time
import urllib.parse

import pytest

from rig import Daemon, agent_type, wait_until
from sse import TRANSPORT, frames, subscribe

CYCLES = int(os.environ.get("UNDERSTUDY_DURABILITY_CYCLES", "100"))
SEED = int(os.environ.get("UNDERSTUDY_DURABILITY_SEED", random.SystemRandom().randrange(1 << 32)))
MOVES = {"status": 401, "body": '{"type":"error","error":{"type":"authentication_error","message":"no"}}'}
SUCCEEDS = {"status": 200}
# Several, because a tier that is out stays out for a second at least, longer after each lost trial.
OUTSIDE = [f"outside-{n}" for n in range(8)]


def quick_worker(directory):
    """A few milliseconds per task, some longer, so that a kill often hits a running one."""
    script = 'read -r task; echo "$task" >> "$1/ran"; case $task in slow*) sleep 0.1;; esac; echo "did $task"'
    return agent_type(chain=("p4/four", "p5/five"), adapter="command", instances=("a", "b", "c"),
                      command=["sh", "-c", script, "worker", str(directory)])


def config(directory):
    # An env file of several pages, so that a torn write would show.
    bulk = {f"BULK_{letter}": letter * 3000 for letter in "ABCDEF"}
    providers = {f"p{n}": {"base_url": f"http://127.0.0.1:{n}", "api_key": f"key-{n}-" + str(n) * 40, "env": bulk}
                 for n in (1, 2, 3, 4, 5)}
    outside = agent_type(chain=("p1/one", "p2/two", "p3/three"), adapter="external",
                         instances=[name.removeprefix("outside-") for name in OUTSIDE],
                         failover={"cooldown_min": 0.0002, "on_exhausted": "pause"})
    return {"providers": providers, "service": {"share_health": False},
            "agent_types": {"worker": quick_worker(directory), "outside": outside}}


class Client:
    """One connection, used until the daemon is gone; then raises one of TRANSPORT."""

    def __init__(self, url, token):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=20)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path, body):
        self.connection.request("POST", path, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def close(self):
        self.connection.close()


class Believed:
    """The responses clients got. A client without a response repeats its request with the same id."""

    def __init__(self):
        self.tasks = {}          # rollout id → input
        self.answers = {}        # task id of an outcome → (agent, outcome, response)
        self.unanswered = queue.SimpleQueue()
        self.sent_tasks = 0
        self.sent_outcomes = 0
        self.wrong = []
        self.heard = threading.Event()  # an outcome was acknowledged in this life

    def submit_some(self, fleet, rng):
        client = Client(fleet.url, fleet.token)
        try:
            while True:
                self.sent_tasks += 1
                text = f"{'slow' if rng.random() < 0.3 else 'fast'} {self.sent_tasks} {rng.random()}"
                where = rng.choice(["/agents/worker-a/tasks", "/agents/worker-b/tasks", "/agent-types/worker/tasks"])
                status, body = client.post(where, {"input": text})
                if status == 201:
                    self.tasks[json.loads(body)["rollout_id"]] = text
                else:
                    self.wrong.append((status, body))
                time.sleep(rng.uniform(0, 0.05))
        except TRANSPORT:
            client.close()

    def report_some(self, fleet, rng):
        client = Client(fleet.url, fleet.token)
        repeated = sorted(self.answers)[-2:] + rng.sample(sorted(self.answers), min(len(self.answers), 1))
        try:
            for task_id in repeated:
                agent, outcome, answer = self.answers[task_id]
                if (again := client.post(f"/agents/{agent}/outcomes", outcome)) != (200, answer):
                    self.wrong.append((task_id, answer, again))
            while True:
                self.report(client, rng)
                time.sleep(rng.uniform(0, 0.01))
        except TRANSPORT:
            client.close()

    def report(self, client, rng):
        if self.unanswered.empty():
            self.sent_outcomes += 1
            agent = rng.choice(OUTSIDE)
            outcome = {"surface": "http", "task_id": f"run-{self.sent_outcomes:06}",
                       **(MOVES if rng.random() < 0.5 else SUCCEEDS)}
        else:
            agent, outcome = self.unanswered.get()
        try:
            status, body = client.post(f"/agents/{agent}/outcomes", outcome)
        except TRANSPORT:
            self.unanswered.put((agent, outcome))
            raise
        self.heard.set()
        if status == 200:
            self.answers[outcome["task_id"]] = (agent, outcome, body)
        else:
            self.wrong.append((status, body))


class Listener:
    """A subscriber that reconnects with the last id it saw, as a browser does."""

    def __init__(self):
        self.seen = []  # (id, data)
        self.resets = 0

    def follow(self, fleet):
        try:
            connection, stream = subscribe(fleet, last_id=self.seen[-1][0] if self.seen else 0)
            for frame in frames(stream):
                if frame["event"] == "reset":
                    self.resets += 1
                else:
                    self.seen.append((frame["id"], frame["data"]))
            connection.close()
        except TRANSPORT:
            pass


class FileReader(threading.Thread):
    """Reads a file over and over and keeps every content it saw."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.texts, self.done = path, collections.Counter(), threading.Event()

    def run(self):
        while not self.done.wait(0.0005):
            self.texts[self.path.read_text()] += 1

    def end(self):
        self.done.set()
        self.join()
        return self.texts


def texts_of_each_tier(fleet, path):
    """The complete env files, read while nothing else happens."""
    texts = []
    for tier in (1, 2, 3):
        wait_until(lambda: path.exists() and f"key-{tier}-" in path.read_text())
        texts.append(path.read_text())
        fleet.post("/agents/outside-0/outcomes", {"surface": "http", **MOVES})
    fleet.post("/agents/outside-0/reset-tier")
    return texts


def whole_log(fleet):
    log = []
    while page := fleet.get(f"/event-log?limit=5000&after={log[-1]['id'] if log else 0}"):
        log += page
    return log


def moves_by_outcomes(fleet, name):
    return [row for row in whole_ledger(fleet, name) if row["kind"] != "auto_resume"]


def whole_ledger(fleet, name):
    rows = []
    while page := fleet.get(f"/agents/{name}/provider-events?since=0&limit=5000"
                            + (f"&before_id={rows[0]['id']}" if rows else "")):
        rows = page + rows
    return rows


def one_life(fleet, rng, believed, listener):
    """Starts the daemon, uses it with four clients at once, kills it."""
    fleet.launch()
    lot = rng.random()
    if lot < 0.15:  # some are killed before the first request
        time.sleep(rng.uniform(0, 0.08))
        return fleet.kill()
    fleet.await_address()
    believed.heard.clear()
    clients = [threading.Thread(target=work, args=(fleet, *more)) for work, *more in (
        (believed.submit_some, random.Random(rng.random())), (believed.submit_some, random.Random(rng.random())),
        (believed.report_some, random.Random(rng.random())), (listener.follow,))]
    for client in clients:
        client.start()
    if lot > 0.3:  # else it may be killed during its startup
        believed.heard.wait(5)
    time.sleep(rng.uniform(0.002, 0.25))
    fleet.kill()
    for client in clients:
        client.join(30)
        assert not client.is_alive()


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    """All cycles, then a quiet run in which everything ends."""
    print(f"UNDERSTUDY_DURABILITY_SEED={SEED} UNDERSTUDY_DURABILITY_CYCLES={CYCLES}")
    directory = tmp_path_factory.mktemp("durability")
    rng = random.Random(SEED)
    fleet, believed, listener = Daemon(directory, config(directory)), Believed(), Listener()
    try:
        fleet.start()
        env_path = fleet.state_dir / "agents/outside-0/env"
        env_texts = texts_of_each_tier(fleet, env_path)
        fleet.kill()
        env_reader = FileReader(env_path)
        env_reader.start()
        for _ in range(CYCLES):
            one_life(fleet, rng, believed, listener)
            assert not believed.wrong
        fleet.start()
        following = threading.Thread(target=listener.follow, args=(fleet,))
        following.start()
        wait_until(lambda: all(one["queue_depth"] == 0 and one["current_rollout_id"] is None
                               for one in fleet.get("/agents")), 120)
        log = whole_log(fleet)
        wait_until(lambda: listener.seen and listener.seen[-1][0] >= log[-1]["id"])
        print(f"{len(believed.tasks)} tasks, {len(believed.answers)} outcomes, {len(log)} events")
        yield {"fleet": fleet, "believed": believed, "listener": listener, "log": whole_log(fleet),
               "env": (env_texts, env_reader.end()), "ran": (directory / "ran").read_text().splitlines()}
        assert fleet.stop() == 0
        following.join(30)
        with sqlite3.connect(fleet.state_dir / "understudy.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        fleet.end_everything()


def test_every_acknowledged_task_finishes_exactly_once(aftermath):
    fleet, tasks = aftermath["fleet"], aftermath["believed"].tasks
    assert len(tasks) > CYCLES
    finishes = collections.Counter(event["detail"]["rollout_id"] for event in aftermath["log"]
                                   if event["type"] == "rollout.finished")
    enqueued = collections.Counter(event["detail"]["rollout_id"] for event in aftermath["log"]
                                   if event["type"] == "rollout.enqueued")
    rollouts = {task: fleet.rollout(task) for task in tasks}
    assert {task: one["status"] for task, one in rollouts.items() if one["status"] != "succeeded"} == {}
    assert {task: one["input"] for task, one in rollouts.items()} == tasks
    assert [task for task in tasks if (finishes[task], enqueued[task]) != (1, 1)] == []
    assert set(finishes.values()) == set(enqueued.values()) == {1}
    for task in tasks:
        assert [one["status"] for one in fleet.attempts(task)].count("succeeded") == 1


def test_no_task_reaches_its_agent_twice(aftermath):
    ran = collections.Counter(aftermath["ran"])
    assert set(aftermath["believed"].tasks.values()) <= set(ran)
    assert {text: times for text, times in ran.items() if times > 1} == {}


def test_the_answer_to_an_outcome_stays_the_same(aftermath):
    fleet, believed = aftermath["fleet"], aftermath["believed"]
    assert len(believed.answers) > CYCLES
    client = Client(fleet.url, fleet.token)
    before = [moves_by_outcomes(fleet, agent) for agent in OUTSIDE]
    assert [task for task, (agent, outcome, answer) in believed.answers.items()
            if client.post(f"/agents/{agent}/outcomes", outcome) != (200, answer)] == []
    client.close()
    assert [moves_by_outcomes(fleet, agent) for agent in OUTSIDE] == before


def test_ledger_rows_are_neither_lost_nor_duplicated(aftermath):
    fleet, believed = aftermath["fleet"], aftermath["believed"]
    by_cause = collections.Counter()
    for agent in OUTSIDE:
        rows = whole_ledger(fleet, agent)
        wait_until(lambda: fleet.agent(agent)["provider_state"]["current_tier"] == whole_ledger(fleet, agent)[-1]["to_tier"])
        ids = [row["id"] for row in rows]
        assert ids == sorted(set(ids))
        by_cause.update(row["rollout_id"] for row in rows if row["kind"] in ("auth_error", "cooldown_reset"))
        # A missing or duplicate row would break the chain of tiers.
        assert [(a, b) for a, b in zip(rows, rows[1:]) if a["to_tier"] != b["from_tier"]] == []
    moved = {task for task, (_, _, answer) in believed.answers.items() if json.loads(answer)["moved"]}
    assert len(moved) > CYCLES // 10
    assert {task: by_cause[task] for task in moved if by_cause[task] != 1} == {}


def test_a_subscriber_that_reconnects_with_the_last_event_id_sees_the_whole_log_once(aftermath):
    listener = aftermath["listener"]
    log = [(event["id"], event) for event in aftermath["log"]]
    assert listener.resets == 0
    seen = [event for event in listener.seen if event[0] <= log[-1][0]]  # later ones: a cooldown that ended
    assert [event[0] for event in seen] == [event[0] for event in log]
    assert seen == log
    assert [event[0] for event in log] == sorted({event[0] for event in log})


def test_an_env_file_is_always_whole(aftermath):
    whole, read = aftermath["env"]
    assert sum(read.values()) > CYCLES
    assert set(read) <= set(whole)
    assert len(read) == 3
