"""Expensive requests and crowds of clients: their cost is bounded, and nobody else waits for them."""

import gzip
import http.client
import json
import socket
import threading
import time
import urllib.parse

import pytest

import otlp
from rig import agent_type, providers_config, wait_until

NOWHERE = "http://127.0.0.1:9"
MIB = 1 << 20


@pytest.fixture
def fleet(daemon):
    return daemon({"providers": providers_config(NOWHERE, NOWHERE),
                   "agent_types": {"worker": agent_type(command=["true"], adapter="command")}})


def memory(fleet):
    """Peak resident memory in MiB."""
    with open(f"/proc/{fleet.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) >> 10


def place(fleet):
    address = urllib.parse.urlsplit(fleet.url)
    return address.hostname, address.port


def connect(fleet, text=b"", receive_buffer=None):
    one = socket.socket()
    if receive_buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    one.settimeout(20)
    one.connect(place(fleet))
    one.sendall(text)
    return one


def head(fleet, first, *fields):
    host = urllib.parse.urlsplit(fleet.url).netloc
    return "\r\n".join([first + " HTTP/1.1", f"Host: {host}", *fields, "", ""]).encode()


class Watch:
    """Measures how long others wait meanwhile."""

    def __init__(self, fleet):
        self.fleet, self.longest, self.over = fleet, 0.0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.is_set():
            began = time.monotonic()
            assert self.fleet.call("GET", "/health", operator=False).status == 200
            self.longest = max(self.longest, time.monotonic() - began)
            self.over.wait(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


IDS = otlp.field(9, otlp.field(1, "agentlightning.rollout_id") + otlp.field(2, otlp.any_value("ro-x"))) + \
    otlp.field(9, otlp.field(1, "agentlightning.attempt_id") + otlp.field(2, otlp.any_value("at-x")))


def traces(span, count=1):
    return otlp.field(1, otlp.field(2, otlp.field(2, span) * count))


def bombs():
    empty = 15 * MIB
    yield "events", traces(IDS + b"\x5a\x00" * empty)
    yield "links", traces(IDS + b"\x6a\x00" * empty)
    yield "attributes", traces(IDS + b"\x4a\x00" * empty)
    yield "list", traces(IDS + otlp.field(9, otlp.field(1, "k") + otlp.field(2, otlp.field(5, b"\x0a\x00" * empty))))
    yield "scopes", otlp.field(1, b"\x12\x00" * empty)
    yield "resources", b"\x0a\x00" * empty
    yield "controls", traces(IDS + otlp.field(9, otlp.field(1, "k") + otlp.field(2, otlp.any_value("\x01" * 31_000_000))))
    yield "resource", otlp.field(1, otlp.field(1, otlp.field(1, otlp.field(1, "big") + otlp.field(
        2, otlp.any_value("z" * 30_000_000)))) + otlp.field(2, otlp.field(2, IDS) * 12_000))


def test_small_exports_that_decompress_to_much_are_refused_with_little_memory(fleet):
    for name, body in bombs():
        packed = gzip.compress(body, 6)
        with Watch(fleet) as watch:
            answer = fleet.call("POST", "/v1/traces", packed, operator=False, headers={
                "Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"})
        assert answer.status == 400, (name, answer)
        assert watch.longest < 2, (name, watch.longest)
        assert memory(fleet) < 250, name


def test_json_bodies_of_eight_megabytes_delay_nobody(fleet):
    size = 8 * MIB - 200
    bodies = {
        "/config/check": ["{" + ",".join(f'"k{i}":0' for i in range(240_000)) + "}",
                          '{"classifier_rules":[' + "[]," * (size // 3 - 20) + "[]]}",
                          '{"a":"' + "\\u0041" * (size // 6 - 10) + '"}'],
        "/v1/agl/spans": ["[" + "{}," * (size // 3 - 5) + "{}]", "[" + "{}," * 49_000 + "{}]"],
        "/v1/agl/queues/rollouts/enqueue": ['{"rollouts":[' + '{"input":0},' * 99_999 + '{"input":0}]}'],
        "/v1/agl/rollouts/search": ['{"rollout_id_in":["' + '","'.join(f"r{i}" for i in range(400_000)) + '"]}'],
    }
    for path, texts in bodies.items():
        for text in texts:
            with Watch(fleet) as watch:
                answer = fleet.call("POST", path, text.encode(), operator=False, timeout=60)
            assert answer.status in (200, 201, 413, 422), answer
            assert len(answer.body) < 64 * MIB and watch.longest < 2, (path, text[:40], watch.longest)
    assert memory(fleet) < 400  # an unoptimised build that responds with a hundred thousand rollouts


def test_a_crowd_that_only_connects_keeps_nobody_out(fleet):
    begun = [b"", b"GET /hea", head(fleet, "POST /session", "Content-Length: 4000") + b"{"]
    crowd = [connect(fleet, begun[i % len(begun)]) for i in range(1200)]
    try:
        for _ in range(3):
            assert fleet.call("GET", "/health", operator=False).status == 200
            assert fleet.get("/agents")
            assert fleet.submit("worker-default")
    finally:
        for one in crowd:
            one.close()


def test_streams_and_waits_have_their_own_limits(fleet):
    wait = json.dumps({"rollout_ids": [fleet.post("/v1/agl/rollouts", {"input": 1})["rollout_id"]]}).encode()
    crowds = [head(fleet, "GET /events"),
              head(fleet, "POST /v1/agl/waits/rollouts", "Content-Type: application/json",
                   f"Content-Length: {len(wait)}") + wait]
    crowd = [connect(fleet, text) for text in crowds for _ in range(1100)]
    try:
        def refused():
            answers = 0
            for one in crowd:
                one.setblocking(False)
                try:
                    answers += one.recv(16, socket.MSG_PEEK).startswith(b"HTTP/1.1 503")
                except OSError:
                    pass
            return answers
        wait_until(lambda: refused() > 0)
        assert fleet.call("GET", "/health", operator=False).status == 200
        assert fleet.get("/agents")
        with connect(fleet, head(fleet, "GET /events", f"Authorization: Bearer {fleet.token}")) as stream:
            assert stream.recv(12) == b"HTTP/1.1 200"
    finally:
        for one in crowd:
            one.close()


def test_long_unread_responses_cost_little_and_delay_no_read(fleet):
    large = "x" * MIB
    for _ in range(100):
        fleet.post("/v1/agl/queues/rollouts/enqueue", {"rollouts": [{"input": large}]})
    before = memory(fleet)
    lazy = [connect(fleet, head(fleet, f"GET /v1/agl/rollouts?limit=100&offset={i}"), receive_buffer=4096)
            for i in range(6)]
    try:
        began = time.monotonic()
        assert fleet.get("/event-log?after=0&limit=10")
        assert time.monotonic() - began < 3
        answer = fleet.call("GET", "/v1/agl/rollouts?limit=100", timeout=60)
        assert len(answer.json["items"]) == 100 and len(answer.body) > 100 * MIB
        assert memory(fleet) < before + 100
    finally:
        for one in lazy:
            one.close()


@pytest.mark.parametrize("coding", ["identity", "xchunked", "chunked, identity", "chunked, chunked", "gzip, chunked", ""])
def test_the_end_of_a_body_is_certain_or_the_request_is_refused(fleet, coding):
    hidden = head(fleet, "GET /smuggled")
    with connect(fleet, head(fleet, "POST /config/check", f"Transfer-Encoding: {coding}") + hidden) as one:
        one.shutdown(socket.SHUT_WR)
        got = b""
        while piece := one.recv(65536):
            got += piece
    assert got.count(b"HTTP/1.1 ") == 1 and b"smuggled" not in got
    assert got.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))


def test_a_keep_alive_connection_still_works_after_all_that(fleet):
    client = http.client.HTTPConnection(*place(fleet), timeout=20)
    for _ in range(3):
        client.request("GET", "/health")
        assert client.getresponse().read()
    client.close()
