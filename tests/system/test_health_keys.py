"""A tier whose key is not set is skipped, not tried; a key that comes or changes ends what was known of the old one."""

import threading
import time

from fleet_health import (AGENT, account, await_held, config, current_tier, kinds, model, openings, provider_of, reviewer,
                          succeeded, tiers, why)
from rig import wait_until
from upstream import REFUSED, Stall

TWO = ("p1/model-one", "p2/model-two")


def write(file, key):
    """As an operator would: the new file takes the old one's place."""
    draft = file.with_suffix(".new")
    draft.write_text(key + "\n")
    draft.chmod(0o600)
    draft.rename(file)


def only(key):
    return lambda call: None if call.key == key else REFUSED


def with_key(one, source, chain=("p1/model-one",), *others, **more):
    document = config(reviewer(chain=chain, **more), one, *others)
    document["providers"]["p1"] = {"base_url": one.url, **source}
    return document


def test_a_tier_without_a_key_is_skipped_without_an_attempt(daemon, upstream):
    first, second = upstream(), upstream()
    fleet = daemon(with_key(first, {"api_key_env": "NO_SUCH_KEY"}, TWO, second))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [2] and first.calls == []
    [row] = fleet.ledger(AGENT)
    assert (row["kind"], row["reason"], row["to_tier"]) == ("auth_error", "NO_SUCH_KEY is not set", 2)
    health = account(fleet)
    assert health["state"] == "unconfigured" and "until" not in health and "NO_SUCH_KEY is not set" in health["reason"]


def test_without_another_tier_it_is_held_without_a_time_until_the_key_is_there_at_the_next_start(daemon, upstream):
    one = upstream()
    fleet = daemon(with_key(one, {"api_key_env": "THE_KEY"}))
    task = fleet.submit(AGENT)
    waits = await_held(fleet)
    assert "until" not in waits and (waits["provider"], waits["kind"]) == ("p1", "auth_error")
    assert "THE_KEY is not set" in waits["reason"] and "THE_KEY is not set" in why(fleet)
    assert fleet.attempts(task) == [] and fleet.agent(AGENT)["provider_state"]["retry_at"] is None
    fleet.stop()
    fleet.env["THE_KEY"] = "key-of-p1"
    fleet.start()
    succeeded(fleet, task)
    assert [call.key for call in one.calls] == ["key-of-p1"]


def test_a_key_file_that_comes_ends_the_hold(daemon, upstream, tmp_path):
    one, file = upstream(), tmp_path / "key"
    fleet = daemon(with_key(one, {"auth_token_file": str(file)}))
    task = fleet.submit(AGENT)
    assert "until" not in await_held(fleet)
    write(file, "the-key")
    succeeded(fleet, task)
    assert [call.key for call in one.calls] == ["the-key"] and kinds(fleet)[-1] == "auto_resume"


def test_a_key_file_that_changes_ends_what_was_known_of_the_old_key(daemon, upstream, tmp_path):
    one, file = upstream(only("good")), tmp_path / "key"
    write(file, "bad")
    fleet = daemon(with_key(one, {"api_key_file": str(file)}))
    task = fleet.submit(AGENT)
    assert await_held(fleet)["until"] > time.time() * 1000 + 3_000_000
    write(file, "good")
    succeeded(fleet, task)
    assert [call.key for call in one.calls] == ["bad", "good"]


def test_an_agent_on_the_fallback_returns_when_the_key_of_tier_one_changes(daemon, upstream, tmp_path):
    first, second, file = upstream(only("good")), upstream(), tmp_path / "key"
    write(file, "bad")
    fleet = daemon(with_key(first, {"api_key_file": str(file)}, TWO, second))
    succeeded(fleet, fleet.submit(AGENT))
    assert current_tier(fleet) == 2
    write(file, "good")
    wait_until(lambda: account(fleet)["state"] in ("ramping", "closed"))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1]


def test_a_key_that_is_saved_in_the_configuration_ends_the_hold(daemon, upstream):
    one = upstream(only("good"))
    fleet = daemon(with_key(one, {"api_key": "bad"}))
    task = fleet.submit(AGENT)
    await_held(fleet)
    read = fleet.call("GET", "/config")
    document = read.json
    document["providers"]["p1"]["api_key"] = "good"
    assert fleet.call("PUT", "/config", document, {"If-Match": read.headers["ETag"]}).status == 200
    succeeded(fleet, task)
    assert [call.key for call in one.calls] == ["bad", "good"]


def test_a_verdict_on_the_old_key_says_nothing_of_the_new_one(daemon, upstream, tmp_path):
    gate, file = threading.Event(), tmp_path / "key"
    one = upstream(lambda call: Stall(gate, then=REFUSED) if call.key == "bad" else None)
    write(file, "bad")
    fleet = daemon(with_key(one, {"api_key_file": str(file)}))
    task = fleet.submit(AGENT)
    wait_until(lambda: one.calls)
    [before] = provider_of(fleet)["accounts"]
    write(file, "good")
    wait_until(lambda: provider_of(fleet)["accounts"][0]["id"] != before["id"])
    gate.set()
    succeeded(fleet, task)
    assert [call.key for call in one.calls] == ["bad", "good"]
    assert account(fleet)["state"] == "closed" and model(fleet)["state"] == "closed" and openings(fleet) == []


def test_a_key_file_that_goes_away_holds_the_queue_and_loses_nothing(daemon, upstream, tmp_path):
    one, file = upstream(), tmp_path / "key"
    write(file, "the-key")
    fleet = daemon(with_key(one, {"api_key_file": str(file)}))
    succeeded(fleet, fleet.submit(AGENT))
    file.unlink()
    wait_until(lambda: account(fleet)["state"] == "unconfigured")
    task = fleet.submit(AGENT)
    assert str(file) in await_held(fleet)["reason"]
    write(file, "the-key")
    succeeded(fleet, task)
    assert len(one.calls) == 2


def test_agents_that_wait_for_a_key_are_counted_as_held(daemon, upstream):
    fleet = daemon(with_key(upstream(), {"api_key_env": "NO_SUCH_KEY"}, instances=("a", "b")))
    for name in "ab":
        fleet.submit(f"reviewer-{name}")
    wait_until(lambda: fleet.get("/health")["held"] == {"tasks": 2, "agents": 2})
    assert fleet.get("/health")["status"] == "ok"
