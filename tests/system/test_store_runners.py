"""Crashing runner processes with the real client and a daemon that is killed: nothing acknowledged is lost.

UNDERSTUDY_RUNNER_ROLLOUTS sets the number of rollouts, UNDERSTUDY_SEED selects other crashes.
"""

import http.client
import json
import os
import time
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import pytest

from rig import wait_until
from store_client import needs_client, start

ROLLOUTS = int(os.environ.get("UNDERSTUDY_RUNNER_ROLLOUTS", "4000"))
RUNNERS = 8
SEED = int(os.environ.get("UNDERSTUDY_SEED", "1"))
KILLS = 3
ONCE_EVERY = 50  # this many are tried once and fail
ENDED = ("succeeded", "failed")


class Store:
    """One connection, because the checks make thousands of calls."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def ask(self, method, path, body=None):
        self.connection.request(method, "/v1/agl" + path, None if body is None else json.dumps(body),
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (path, answer.status, text[:400])
        return json.loads(text)


class Journals:
    """The responses that the processes got."""

    def __init__(self, directory):
        self.by_kind = defaultdict(list)
        for path in sorted(directory.glob("*.jsonl")):
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.by_kind[entry["what"]].append(entry)

    def __getitem__(self, kind):
        return self.by_kind[kind]


class Outcome:
    """The final content of the store."""

    def __init__(self, url):
        store = Store(url)
        page = store.ask("POST", "/rollouts/search", {"limit": -1})
        self.rollouts = {one["rollout_id"]: one for one in page["items"]}
        assert page["total"] == len(self.rollouts)
        self.attempts, self.spans = {}, defaultdict(list)
        for rollout_id, rollout in self.rollouts.items():
            last = rollout["attempt"]
            attempts = [last] if last["sequence_id"] == 1 else store.ask("GET", f"/rollouts/{rollout_id}/attempts")["items"]
            assert [one["sequence_id"] for one in attempts] == list(range(1, len(attempts) + 1))
            self.attempts.update({(rollout_id, one["attempt_id"]): one for one in attempts})
            for span in store.ask("POST", "/spans/search", {"rollout_id": rollout_id, "sort_by": None})["items"]:
                self.spans[rollout_id, span["attempt_id"]].append(span)


def by_status(daemon):
    return Store(daemon.url).ask("GET", "/statistics")["rollouts_by_status"]


def ended(daemon):
    counts = by_status(daemon)
    return sum(counts[status] for status in ENDED)


def run_to_the_end(daemon, directory):
    """Returns the total time and the time without a daemon."""
    daemon.args += ["--listen", urlsplit(daemon.url).netloc]
    began, away = time.monotonic(), []
    with start("runners.py", daemon.url, directory, ROLLOUTS, RUNNERS, SEED) as runners:
        def alive():
            assert runners.poll() is None, runners.stderr.read()[-4000:]
            return True

        try:
            for nth in range(1, KILLS + 1):
                wait_until(lambda: alive() and ended(daemon) >= ROLLOUTS * nth // (KILLS + 1), timeout=200, every=0.1)
                killed = time.monotonic()
                daemon.kill()
                time.sleep(1.5 if nth == 2 else 0)  # once long enough for all of them to notice
                daemon.start()
                away.append(time.monotonic() - killed)
            wait_until(lambda: alive() and (directory / "all-enqueued").exists() and sum(by_status(daemon).values()) == ended(daemon),
                       timeout=200, every=0.1)
            (directory / "stop").touch()
            out, err = runners.communicate(timeout=60)
            assert runners.returncode == 0, err[-4000:]
        finally:
            (directory / "stop").touch()
            if runners.poll() is None:
                runners.terminate()
    return time.monotonic() - began, away


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """Acknowledged operations and the final content."""
    from rig import Daemon
    daemon = Daemon(tmp_path_factory.mktemp("store"), {}).start()
    directory = tmp_path_factory.mktemp("runners")
    try:
        took, away = run_to_the_end(daemon, directory)
        journals = Journals(directory)
        outcome = Outcome(daemon.url)
    finally:
        daemon.end_everything()
    print(f"{len(outcome.rollouts)} rollouts, {len(outcome.attempts)} attempts, {sum(map(len, outcome.spans.values()))} spans in "
          f"{took:.1f} s; {len(journals['crash'])} crashes; the daemon was away for {', '.join(f'{one:.2f}' for one in away)} s; "
          f"attempts: {dict(Counter(one['status'] for one in outcome.attempts.values()))}")
    return journals, outcome


pytestmark = needs_client


def test_every_accepted_rollout_ends(night):
    journals, outcome = night
    assert len(journals["enqueued"]) == ROLLOUTS
    for one in journals["enqueued"]:
        expected = "failed" if one["n"] % ONCE_EVERY == 0 else "succeeded"
        assert outcome.rollouts[one["rollout"]]["status"] == expected, one
    assert all(one["status"] in ENDED and one["end_time"] for one in outcome.rollouts.values())


def test_the_runners_crashed_and_were_replaced(night):
    journals, outcome = night
    assert len(journals["crash"]) >= ROLLOUTS // 100
    lost = [one for one in outcome.attempts.values() if one["status"] in ("unresponsive", "timeout")]
    assert len(lost) >= ROLLOUTS // 200


def test_no_attempt_was_given_to_two(night):
    journals, outcome = night
    taken = [(one["rollout"], one["attempt"]) for one in journals["taken"]]
    assert len(taken) == len(set(taken)) and len({attempt for _, attempt in taken}) == len(taken)
    assert {key: outcome.attempts[key]["sequence_id"] for key in taken} == {
        (one["rollout"], one["attempt"]): one["nth"] for one in journals["taken"]}


def test_every_report_is_stored(night):
    journals, outcome = night
    for one in journals["reported"]:
        attempt = outcome.attempts[one["rollout"], one["attempt"]]
        assert attempt["status"] == one["status"] and attempt["end_time"] and attempt["metadata"]["by"] == attempt["worker_id"]


def test_every_span_is_stored_once_and_in_order(night):
    journals, outcome = night
    kept = {key: Counter(one["span_id"] for one in spans) for key, spans in outcome.spans.items()}
    for one in journals["traced"]:
        assert kept[one["rollout"], one["attempt"]][one["span"]] == 1, one
    for key, spans in outcome.spans.items():
        numbers = [one["sequence_id"] for one in spans]
        assert all(one < other for one, other in zip(numbers, numbers[1:])), (key, numbers)


def test_a_rollout_ended_as_its_last_attempt_did(night):
    _, outcome = night
    for rollout in outcome.rollouts.values():
        last = rollout["attempt"]["status"]
        assert rollout["status"] == ("succeeded" if last == "succeeded" else "failed")
        assert last == "succeeded" or rollout["config"]["max_attempts"] == rollout["attempt"]["sequence_id"]
