"""Compares the rollout store with Agent-lightning's own server, in one run under the same load:

    python3 -m venv venv && venv/bin/pip install agentlightning==0.3.0
    python3 tests/bench/reference_bench.py venv/bin/agl [--seconds 5] [--rollouts 1000000]

Ours is on disk before it responds, theirs is in memory. The load comes from wrk (Debian: wrk), 64 connections; rates are the
growth of the store's own count of rollouts, attempts and spans. Nothing passes or fails; docs/figures.md has one machine's numbers.
"""

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))

import rig  # noqa: E402

CONNECTIONS = 64
INPUT = {"question": "A farmer has 17 sheep and all but 9 run away. How many are left?", "answer": 9, "seed": 12345}


def resident_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


class Ours:
    def __init__(self, folder):
        self.daemon = rig.Daemon(folder / "ours", {}).start()
        self.url, self.pid = self.daemon.url, self.daemon.process.pid
        self.close = self.daemon.stop


class Theirs:
    def __init__(self, agl):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([agl, "store", "--host", "127.0.0.1", "--port", str(port), "--log-level", "ERROR"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        rig.wait_until(self.answers, timeout=60, every=0.2)

    def answers(self):
        try:
            return rig.request("GET", self.url + "/v1/agl/health").status == 200
        except OSError:
            return False

    def close(self):
        self.process.terminate()
        self.process.wait(20)


def call(store, path, body=None):
    """On a keep-alive connection."""
    for fresh in (False, True):
        if fresh or not hasattr(store, "connection"):
            store.connection = http.client.HTTPConnection(urlsplit(store.url).netloc, timeout=600)
        try:
            store.connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body),
                                     {"Content-Type": "application/json"})
            answer = store.connection.getresponse()
            text = answer.read()
        except OSError:
            continue  # it was idle for too long
        assert answer.status < 300, text
        return json.loads(text)


def total(store, what):
    return call(store, "/v1/agl/statistics")[f"total_{what}"]


class Load:
    """Runs wrk with a different body for each request."""

    def __init__(self, folder, seconds):
        self.template, self.seconds, self.ids = folder / "template", seconds, 0

    def post(self, store, path, template, content_type="application/json"):
        self.template.write_bytes(template)
        self.ids += 1 << 32
        return self.run(store, path, "-s", str(HERE / "template.lua"), TEMPLATE=str(self.template),
                        FIRST_ID=str(self.ids), CONTENT_TYPE=content_type)

    def run(self, store, path, *args, **env):
        said = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{self.seconds}s", "--timeout", "60s", *args, store.url + path],
                              capture_output=True, text=True, env={**os.environ, **env}, check=True).stdout
        assert "Non-2xx" not in said, said
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])

    def growth(self, store, what, *request):
        """Growth per second of a count in the store."""
        before, begin = total(store, what), time.perf_counter()
        self.post(store, *request)
        return (total(store, what) - before) / (time.perf_counter() - begin)


def json_template(body):
    return json.dumps(body).encode()


def enqueue(store, count):
    one = {"input": INPUT, "mode": "train", "metadata": {"run": "bench"}}
    while count > 0:
        call(store, "/v1/agl/queues/rollouts/enqueue", {"rollouts": [one] * min(count, 1000)})
        count -= 1000


def span(rollout):
    return {"rollout_id": rollout["rollout_id"], "attempt_id": rollout["attempt"]["attempt_id"], "sequence_id": 1,
            "trace_id": "0" * 31 + "1", "span_id": "@ID@", "parent_id": None, "name": "openai.chat.completion",
            "status": {"status_code": "OK", "description": None},
            "attributes": {"gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 812, "gen_ai.usage.output_tokens": 117,
                           "gen_ai.completion.0.content": "There are nine sheep left, since all but nine ran away."},
            "events": [], "links": [], "start_time": 1700000000.25, "end_time": 1700000001.5,
            "context": None, "parent": None, "resource": {"attributes": {}, "schema_url": ""}}


def field(number, payload):
    """A length-delimited field of protobuf."""
    length, size = b"", len(payload)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


def attribute(key, value):
    return field(1, key.encode()) + field(2, field(1, value.encode()))


def export(rollout, spans):
    """An ExportTraceServiceRequest, as the client's exporter sends it."""
    resource = field(1, attribute("agentlightning.rollout_id", rollout["rollout_id"])) + field(
        1, attribute("agentlightning.attempt_id", rollout["attempt"]["attempt_id"]))
    one = (field(1, b"\0" * 15 + b"\7") + field(2, b"\1RAWID!\1") + field(5, b"openai.chat.completion")
           + b"\x39" + (1_700_000_000_250_000_000).to_bytes(8, "little")
           + b"\x41" + (1_700_000_001_500_000_000).to_bytes(8, "little")
           + field(9, attribute("gen_ai.request.model", "m"))
           + field(9, attribute("gen_ai.completion.0.content", "There are nine sheep left, since all but nine ran away.")))
    return field(1, field(1, resource) + field(2, field(2, one) * spans))


