"""Figures of the running daemon, as ratios within one run: python3 tests/bench/daemon_bench.py build/release/understudyd

Nothing here passes or fails; docs/figures.md has the numbers of one machine.
"""

import http.client
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
if len(sys.argv) > 1:
    os.environ["UNDERSTUDYD"] = str(Path(sys.argv[1]).resolve())

import rig  # noqa: E402  (the binary's path is read at import)


def external_type(instances):
    return {"provider_chain": [{"provider": "p1", "model": "one"}, {"provider": "p2", "model": "two"}],
            "failover": {"cooldown_min": 60}, "agent": {"adapter": "external"}, "instances": instances}


def config(types):
    providers = {"p1": {"base_url": "http://127.0.0.1:9", "api_key": "key-of-p1"},
                 "p2": {"base_url": "http://127.0.0.1:9", "api_key": "key-of-p2"}}
    return {"providers": providers, "agent_types": types}


def milliseconds(work, times):
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def say(what, value):
    print(f"{what:<58} {value}")


def resident_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def idle(folder):
    daemon = rig.Daemon(folder / "idle", config({"a": external_type(["default"])})).start()
    time.sleep(1)
    say("idle RSS", f"{resident_mb(daemon.process.pid):.1f} MB")
    daemon.stop()


def agents(folder):
    few = rig.Daemon(folder / "few", config({"a": external_type(["default"])})).start()
    names = [f"i{n}" for n in range(1000)]
    many = rig.Daemon(folder / "many", config({"a": {**external_type(names), "agent": {"adapter": "claude-code",
                      "command": ["true"]}, "container": {"mode": "process"}}})).start()
    one = milliseconds(lambda: few.call("GET", "/agents"), 50)
    thousand = milliseconds(lambda: many.call("GET", "/agents"), 20)
    say("GET /agents, 1 instance / 1,000 instances", f"{one:.2f} ms / {thousand:.2f} ms")
    say("RSS with 1,000 instances", f"{resident_mb(many.process.pid):.1f} MB")
    few.stop()
    many.stop()


def outcome_to_event(folder):
    daemon = rig.Daemon(folder / "sse", config({"a": external_type(["default"])})).start()
    host = daemon.url.split("//")[1]
    stream = http.client.HTTPConnection(host)
    stream.request("GET", "/events?types=provider.*")
    events = stream.getresponse()

    def round_trip():
        daemon.post("/agents/a-default/outcomes", {"surface": "http", "status": 401})
        while not events.readline().startswith(b"data:"):
            pass
        daemon.post("/agents/a-default/reset-tier")
        while not events.readline().startswith(b"data:"):
            pass

    both = milliseconds(round_trip, 100)
    answer_only = milliseconds(lambda: daemon.post("/agents/a-default/outcomes", {"surface": "http", "status": 200}), 100)
    nothing = milliseconds(lambda: daemon.call("GET", "/health"), 100)
    say("outcome → commit → SSE, against GET /health", f"{both / 2:.2f} ms / {nothing:.2f} ms")
    say("outcome that changes nothing", f"{answer_only:.2f} ms")
    stream.close()
    daemon.stop()


def start_overhead(folder):
    types = {"a": {"provider_chain": [{"provider": "p1", "model": "one"}], "instances": ["default"],
                   "container": {"mode": "process", "idle_stop_min": 10}, "agent": {"adapter": "command", "command": ["true"]}}}
    daemon = rig.Daemon(folder / "start", config(types)).start()
    for _ in range(20):
        daemon.post("/agents/a-default/start")
        rig.wait_until(lambda: daemon.agent("a-default")["state"]["lifecycle_state"] == "ready", every=0.002)
        daemon.post("/agents/a-default/stop")
        rig.wait_until(lambda: daemon.agent("a-default")["state"]["lifecycle_state"] in ("stopped", "absent"), every=0.002)
    cold = daemon.agent("a-default")["state"]["lifecycle_metrics"]["cold_start_ms"]
    spawn = milliseconds(lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0), 50)
    say("start → ready of a process instance, against a bare spawn", f"p50 {cold['p50']} ms / {spawn:.2f} ms")
    daemon.stop()


def outage(folder):
    """A provider's account is lost under 1,000 agents that use it, and 50 accounts are out at a boot."""
    providers = {f"p{n}": {"base_url": "http://127.0.0.1:9", "api_key": f"key-of-p{n}"} for n in range(50)}
    reporters = {f"r{n}": {**external_type(["default"]), "provider_chain": [{"provider": f"p{n}", "model": "one"}]}
                 for n in range(50)}
    many = {"a": {"provider_chain": [{"provider": "p0", "model": "one"}, {"provider": "p1", "model": "two"}],
                  "failover": {"cooldown_min": 60}, "instances": [f"i{n}" for n in range(1000)],
                  "container": {"mode": "process"}, "agent": {"adapter": "command", "command": ["true"]}}}
    cfg = {"providers": providers, "agent_types": {**reporters, **many}}
    daemon = rig.Daemon(folder / "outage", cfg).start()

    def open_and_close():
        daemon.post("/agents/r0-default/outcomes", {"surface": "http", "status": 401})
        daemon.post("/providers/p0/reset")

    both = milliseconds(open_and_close, 20)
    nothing = milliseconds(lambda: daemon.call("GET", "/health"), 50)
    say("an account is lost and well again, 1,000 agents on it", f"{both / 2:.2f} ms / {nothing:.2f} ms (GET /health)")

    def booted():
        daemon.stop()
        begin = time.perf_counter()
        daemon.start()
        return (time.perf_counter() - begin) * 1000

    well = statistics.median(booted() for _ in range(5))
    for n in range(50):
        daemon.post(f"/agents/r{n}-default/outcomes", {"surface": "http", "status": 401})
    out = statistics.median(booted() for _ in range(5))
    say("boot with 1,000 agents, 50 accounts well / all out", f"{well:.0f} ms / {out:.0f} ms ({out / well:.2f}×)")
    daemon.stop()


def boot(folder):
    """A million ledger rows and as many events, compared with none."""
    cfg = config({"a": external_type(["default"])})
    daemons = {}
    for name in ("empty", "full"):
        daemons[name] = rig.Daemon(folder / name, cfg).start()
        daemons[name].stop()
    db = sqlite3.connect(daemons["full"].state_dir / "understudy.db")
    now = int(time.time() * 1000)
    with db:
        db.executemany("INSERT INTO agent_provider_events (ts, agent, from_tier, to_tier, kind, reason) "
                       "VALUES (?, 'a-default', 1, 2, 'quota', '429 quota')", ((now - n,) for n in range(1_000_000)))
        db.executemany("INSERT INTO event_log (ts, type, instance, summary, detail) "
                       "VALUES (?, 'provider.failover', 'a-default', 'a-default ① → ②', '{}')",
                       ((now - n,) for n in range(1_000_000)))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()

    taken = {"empty": [], "full": []}
    for _ in range(7):
        for name, daemon in daemons.items():
            begin = time.perf_counter()
            daemon.start()
            taken[name].append((time.perf_counter() - begin) * 1000)
            daemon.stop()
    empty, full = (statistics.median(taken[name]) for name in ("empty", "full"))
    say("boot with no rows / a million ledger rows and events", f"{empty:.0f} ms / {full:.0f} ms ({full / empty:.2f}×)")


def main():
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0]}))
    with tempfile.TemporaryDirectory(prefix="understudy-bench-") as folder:
        for measure in (idle, agents, outcome_to_event, outage, start_overhead, boot):
            measure(Path(folder))


main()
