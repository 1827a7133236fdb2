"""A tier that cannot serve this request is not ill, and the request is not lost where another tier can serve it."""

import pytest

from fleet_health import (AGENT, account, await_held, config, current_tier, held, http_error, kinds, model, moves,
                          provider_of, report, reviewer, succeeded, tiers)
from rig import Daemon, wait_until
from upstream import REFUSED, TOO_LONG, Refuse, times

TWO = ("p1/model-one", "p2/model-two")
THREE = (*TWO, "p3/model-three")
CONTENT_POLICY = Refuse(400, "Output blocked by content filtering policy")
UNSUITED = {
    "beta flag": Refuse(400, "invalid beta flag"),
    "no tools": Refuse(400, "library/gemma3:4b does not support tools"),
    "ceiling": Refuse(400, "max_tokens: integer above maximum value, expected a value <= 32768, but got 128000 instead."),
    "too long": TOO_LONG,
}


@pytest.mark.parametrize("refusal", UNSUITED.values(), ids=UNSUITED)
def test_a_task_that_a_fallback_cannot_serve_is_done_by_the_next_tier(daemon, upstream, refusal):
    """sc-04."""
    fleet = daemon(config(reviewer(chain=THREE), upstream(REFUSED), upstream(refusal), upstream()))
    task = fleet.submit(AGENT)
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2, 3]
    # For this request only.
    assert current_tier(fleet) == 2 and moves(fleet) == [("auth_error", 1, 2)]
    assert account(fleet, "p2")["state"] == "closed" and model(fleet, "p2", "model-two")["state"] in ("closed", "ramping")


def test_a_request_refused_by_the_fallback_waits_for_tier_one_and_others_go_past_it(daemon, upstream):
    first, second = upstream(REFUSED), upstream(lambda call: TOO_LONG if call.prompt == "big" else None)
    fleet = daemon(config(reviewer(chain=TWO), first, second))
    big = fleet.submit(AGENT, "big")
    small = fleet.submit(AGENT, "small")
    succeeded(fleet, small)
    assert tiers(fleet, small) == [2]
    waits = wait_until(lambda: fleet.rollout(big).get("held"))
    assert (waits["provider"], waits["model"]) == ("p1", "model-one")
    assert tiers(fleet, big) == [1, 2] and len(second.calls) == 2
    assert fleet.agent(AGENT)["provider_state"]["paused"] is False

    first.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, big)
    assert tiers(fleet, big) == [1, 2, 1]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_tiers_that_refused_a_request_are_remembered_over_a_restart(daemon, upstream, end):
    first, second = upstream(REFUSED), upstream(TOO_LONG)
    fleet = daemon(config(reviewer(chain=TWO), first, second))
    task = fleet.submit(AGENT, "big")
    before = wait_until(lambda: fleet.rollout(task).get("held"))
    fleet.stop() if end == "stop" else fleet.kill()
    fleet.start()
    assert wait_until(lambda: fleet.rollout(task).get("held")) == before
    first.behave = None
    fleet.post("/providers/p1/reset")
    succeeded(fleet, task)
    assert tiers(fleet, task) == [1, 2, 1] and len(second.calls) == 1


def test_a_request_that_every_tier_refuses_fails(daemon, upstream):
    first, second = upstream(REFUSED), upstream(TOO_LONG)
    fleet = daemon(config(reviewer(chain=TWO), first, second))
    task = fleet.submit(AGENT)
    wait_until(lambda: fleet.rollout(task).get("held"))
    first.behave = TOO_LONG
    fleet.post("/providers/p1/reset")
    assert fleet.finished(task)["status"] == "failed"
    assert tiers(fleet, task) == [1, 2, 1]
    assert fleet.attempts(task)[-1]["metadata"]["verdict"]["kind"] == "context_length"


@pytest.mark.parametrize("refusal", [UNSUITED["beta flag"], TOO_LONG, CONTENT_POLICY])
def test_what_tier_one_refuses_is_the_requests_own_fault(daemon, upstream, refusal):
    first, second = upstream(refusal), upstream()
    fleet = daemon(config(reviewer(chain=TWO), first, second))
    task = fleet.submit(AGENT)
    assert fleet.finished(task)["status"] == "failed"
    assert tiers(fleet, task) == [1] and second.calls == [] and fleet.ledger(AGENT) == []


def test_a_content_policy_is_never_moved_around(daemon, upstream):
    third = upstream()
    fleet = daemon(config(reviewer(chain=THREE), upstream(REFUSED), upstream(CONTENT_POLICY), third))
    task = fleet.submit(AGENT)
    assert fleet.finished(task)["status"] == "failed"
    assert tiers(fleet, task) == [1, 2] and third.calls == []


