"""Replays exchanges recorded from the reference server; each deviation is listed here with its reason."""

import json
import re
import time

import pytest

from rig import ROOT, request

EXCHANGES = [json.loads(line) for line in (ROOT / "tests/data/store_reference.jsonl").read_text().splitlines()]
ID = re.compile(r"^(ro|at|rs)-[0-9a-f]{8,12}$")
MOMENT = {"start_time", "end_time", "create_time", "update_time", "last_heartbeat_time", "last_dequeue_time",
          "last_busy_time", "last_idle_time"}

NOT_FOUND = "an unknown id is 404: a client does not retry"
UNORDERED = "a field without an order cannot be sorted by: 400"
OURS = "an additional sort"
# name → (status, reason)
DEVIATIONS = {
    "HEAD health": (200, "HEAD works wherever GET does"),
    "OPTIONS without CORS": (204, "OPTIONS lists the methods"),
    "trailing slash": (200, "a trailing slash is ignored"),
    "sort_by dict field": (400, UNORDERED),
    "sort_by metadata (dict)": (400, UNORDERED),
    "sort_by input": (400, UNORDERED),
    "sort_by config": (400, UNORDERED),
    "sort status (object)": (400, UNORDERED),
    "sort_by duration": (200, OURS),
    "sort duration": (200, OURS),
    "sort status_code": (200, OURS),
    "unknown rollout -> ?": (200, "null, as the client expects it"),
    "start_attempt unknown rollout": (404, NOT_FOUND),
    "update unknown rollout": (404, NOT_FOUND),
    "update unknown rollout 2": (404, NOT_FOUND),
    "unknown attempt": (404, NOT_FOUND),
    "unknown rollout": (404, NOT_FOUND),
    "rollout without attempts": (404, NOT_FOUND),
    "span unknown rollout": (404, NOT_FOUND),
    "span unknown attempt": (404, NOT_FOUND),
}
# The same status, a different body.
ANSWERS = {
    "statistics empty": "counts by status instead of memory",
    "statistics": "counts by status instead of memory",
    "mode_in ignored": "mode_in filters",
    "rollout_id_contains": "it contains part of a random id",
    "workers sort by current_rollout_id": "ids are random, and so is their order",
    "or with no filters (2)": "without a filter all spans match",
    "span nested attr dict": "one problem per attribute",
    "span attr null": "one problem per attribute",
    "span attr mixed list": "one problem per attribute",
}


def put_in(text, ids):
    for symbol, real in ids.items():
        text = text.replace(symbol, real)
    return text


def learn(expected, got, ids):
    """Maps the reference's ids to ours."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in expected.keys() & got.keys():
            learn(expected[key], got[key], ids)
    elif isinstance(expected, list) and isinstance(got, list):
        for one, other in zip(expected, got):
            learn(one, other, ids)
    elif isinstance(expected, str) and isinstance(got, str) and ID.match(expected) and expected not in ids:
        ids[expected] = got


def same(expected, got, ids, key=None):
    if isinstance(expected, dict):
        return isinstance(got, dict) and list(expected) == list(got) and all(
            same(value, got[name], ids, name) for name, value in expected.items())
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(
            same(one, other, ids) for one, other in zip(expected, got))
    if key in MOMENT and isinstance(expected, float):
        return isinstance(got, float)
    if isinstance(expected, str):
        return got == put_in(expected, ids)
    return type(expected) is type(got) and expected == got


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    from rig import Daemon
    store = Daemon(tmp_path_factory.mktemp("golden"), {}, args=("--store-scan-debounce-s", "0")).start()
    ids, answers = {}, {}
    for exchange in EXCHANGES:
        body = exchange.get("body")
        answer = request(exchange["method"], store.url + put_in(exchange["path"], ids),
                         None if body is None else put_in(body, ids).encode())
        time.sleep(0.002)  # our times have milliseconds: rows sorted by time must differ in them
        text = answer.body.decode()
        try:
            value = json.loads(text) if text else None
        except ValueError:
            value = text
        if "answer" in exchange and exchange["status"] == answer.status:
            learn(exchange["answer"], value, ids)
        answers[exchange["name"]] = (answer.status, value, dict(ids))
    yield answers
    store.end_everything()


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["name"])
def test_responses_match_the_reference(replayed, exchange):
    name = exchange["name"]
    status, value, ids = replayed[name]
    if name in DEVIATIONS:
        assert status == DEVIATIONS[name][0], value
        return
    assert status == exchange["status"], value
    if "answer" in exchange and name not in ANSWERS:
        assert same(exchange["answer"], value, ids), f"{put_in(json.dumps(exchange['answer']), ids)}\n{json.dumps(value)}"


def test_every_deviation_belongs_to_a_replayed_exchange():
    names = {exchange["name"] for exchange in EXCHANGES}
    assert (DEVIATIONS.keys() | ANSWERS.keys()) - names == set()
