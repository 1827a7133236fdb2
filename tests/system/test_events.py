"""The event stream: nothing missing, nothing twice, and it keeps a snapshot up to date."""

import sqlite3
import threading

import pytest

from rig import Daemon, agent_type, wait_until
from sse import Stream

FAULT = {"surface": "http", "status": 401, "body": '{"type":"error","error":{"type":"authentication_error","message":"no"}}'}
SUCCESS = {"surface": "http", "status": 200}


def config(command=("true",)):
    """Two external agents, and one run by the daemon, on a provider of its own: what the others report is not about it."""
    chain = ("p1/one", "p2/two", "p3/three")
    providers = {f"p{n}": {"base_url": f"http://127.0.0.1:{n}", "api_key": f"key-of-p{n}"} for n in (1, 2, 3, 4)}
    outside = agent_type(chain=chain, adapter="external", instances=("a", "b"), failover={"cooldown_min": 0.0001})
    return {"providers": providers, "agent_types": {
        "outside": outside, "worker": agent_type(chain=("p4/four",), adapter="command", command=command)}}


@pytest.fixture
def stream():
    """stream(fleet, query, last_id) subscribes."""
    opened = []

    def subscribe(*args, **more):
        opened.append(Stream(*args, **more))
        return opened[-1]

    yield subscribe
    for one in opened:
        one.close()


def flip(fleet, name="outside-a", times=1):
    for _ in range(times):
        fleet.post(f"/agents/{name}/pause")
        fleet.post(f"/agents/{name}/unpause")


def caught_up(fleet, one):
    """Waits until the stream has everything the log has; returns the log."""
    def look():
        log = fleet.events()
        return log if log and one.frames and one.ids()[-1] == log[-1]["id"] else None
    return wait_until(look)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_subscriber_that_reconnects_with_its_last_id_misses_and_repeats_nothing(daemon, stream, end):
    fleet = daemon(config())
    first = stream(fleet, "?after=0")
    flip(fleet, times=3)
    fleet.finished(fleet.submit("worker-default"))
    wait_until(lambda: any(frame["event"] == "rollout.finished" for frame in first.frames))
    fleet.stop() if end == "stop" else fleet.kill()
    first.join(20)
    assert not first.is_alive(), "the stream does not end with its daemon"

    fleet.start()
    flip(fleet, times=2)
    second = stream(fleet, last_id=first.ids()[-1])
    flip(fleet, "outside-b", times=2)
    log = caught_up(fleet, second)

    seen = first.frames + second.frames
    assert [frame["data"] for frame in seen] == log
    assert [(frame["id"], frame["event"]) for frame in seen] == [(event["id"], event["type"]) for event in log]
    ids = [frame["id"] for frame in seen]
    assert ids == sorted(set(ids))


def test_an_event_is_the_same_on_the_stream_and_in_the_log_and_has_a_one_line_summary(daemon, stream):
    fleet = daemon(config())
    one = stream(fleet)
    fleet.post("/agents/outside-a/outcomes", FAULT)
    [frame] = wait_until(lambda: [one for one in one.frames if one["event"] == "provider.failover" and one["data"]["instance"] == "outside-a"])
    assert frame["data"]["summary"] == "outside-a ① → ②: 401 auth_error"
    assert (frame["data"]["type"], frame["data"]["instance"], frame["data"]["id"]) == ("provider.failover", "outside-a", frame["id"])
    [row] = fleet.ledger("outside-a")
    assert {key: frame["data"]["detail"][key] for key in ("from_tier", "to_tier", "kind", "reason")} == {
        "from_tier": 1, "to_tier": 2, "kind": "auth_error", "reason": "401 auth_error"}
    assert frame["data"]["detail"]["id"] == row["id"]


def test_a_stream_without_an_id_begins_now_and_the_header_overrides_the_query(daemon, stream):
    fleet = daemon(config())
    flip(fleet, times=3)
    log = fleet.events()
    fresh = stream(fleet)
    both = stream(fleet, "?after=0", last_id=log[-2]["id"])
    wait_until(lambda: fresh.comments and both.frames)
    flip(fleet)
    later = caught_up(fleet, fresh)
    caught_up(fleet, both)
    assert [frame["data"] for frame in fresh.frames] == later[len(log):]
    assert [frame["data"] for frame in both.frames] == later[len(log) - 1:]


def test_types_choose_events_from_the_log_and_as_they_happen(daemon, stream):
    fleet = daemon(config())

    def happen():
        fleet.finished(fleet.submit("worker-default"))
        fleet.post("/agents/outside-a/outcomes", FAULT)
        flip(fleet)

    happen()
    some = stream(fleet, "?after=0&types=container.*,provider.failover")
    all_of_them = stream(fleet, "?after=0")
    happen()
    log = caught_up(fleet, all_of_them)
    chosen = [event for event in log if event["type"].startswith("container.") or event["type"] == "provider.failover"]
    assert {"container.lazy_started", "provider.failover"} == {event["type"] for event in chosen}
    wait_until(lambda: len(some.frames) >= len(chosen))
    assert [frame["data"] for frame in some.frames] == chosen
    assert fleet.events("container.*,provider.failover") == chosen
    assert fleet.get("/event-log?after=0&limit=2&types=rollout.*") == [
        event for event in log if event["type"].startswith("rollout.")][:2]
    assert {event["instance"] for event in fleet.get("/event-log?instance=outside-a")} == {"outside-a"}