def test_a_tier_that_refuses_three_tasks_for_its_dialect_is_shown_as_misconfigured(daemon, upstream):
    fleet = daemon(config(reviewer(chain=THREE), upstream(REFUSED), upstream(UNSUITED["beta flag"]), upstream()))
    for n in range(3):
        shown = provider_of(fleet, "p2")["models"][0]["faults"]
        assert shown == [], n
        succeeded(fleet, fleet.submit(AGENT, str(n)))
    [fault] = provider_of(fleet, "p2")["models"][0]["faults"]
    assert fault["tasks"] == 3 and "invalid beta flag" in fault["reason"]
    assert fault["since"] <= fleet.events()[-1]["ts"]


def test_a_lost_request_of_the_fallback_leaves_no_cooldown_behind(daemon, upstream):
    first, second = upstream(times(1, REFUSED)), upstream(lambda call: TOO_LONG if call.prompt == "big" else None)
    fleet = daemon(config(reviewer(chain=TWO), first, second))
    big = fleet.submit(AGENT, "big")
    wait_until(lambda: fleet.rollout(big).get("held"))
    after = fleet.submit(AGENT, "small")
    succeeded(fleet, after)
    assert tiers(fleet, after) == [2] and kinds(fleet) == ["auth_error"]
    fleet.post(f"/rollouts/{big}", {"status": "cancelled"})
    wait_until(lambda: fleet.get("/health")["held"]["tasks"] == 0)
    assert held(fleet) is None


# ---- what an outcome says (K1, K3, K9, K10), as the fleet acts on it

WITHOUT_AN_ANSWER = {
    "no tokens": '{"id":"m","type":"message","role":"assistant","model":"x","content":[],"stop_reason":"end_turn",'
                 '"usage":{"input_tokens":0,"output_tokens":0}}',
    "lost window": '{"id":"m","type":"message","role":"assistant","model":"x","content":[],'
                   '"stop_reason":"model_context_window_exceeded","usage":{"input_tokens":0,"output_tokens":0}}',
    "network error": '{"id":"1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":""},'
                     '"finish_reason":"network_error"}],"usage":{"prompt_tokens":0,"completion_tokens":0}}',
    "half a stream": 'data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant",'
                     '"content":"The first step"},"finish_reason":null}]}\n\n',
}


FULL_BUCKET = {"anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "49",
               "anthropic-ratelimit-requests-reset": "2099-01-01T00:00:00Z"}
COOLING_PROXY = ('{"error":{"message":"No deployments available for selected model, Try again in 60 seconds. '
                 'Passed model=claude-sonnet.","type":"None","code":"429"}}')


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A fleet of external agents, each on providers of its own."""
    document = {"providers": {}, "agent_types": {}}
    for name in (*(f"answer-{n}" for n in range(len(WITHOUT_AN_ANSWER))), "proxy", "bucket"):
        for tier in ("first", "second"):
            document["providers"][f"{tier}-{name}"] = {"base_url": "http://127.0.0.1:9", "api_key": f"key-of-{tier}-{name}"}
        document["agent_types"][name] = reviewer(chain=(f"first-{name}/model-one", f"second-{name}/model-two"),
                                                 adapter="external", cooldown_min=None, server_error_threshold=1)
    fleet = Daemon(tmp_path_factory.mktemp("outside"), document).start()
    yield fleet
    fleet.end_everything()


@pytest.mark.parametrize("n", range(len(WITHOUT_AN_ANSWER)), ids=list(WITHOUT_AN_ANSWER))
def test_a_200_that_carries_no_answer_moves_the_agent(outside, n):
    answer = report(outside, f"answer-{n}-default", status=200, body=list(WITHOUT_AN_ANSWER.values())[n])
    assert answer["verdict"]["failover"] is True and answer["moved"] is True
    assert answer["provider_state"]["current_tier"] == 2


def seconds(health):
    return round((health["until"] - health["since"]) / 1000)


def test_the_wait_of_a_proxy_that_cools_down_is_believed(outside):
    assert report(outside, "proxy-default", status=429, body=COOLING_PROXY)["verdict"]["kind"] == "rate_limit"
    assert seconds(model(outside, "first-proxy")) == 60


def test_the_reset_of_a_full_bucket_on_a_500_is_no_wait(outside):
    report(outside, "bucket-default", **http_error(500, "Internal server error", headers=FULL_BUCKET))
    assert seconds(model(outside, "first-bucket")) == 30


def test_an_operators_rule_is_tried_first_also_on_a_clis_text(daemon):
    """sc-14."""
    command = ["sh", "-c", "cat > /dev/null; echo 'You have no quota'; exit 1"]
    document = config(reviewer(command=command, adapter="command"), "http://127.0.0.1:9",
                      classifier_rules=[{"name": "our-cli", "contains": "You have no quota", "kind": "quota"}])
    fleet = daemon(document)
    task = fleet.submit(AGENT)
    assert await_held(fleet)["kind"] == "quota"
    verdict = fleet.attempts(task)[0]["metadata"]["verdict"]
    assert (verdict["kind"], verdict["rule"]) == ("quota", "our-cli")
