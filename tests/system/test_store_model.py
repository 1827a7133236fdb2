"""Random calls: the store must respond like a model too simple to be wrong.

UNDERSTUDY_SEEDS="7 8 9" selects other calls, UNDERSTUDY_MODEL_CALLS their number.
"""

import http.client
import json
import os
import random
import time
from urllib.parse import urlsplit

import pytest

import otlp
from rig import Daemon
from store_model import Model, Moment, difference, plain
from store_operations import Call, Calls, Generator

SEEDS = [int(one) for one in os.environ.get("UNDERSTUDY_SEEDS", "1 2 3").split()]
CALLS = int(os.environ.get("UNDERSTUDY_MODEL_CALLS", "800"))
SHRINKING_S = 20


def millisecond(seconds):
    return int(seconds * 1000)


class Difference(Exception):
    pass


class Session:
    """A new store and its model."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self.model = Model()
        self.calls = Calls(self.model)
        self.done = []

    def perform(self, op):
        now = self.begin()
        call = self.calls.call(op, now)
        if not isinstance(call, Call):
            for one in call:
                self.done.append(repr(one))
                self.check(one, self.begin())
            return
        self.done.append(repr(call))
        if call.candidates and call.status == 200:
            for one in self.calls.times_to_learn():
                self.check(one, self.begin())
        self.check(call, now)
        found = Moment(now.earliest)
        if self.model.sweep(found):
            # The watchdog checks before each read and once a second: it may have checked already.
            self.check(Call("GET", "/statistics").answer(dict), found, only_keys=True)

    @staticmethod
    def begin():
        """A time in its own millisecond, because the store's times have milliseconds."""
        last = millisecond(time.time())
        while millisecond(time.time()) == last:
            time.sleep(0.0001)
        return Moment(millisecond(time.time()) / 1000)

    def check(self, call, now, only_keys=False):
        body, headers = call.protobuf, {"Content-Type": "application/x-protobuf"}
        if body is None:
            body, headers = None if call.body is None else json.dumps(call.body), {"Content-Type": "application/json"}
        self.connection.request(call.method, call.path, body, {**headers, **call.headers})
        answer = self.connection.getresponse()
        raw = answer.read()
        now.latest = time.time()
        if call.protobuf is not None:
            got = otlp.rejected_spans(raw) if answer.status == 200 else {"detail": repr(raw)}
        else:
            got = json.loads(raw)
        if answer.status == call.status == 200 and call.candidates:
            order = [one["rollout_id"] for one in got["items"]]
            for at in range(millisecond(now.earliest), millisecond(now.latest) + 1):
                call.expected = call.candidates(at / 1000)
                if [plain(one["rollout_id"]) for one in call.expected["items"]] == order:
                    break
        if call.only_keys or only_keys:
            got = {name: got.get(name) for name in call.expected}
        if answer.status != call.status:
            raise Difference(f"expected {call.status} {call.expected!r:.400}, got {answer.status} {got!r:.400}")
        if found := difference(call.expected, got):
            raise Difference(found)
        if call.heard:
            call.heard(got)


class Stores:
    """Makes a new store for each run."""

    def __init__(self, directory):
        self.directory, self.started = directory, 0

    def first_difference(self, operations):
        """None, or the number of calls performed and the difference."""
        self.started += 1
        daemon = Daemon(self.directory / str(self.started), {}, args=("--store-scan-debounce-s", "0")).start()
        try:
            session = Session(daemon.url)
            for nth, op in enumerate(operations, 1):
                try:
                    session.perform(op)
                except Difference as found:
                    return nth, "\n".join(session.done[-40:]) + f"\n{found}"
        finally:
            daemon.end_everything()
        return None

    def shrunk(self, operations, said):
        """A shorter sequence that still fails, found by leaving out ever smaller pieces."""
        deadline, size = time.monotonic() + SHRINKING_S, len(operations) // 2
        while size > 0:
            begin = 0
            while begin < len(operations) and time.monotonic() < deadline:
                fewer = operations[:begin] + operations[begin + size:]
                failed = self.first_difference(fewer)
                if failed:
                    operations, said = fewer[:failed[0]], failed[1]
                else:
                    begin += size
            size //= 2
        return operations, said


@pytest.mark.parametrize("seed", SEEDS)
def test_the_store_answers_as_its_model_does(seed, tmp_path):
    generator = Generator(random.Random(seed))
    operations = [generator.next() for _ in range(CALLS)]
    stores = Stores(tmp_path)
    failed = stores.first_difference(operations)
    if failed:
        fewest, said = stores.shrunk(operations[:failed[0]], failed[1])
        pytest.fail(f"seed {seed}: call {failed[0]} differed; {len(fewest)} calls are enough:\n{said}", pytrace=False)
