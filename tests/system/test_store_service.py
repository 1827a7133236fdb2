"""The rollout store in a real daemon: vanished clients, concurrency, limits, and kill -9."""

import gzip
import json
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

import pytest

from rig import request, wait_until


class Store:
    def __init__(self, daemon):
        self.daemon = daemon

    @property
    def url(self):
        return self.daemon.url

    def call(self, method, path, body=None, headers=None, timeout=30):
        return request(method, self.url + path, body, headers, timeout)

    def get(self, path):
        answer = self.call("GET", "/v1/agl" + path)
        assert answer.status == 200, answer
        return answer.json

    def post(self, path, body=None, headers=None):
        answer = self.call("POST", "/v1/agl" + path, body, headers)
        assert answer.status < 300, answer
        return answer.json

    def enqueue(self, *inputs, **more):
        return [one["rollout_id"] for one in
                self.post("/queues/rollouts/enqueue", {"rollouts": [{"input": value, **more} for value in inputs]})]

    def status(self, rollout_id):
        return self.get(f"/rollouts/{rollout_id}")["status"]

    def half_a_call(self, path, body, linger=False):
        """Sends a request and hangs up without reading the response."""
        data = json.dumps(body).encode()
        where = urlsplit(self.url)
        one = socket.create_connection((where.hostname, where.port))
        if linger:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.sendall(b"POST /v1/agl%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (path.encode(), where.netloc.encode(), len(data), data))
        return one


@pytest.fixture
def store(daemon):
    return Store(daemon({}, args=("--store-scan-debounce-s", "0")))


# ---- clients that vanish

@pytest.mark.parametrize("linger", [False, True], ids=["closed", "reset"])
def test_a_rollout_is_queued_again_when_its_worker_is_gone(store, linger):
    ids = store.enqueue(*range(20))
    for _ in ids:
        store.half_a_call("/queues/rollouts/dequeue", {"limit": 1, "worker_id": "w"}, linger).close()
    if not linger:  # a reset may overtake all of its requests
        wait_until(lambda: store.get("/workers/w") is not None)
    wait_until(lambda: store.get("/statistics")["queued"] == len(ids))
    assert store.get("/statistics")["total_attempts"] == 0
    worker = store.get("/workers/w")
    assert worker is None or (worker["status"], worker["current_rollout_id"]) == ("idle", None)
    assert [one["rollout_id"] for one in store.post("/queues/rollouts/dequeue", {"limit": 50})] == ids


def test_a_half_closed_client_gets_no_rollout_that_is_then_queued_again(store):
    [task] = store.enqueue("x")
    one = store.half_a_call("/queues/rollouts/dequeue", {"limit": 1})
    one.shutdown(socket.SHUT_WR)
    one.settimeout(10)
    answer = b"".join(iter(lambda: one.recv(65536), b""))
    if task.encode() in answer:  # the response was sent before the end was noticed
        assert store.status(task) == "preparing"
    else:
        wait_until(lambda: store.status(task) == "queuing")


def test_a_long_poll_that_hung_up_dequeues_nothing(store):
    waiting = store.half_a_call("/queues/rollouts/dequeue", {"limit": 1, "wait_s": 60})
    time.sleep(0.2)
    waiting.close()
    [task] = store.enqueue("x")
    time.sleep(1.0)
    assert store.status(task) in ("queuing", "requeuing")
    assert store.post("/queues/rollouts/dequeue", {"limit": 1, "wait_s": 5})[0]["rollout_id"] == task


# ---- concurrency

def test_concurrent_dequeues_never_get_the_same_rollout(store):
    ids = store.enqueue(*range(300))
    taken, lock = [], threading.Lock()

    def take():
        while True:
            got = store.post("/queues/rollouts/dequeue", {"limit": 3})
            if not got:
                return
            with lock:
                taken.extend(one["rollout_id"] for one in got)

    takers = [threading.Thread(target=take) for _ in range(12)]
    for one in takers:
        one.start()
    for one in takers:
        one.join(60)
    assert sorted(taken) == sorted(ids)


def test_each_rollout_wakes_one_waiting_client(store):
    got, lock = [], threading.Lock()

    def wait():
        answer = store.post("/queues/rollouts/dequeue", {"limit": 1, "wait_s": 20})
        with lock:
            got.extend(one["rollout_id"] for one in answer)

    waiting = [threading.Thread(target=wait) for _ in range(10)]
    for one in waiting:
        one.start()
    time.sleep(0.3)
    before = time.monotonic()
    ids = store.enqueue(*range(10))
    for one in waiting:
        one.join(30)
    assert sorted(got) == sorted(ids)
    assert time.monotonic() - before < 10


def test_a_wait_is_over_as_soon_as_the_last_has_ended(store):
    ids = store.enqueue(1, 2)
    store.post("/queues/rollouts/dequeue", {"limit": 2})
    ended = []
    waiting = threading.Thread(target=lambda: ended.extend(
        store.post("/waits/rollouts", {"rollout_ids": [*ids, "ro-nobody"], "timeout": None})))
    waiting.start()
    time.sleep(0.2)
    store.post(f"/rollouts/{ids[0]}/attempts/latest", {"status": "succeeded"})
    time.sleep(0.2)
    assert waiting.is_alive()
    store.post(f"/rollouts/{ids[1]}", {"status": "cancelled"})
    waiting.join(10)
    assert [one["status"] for one in ended] == ["succeeded", "cancelled"]


# ---- the watchdog

@pytest.mark.parametrize("debounce", ["0", "1"], ids=["before every read", "in the background"])
def test_an_attempt_that_takes_too_long_is_retried(daemon, debounce):
    store = Store(daemon({}, args=("--store-scan-debounce-s", debounce)))
    [task] = store.enqueue(1, config={"timeout_seconds": 0.3, "max_attempts": 2, "retry_condition": ["timeout"]})
    store.post("/queues/rollouts/dequeue", {"worker_id": "slow"})
    time.sleep(0.4)
    if debounce == "0":
        assert store.status(task) == "requeuing"
    else:
        wait_until(lambda: "rollout.attempt_finished" in [event["type"] for event in store.daemon.events("rollout.*")])
    assert store.get("/workers/slow")["status"] == "unknown"
    assert store.post("/queues/rollouts/dequeue", {"limit": 1, "wait_s": 5})[0]["attempt"]["sequence_id"] == 2


# ---- limits

def test_bodies_have_a_limit(store):
    limits = {"/v1/agl/queues/rollouts/enqueue": 8388608, "/v1/traces": 33554432, "/v1/agl/waits/rollouts": 8388608}
    for path, limit in limits.items():
        where = urlsplit(store.url)
        with socket.create_connection((where.hostname, where.port)) as one:
            one.sendall(b"POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n"
                        % (path.encode(), where.netloc.encode()))
            said = one.recv(4096)
        assert said.startswith(b"HTTP/1.1 413") and b'{"detail":"The body may have %d bytes."}' % limit in said


def test_endless_nesting_is_refused(store):
    deep = b'{"rollouts":[{"input":' + b"[" * 4_000_000  # also more values than a body may have
    assert store.call("POST", "/v1/agl/queues/rollouts/enqueue", deep).status == 413
    assert store.call("POST", "/v1/agl/queues/rollouts/enqueue", deep[:1_000_000]).status == 422
    assert store.call("POST", "/v1/agl/rollouts", b'{"input":' * 100_000).status == 422
    fine = b'{"input":' + b"[" * 100 + b"]" * 100 + b"}"
    assert store.call("POST", "/v1/agl/rollouts", fine).status == 201


def test_a_wait_for_a_million_rollouts_is_refused(store):
    ids = ["r"] * 1_000_000
    answer = store.call("POST", "/v1/agl/waits/rollouts", {"rollout_ids": ids})
    assert answer.status == 422 and len(answer.body) < 10_000
    assert answer.json["detail"][0]["msg"] == "List should have at most 100000 items after validation, not 1000000"


def test_a_bogus_sequence_number_does_not_exhaust_the_counter(store):
    started = store.post("/rollouts", {"input": 1})
    span = {"rollout_id": started["rollout_id"], "attempt_id": started["attempt"]["attempt_id"],
            "sequence_id": 9223372036854775807, "trace_id": "0" * 32, "span_id": "1" * 16, "parent_id": None, "name": "s",
            "status": {"status_code": "OK"}, "attributes": {}, "events": [], "links": [], "start_time": None,
            "end_time": None, "context": None, "parent": None, "resource": {"attributes": {}, "schema_url": ""}}
    assert store.post("/spans", span)["sequence_id"] == 9223372036854775807
    assert store.call("POST", "/v1/agl/spans", {**span, "sequence_id": 10 ** 30}).status == 422
    number = store.post("/spans/next", {"rollout_id": started["rollout_id"], "attempt_id": "any"})["sequence_id"]
    assert 0 < number < 2 ** 53


def test_hostile_otlp_is_refused_and_the_daemon_goes_on(store):
    proto = {"Content-Type": "application/x-protobuf"}
    bomb = gzip.compress(b"\0" * 200_000_000)
    for body, headers in ((b"\xff" * 100, proto), (b"\x0a\xff\xff\xff\xff\x0f", proto), (b"\x0a\x05ab", proto),
                          (bomb, {**proto, "Content-Encoding": "gzip"}), (b"junk", {**proto, "Content-Encoding": "gzip"}),
                          (b"x", {**proto, "Content-Encoding": "br"})):
        answer = store.call("POST", "/v1/traces", body, headers)
        assert answer.status == 400 and answer.headers["Content-Type"] == "application/x-protobuf"
        assert answer.body[0] == 0x12
    assert store.get("/health") == {"status": "ok"}


# ---- durability

def test_acknowledged_writes_survive_kill_9(store):
    ids = store.enqueue(*range(50))
    taken = store.post("/queues/rollouts/dequeue", {"limit": 10, "worker_id": "w"})
    store.post(f"/rollouts/{ids[0]}/attempts/latest", {"status": "succeeded"})
    again = store.post("/queues/rollouts/enqueue", {"rollouts": [{"input": "once"}]}, {"Idempotency-Key": "k"})
    store.daemon.kill()
    store.daemon.start()
    assert store.get("/statistics")["rollouts_by_status"] == {
        "queuing": 41, "preparing": 9, "running": 0, "failed": 0, "succeeded": 1, "cancelled": 0, "requeuing": 0}
    assert store.get(f"/rollouts/{ids[1]}")["attempt"] == taken[1]["attempt"]
    assert store.post("/queues/rollouts/enqueue", {"rollouts": [{"input": "once"}]}, {"Idempotency-Key": "k"}) == again
    assert store.post("/queues/rollouts/dequeue", {"limit": 1})[0]["rollout_id"] == ids[10]