def test_a_future_id_is_answered_with_reset_and_the_stream_goes_on(daemon, stream):
    fleet = daemon(config())
    flip(fleet)
    latest = fleet.events()[-1]["id"]
    one = stream(fleet, last_id=latest + 1000)
    wait_until(lambda: one.frames)
    assert one.frames == [{"id": latest, "event": "reset", "data": {"latest": latest}}]
    flip(fleet)
    log = caught_up(fleet, one)
    assert [frame["data"] for frame in one.frames[1:]] == [event for event in log if event["id"] > latest]


def test_an_id_deleted_by_retention_is_answered_with_reset(daemon, stream):
    fleet = daemon(config())
    flip(fleet, times=5)
    log = fleet.events()
    fleet.stop()
    with sqlite3.connect(fleet.state_dir / "understudy.db") as database:
        database.execute("DELETE FROM event_log WHERE id <= ?", (log[4]["id"],))
    fleet.start()
    gone, kept = stream(fleet, last_id=log[2]["id"]), stream(fleet, last_id=log[4]["id"])
    wait_until(lambda: gone.frames and len(kept.frames) >= len(log) - 5)
    assert gone.frames[0]["event"] == "reset"
    assert [frame["data"] for frame in kept.frames][:len(log) - 5] == log[5:]


def state_of(agents):
    return {one["name"]: (one["provider_state"]["current_tier"], one["provider_state"]["paused"]) for one in agents}


def apply(state, event):
    """Handles an event as a dashboard does."""
    if event["type"] not in ("provider.failover", "provider.reset", "provider.paused", "provider.resumed"):
        return
    paused = state[event["instance"]][1]
    if event["type"] in ("provider.paused", "provider.resumed"):
        paused = event["type"] == "provider.paused"
    if event["type"] == "provider.reset":
        paused = False
    state[event["instance"]] = (event["detail"]["to_tier"], paused)


def test_a_snapshot_and_the_events_after_its_event_seq_are_the_state(daemon, stream):
    fleet = daemon(config())
    ended = threading.Event()

    def disturb(name):
        while not ended.is_set():
            for outcome in (FAULT, FAULT, SUCCESS, FAULT, FAULT, FAULT, SUCCESS):
                fleet.post(f"/agents/{name}/outcomes", outcome)
            flip(fleet, name)
            fleet.post(f"/agents/{name}/reset-tier")

    disturbers = [threading.Thread(target=disturb, args=(name,)) for name in ("outside-a", "outside-b")]
    for one in disturbers:
        one.start()
    try:
        wait_until(lambda: fleet.events("provider.*"))
        snapshots = []
        while len(snapshots) < 30 or len({seq for seq, _ in snapshots}) < 6:
            answer = fleet.call("GET", "/agents")
            snapshots.append((int(answer.headers["Event-Seq"]), state_of(answer.json)))
    finally:
        ended.set()
        for one in disturbers:
            one.join(30)
    answer = fleet.call("GET", "/agents")
    snapshots.append((int(answer.headers["Event-Seq"]), state_of(answer.json)))

    last = snapshots[-1][0]
    for seq, state in snapshots[:-1]:
        following = stream(fleet, f"?after={seq}")
        wait_until(lambda: max([seq, *following.ids()]) >= last)
        following.close()
        later = [(at, expected) for at, expected in snapshots if at >= seq]
        for at, expected in later:
            kept = dict(state)
            for frame in following.frames:
                if frame["id"] <= at:
                    apply(kept, frame["data"])
            assert kept == expected, (seq, at)


def test_a_single_agent_has_an_event_seq_too(daemon):
    fleet = daemon(config())
    flip(fleet)
    assert fleet.call("GET", "/agents/outside-a").headers["Event-Seq"] == str(fleet.events()[-1]["id"])


def test_subscribers_are_counted_and_forgotten_when_they_leave(daemon, stream):
    fleet = daemon(config())

    def subscribers():
        text = fleet.call("GET", "/metrics").body.decode()
        return next(line.split()[1] for line in text.splitlines() if line.startswith("understudy_sse_subscribers "))

    opened = [stream(fleet) for _ in range(3)]
    wait_until(lambda: subscribers() == "3")
    for one in opened:
        one.close()
    wait_until(lambda: subscribers() == "0")


def test_a_stream_is_neither_cached_nor_buffered(daemon, stream):
    fleet = daemon(config())
    headers = stream(fleet).answer.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"


@pytest.fixture(scope="module", autouse=True)
def silence(tmp_path_factory):
    """A stream without events, open since the first test."""
    fleet = Daemon(tmp_path_factory.mktemp("silence"), config()).start()
    try:
        one = Stream(fleet)
        yield one
        one.close()
    finally:
        fleet.end_everything()


def test_a_silent_stream_has_a_heartbeat(silence):
    wait_until(lambda: "hb" in silence.comments, timeout=25)
    assert silence.frames == []
