"""What people and programs see of it: providers, events, what is held, metrics, the database."""

import json
import re
import threading

import pytest

from fleet_health import (AGENT, account, await_all_held, await_held, config, model, provider_of, report, reviewer, rows,
                          succeeded)
from rig import wait_until
from sse import Stream
from upstream import REFUSED, Refuse, Stall

TWO = ("p1/model-one", "p2/model-two")
STATES = {"closed", "open", "due", "trial", "ramping", "unconfigured"}


def details(fleet, *types):
    return [(event["type"], event["detail"]) for event in fleet.events(",".join(types))]


@pytest.fixture
def stream():
    opened = []

    def start(*args):
        opened.append(Stream(*args))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_providers_are_listed_with_what_is_known_of_them(daemon, upstream):
    fleet = daemon(config(reviewer(chain=TWO, instances=("a", "b")), upstream(REFUSED), upstream()))
    answer = fleet.call("GET", "/providers")
    assert int(answer.headers["Event-Seq"]) >= 0
    first, second = answer.json
    assert [first["name"], second["name"], first["dialect"]] == ["p1", "p2", "anthropic"]
    assert account(fleet)["state"] == "closed" and first["calls_1h"] == 0 and first["errors_1h"] == {}
    assert first["models"][0]["agents"] == ["reviewer-a", "reviewer-b"] and second["models"][0]["agents"] == []

    succeeded(fleet, fleet.submit("reviewer-a"))
    first, second = fleet.get("/providers")
    [known] = first["accounts"]
    assert "instances" not in known
    health = known["health"]
    assert (health["state"], health["scope"], health["kind"], health["reason"], health["seen_by"]) == \
        ("open", "account", "auth_error", "401 auth_error", "reviewer-a")
    assert health["until"] - health["since"] == 3_600_000 and "trial_by" not in health and "ramp" not in health
    assert (first["calls_1h"], first["errors_1h"], second["calls_1h"], second["errors_1h"]) == (1, {"auth_error": 1}, 1, {})
    assert [one["agents"] for one in first["models"] + second["models"]] == [["reviewer-b"], ["reviewer-a"]]
    assert second["tokens_window"] == {"input": 25, "output": 12}
    assert int(fleet.call("GET", "/providers").headers["Event-Seq"]) == fleet.events()[-1]["id"]


def test_the_events_tell_the_whole_story(daemon, upstream, stream):
    one, gate = upstream(REFUSED), threading.Event()
    fleet = daemon(config(reviewer(), one))
    heard = stream(fleet, "?after=0&types=provider.*")
    task = fleet.submit(AGENT)
    waits = await_held(fleet)
    one.behave = Stall(gate)
    fleet.post("/providers/p1/try", expect=202)
    wait_until(lambda: account(fleet)["state"] == "trial")
    assert account(fleet)["trial_by"] == AGENT
    gate.set()
    succeeded(fleet, task)
    wait_until(lambda: account(fleet)["state"] in ("ramping", "closed"))

    told = details(fleet, "provider.health")
    assert {detail["provider"] for _, detail in told} == {"p1"}
    assert {detail["account"] for _, detail in told} == {provider_of(fleet)["accounts"][0]["id"]}
    assert all("model" not in detail for _, detail in told)
    states = [detail["health"]["state"] for _, detail in told]
    assert [state for n, state in enumerate(states) if state not in states[:n]][:3] == ["open", "trial", "ramping"]
    opened = told[0][1]["health"]
    # Everybody may read events, so the reason is the kind's name.
    assert (opened["kind"], opened["reason"], opened["seen_by"]) == ("auth_error", "auth_error", AGENT)

    [(_, held)] = details(fleet, "provider.held")
    assert (held["account"], held["kind"], held["until"], held["agents"], held["tasks"]) == \
        (told[0][1]["account"], "auth_error", waits["until"], 1, 1)
    [(_, released)] = details(fleet, "provider.released")
    assert (released["account"], released["agents"]) == (held["account"], 1)
    log = fleet.events("provider.*")
    wait_until(lambda: heard.ids() and heard.ids()[-1] == log[-1]["id"])
    assert [frame["data"] for frame in heard.frames] == log
    assert all(event["summary"] for event in log)


def test_the_health_of_one_model_is_told_with_its_name(daemon, upstream):
    fleet = daemon(config(reviewer(), upstream(Refuse(404, "model: model-one", "not_found_error"))))
    fleet.submit(AGENT)
    await_held(fleet)
    [(_, told), *_] = details(fleet, "provider.health")
    assert (told["model"], told["health"]["scope"], told["health"]["kind"]) == ("model-one", "tier", "model_not_found")
    assert account(fleet)["state"] == "closed" and model(fleet)["state"] == "open"


def test_reasons_are_shown_to_those_who_may_read_what_agents_wrote(daemon, upstream):
    fleet = daemon(config(reviewer(), upstream(REFUSED)))
    fleet.submit(AGENT)
    await_held(fleet)

    def reasons(operator):
        providers, agents = (fleet.call("GET", path, operator=operator).json for path in ("/providers", "/agents"))
        return providers[0]["accounts"][0]["health"]["reason"], agents[0]["held"]["reason"]

    assert reasons(operator=True) == ("401 auth_error", "401 auth_error")
    assert reasons(operator=False) == ("auth_error", "auth_error")
    assert fleet.call("POST", "/providers/p1/try", operator=False).status == 401
    assert fleet.call("POST", "/providers/p1/reset", operator=False).status == 401