def page_ms(store, path, times):
    """Writes something before each request, so that no response comes from the cache."""
    taken = []
    for _ in range(times):
        enqueue(store, 1)
        begin = time.perf_counter()
        store.connection.request("GET", path)
        text = store.connection.getresponse().read()
        taken.append((time.perf_counter() - begin) * 1000)
        assert len(json.loads(text)["items"]) == 100, text
    return statistics.median(taken)


def say(what, ours, theirs, unit):
    ratio = theirs / ours if unit in ("ms", "MB") else ours / theirs
    print(f"{what:<52} {ours:>12,.1f} {theirs:>12,.1f} {unit:<10} {ratio:6.1f}×", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("agl")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rollouts", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="understudy-bench-") as name:
        compare(Path(name), asked)


def compare(folder, asked):
    ours, theirs = Ours(folder), Theirs(asked.agl)
    load = Load(folder, asked.seconds)
    each = lambda measure: (measure(ours), measure(theirs))  # noqa: E731
    print(f"{'load ' + str(os.getloadavg()[0]):<52} {'ours':>12} {'theirs':>12}")
    enqueue(ours, 10_000)
    enqueue(theirs, 10_000)
    newest = "/v1/agl/rollouts?limit=100&sort_by=start_time&sort_order=desc"
    say("100-row page, 10 k rollouts, nothing written", *each(lambda store: load.run(store, newest)), "pages/s")
    say("100-row page, 10 k rollouts, a write before each", *each(lambda store: page_ms(store, newest, 30)), "ms")

    body = json_template({"rollouts": [{"input": INPUT, "mode": "train", "metadata": {"run": "bench"}}]})
    say("enqueue, one a request", *each(lambda store: load.growth(
        store, "rollouts", "/v1/agl/queues/rollouts/enqueue", body)), "rollouts/s")
    body = json_template({"rollouts": [{"input": INPUT, "mode": "train", "metadata": {"run": "bench"}}] * 100})
    say("enqueue, 100 a request", *each(lambda store: load.growth(
        store, "rollouts", "/v1/agl/queues/rollouts/enqueue", body)), "rollouts/s")
    body = json_template({"limit": 1, "worker_id": "w"})
    say("dequeue, one a request", *each(lambda store: load.growth(
        store, "attempts", "/v1/agl/queues/rollouts/dequeue", body)), "rollouts/s")

    resident = {store: resident_mb(store.pid) for store in (ours, theirs)}
    started = {store: call(store, "/v1/agl/rollouts", {"input": INPUT}) for store in (ours, theirs)}
    say("span add, one a request", *each(lambda store: load.growth(
        store, "spans", "/v1/agl/spans", json_template(span(started[store])))), "spans/s")
    otlp = "/v1/traces", "application/x-protobuf"
    for spans in (1, 100):
        say(f"OTLP export, {spans} a request", *each(lambda store: load.growth(
            store, "spans", otlp[0], export(started[store], spans), otlp[1])), "spans/s")
    held = {store: total(store, "spans") for store in (ours, theirs)}
    grown = {store: resident_mb(store.pid) - resident[store] for store in (ours, theirs)}
    say(f"memory per million spans ({held[ours]:,} / {held[theirs]:,} added)",
        *each(lambda store: max(grown[store], 1) * 1e6 / held[store]), "MB")
    page = {store: f"/v1/agl/spans?rollout_id={started[store]['rollout_id']}&limit=100" for store in (ours, theirs)}
    say(f"100-row span page ({held[ours]:,} / {held[theirs]:,} spans held)",
        *each(lambda store: page_ms(store, page[store], 10)), "ms")

    many(asked, ours, theirs, newest)
    ours.close()
    theirs.close()


def many(asked, ours, theirs, newest):
    for store in (ours, theirs):
        enqueue(store, asked.rollouts - total(store, "rollouts"))
    say(f"100-row page, {asked.rollouts:,} rollouts", page_ms(ours, newest, 20), page_ms(theirs, newest, 3), "ms")
    preparing = "/v1/agl/rollouts?limit=100&status_in=preparing"
    say("the same, of one status", page_ms(ours, preparing, 20), page_ms(theirs, preparing, 3), "ms")


main()