def test_no_key_shows_in_what_is_told_of_a_provider(daemon, upstream):
    key = "key-of-p1"
    fleet = daemon(config(reviewer(), upstream(Refuse(401, f"invalid x-api-key: {key}"))))
    fleet.submit(AGENT)
    await_held(fleet)
    for path in ("/providers", "/agents", f"/agents/{AGENT}/why", "/event-log", "/metrics", "/health"):
        assert key not in fleet.call("GET", path).body.decode(), path


def test_health_counts_what_is_held(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(instances=("a", "b")), one))
    assert fleet.get("/health")["held"] == {"tasks": 0, "agents": 0}
    tasks = [fleet.submit("reviewer-a"), fleet.submit("reviewer-a"), fleet.submit("reviewer-b")]
    await_all_held(fleet, tasks=3, agents=2)
    assert fleet.get("/health")["status"] == "ok"
    one.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, *tasks)
    await_all_held(fleet, tasks=0, agents=0)


def test_metrics_count_providers_health_trials_and_what_is_held(daemon, upstream):
    one = upstream(REFUSED)
    fleet = daemon(config(reviewer(), one))
    task = fleet.submit(AGENT)
    await_held(fleet)

    def value(name, *labels):
        """The sum of the series that have these labels."""
        lines = fleet.call("GET", "/metrics").body.decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines
                   if re.match(name + "[{ ]", line) and all(label in line for label in labels))

    assert value("understudy_provider_health", 'provider="p1"', 'state="open"') == 1
    assert (value("understudy_held_tasks"), value("understudy_held_agents")) == (1, 1)
    assert value("understudy_provider_trials_total") == 0
    one.behave = None
    fleet.post("/providers/p1/try", expect=202)
    succeeded(fleet, task)
    assert value("understudy_provider_trials_total", 'provider="p1"') == 1
    wait_until(lambda: (value("understudy_held_tasks"), value("understudy_held_agents")) == (0, 0))
    assert value("understudy_held_seconds_total") > 0
    assert value("understudy_provider_health", 'provider="p1"', 'state="open"') == 0


def test_what_is_known_is_stored_without_the_key(daemon, upstream):
    fleet = daemon(config(reviewer(chain=TWO), upstream(REFUSED), upstream()))
    succeeded(fleet, fleet.submit(AGENT))
    stored = rows(fleet, "SELECT * FROM provider_health")
    assert "auth_error" in json.dumps(stored) and "key-of-p1" not in json.dumps(stored)
    before = fleet.get("/providers")
    fleet.kill()
    fleet.start()
    after = fleet.get("/providers")
    assert [(one["accounts"], one["models"]) for one in after] == [(one["accounts"], one["models"]) for one in before]


def test_the_names_of_accounts_differ_between_installations(daemon, upstream):
    one = upstream()
    ids = [provider_of(daemon(config(reviewer(), one), name))["accounts"][0]["id"] for name in ("here", "there")]
    assert ids[0] != ids[1] and all(ids)


def test_entries_leave_with_the_last_chain_that_reached_them(daemon, upstream):
    fleet = daemon(config(reviewer(chain=TWO), upstream(REFUSED), upstream()))
    succeeded(fleet, fleet.submit(AGENT))
    read = fleet.call("GET", "/config")
    document = read.json
    document["agent_types"]["reviewer"]["provider_chain"] = [{"provider": "p2", "model": "model-two"}]
    assert fleet.call("PUT", "/config", document, {"If-Match": read.headers["ETag"]}).status == 200
    wait_until(lambda: provider_of(fleet)["accounts"] == [] == provider_of(fleet)["models"])
    assert "auth_error" not in json.dumps(rows(fleet, "SELECT * FROM provider_health"))
    document["agent_types"]["reviewer"]["provider_chain"].insert(0, {"provider": "p1", "model": "model-one"})
    read = fleet.call("GET", "/config")
    assert fleet.call("PUT", "/config", document, {"If-Match": read.headers["ETag"]}).status == 200
    wait_until(lambda: provider_of(fleet)["accounts"])
    assert account(fleet)["state"] == "closed"


def test_every_state_on_the_wire_is_one_of_the_contracts(daemon, upstream):
    document = config(reviewer(adapter="external", chain=TWO), "http://127.0.0.1:9", "http://127.0.0.1:9")
    document["agent_types"] = {"outside": document["agent_types"]["reviewer"], "reviewer": reviewer(chain=("p2/model-two",))}
    document["providers"]["p2"] = {"base_url": "http://127.0.0.1:9", "api_key_env": "NO_SUCH_KEY"}
    fleet = daemon(document)
    report(fleet, status=429, body='{"error":{"type":"rate_limit_error","message":"slow down"}}')
    for one in fleet.get("/providers"):
        for part in ("accounts", "models"):
            assert all(each["health"]["state"] in STATES for each in one[part])
    assert account(fleet, "p2")["state"] == "unconfigured"
