"""The real agent CLI, as old as the tests' own and a current one, with providers that fail as they did to others."""

import threading
import time

import pytest

from fleet_health import AGENT, await_held, config, kinds, moves, reviewer, succeeded, tiers
from rig import ROOT
from upstream import OVERLOADED, REFUSED, TOO_LONG, Refuse, Reply, Stall

TWO = ("p1/model-one", "p2/model-two")
NOTHING = {"text": "", "usage": (0, 0)}


@pytest.fixture(params=["claude-code", pytest.param("claude-code-current", marks=pytest.mark.slow)])
def cli(request):
    program = ROOT / "build/tools" / request.param / "node_modules/.bin/claude"
    if not program.exists():
        pytest.skip("the agent CLI is not installed; ./dev e2e installs it")
    return [str(program), "-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"]


@pytest.fixture
def fleet(daemon, cli):
    """fleet(upstreams, chain) starts a daemon with the CLI as its one agent; nothing but loopback can be reached."""
    def start(*upstreams, chain=TWO, agent=None, **failover):
        nowhere = "http://127.0.0.1:9"
        env = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "HTTPS_PROXY": nowhere,
               "HTTP_PROXY": nowhere, "NO_PROXY": "127.0.0.1"}
        one = reviewer(chain=chain, command=cli, agent={"timeout_s": 60, "env": env, **(agent or {})}, **failover)
        return daemon(config(one, *upstreams))

    return start


def overloaded_for(seconds):
    end = time.monotonic() + seconds
    return lambda call: OVERLOADED if time.monotonic() < end else None


@pytest.mark.slow
def test_an_overload_of_half_a_minute_costs_no_task_with_one_tier(fleet, upstream):
    """sc-11, with default settings: the CLI alone, with its own ten tries, would be done after 37 s."""
    one = upstream(overloaded_for(25))
    agent = fleet(one, chain=TWO[:1], cooldown_min=None, server_error_threshold=None)
    began = time.monotonic()
    succeeded(agent, agent.submit(AGENT, "say hello"), timeout=120)
    assert time.monotonic() - began < 100


@pytest.mark.slow
def test_an_overload_of_both_tiers_is_over_within_a_minute_or_two(fleet, upstream):
    """sc-12."""
    first, second = upstream(overloaded_for(25)), upstream(overloaded_for(25))
    agent = fleet(first, second, cooldown_min=None, server_error_threshold=None)
    began = time.monotonic()
    succeeded(agent, agent.submit(AGENT, "say hello"), timeout=150)
    assert time.monotonic() - began < 120


def test_an_overload_shorter_than_the_operators_cooldown_holds_the_task(fleet, upstream):
    one = upstream(OVERLOADED)
    agent = fleet(one, chain=TWO[:1], cooldown_min=0.02, server_error_threshold=1)
    task = agent.submit(AGENT, "say hello")
    assert await_held(agent)["kind"] == "server_error"
    one.behave = None
    succeeded(agent, task)
    assert set(tiers(agent, task)) == {1}


@pytest.mark.parametrize("begun", [False, True], ids=["at once", "in the middle of its answer"])
def test_a_provider_that_says_nothing_is_left_after_one_silence(fleet, upstream, provider, begun):
    """sc-13."""
    first = provider({"steps": [{"times": "forever", "fault": "stall", "seconds": 120}]}) if begun else \
        upstream(Stall(threading.Event()))
    agent = fleet(first, upstream(), agent={"timeout_s": 30, "silence_s": 4})
    task = agent.submit(AGENT, "say hello")
    succeeded(agent, task, timeout=60)
    assert tiers(agent, task) == [1, 2] and kinds(agent) == ["timeout"]
    assert agent.attempts(task)[0]["metadata"]["verdict"]["rule"] == "provider-silent"


@pytest.mark.parametrize("reply", [
    pytest.param(Reply(stop_reason="model_context_window_exceeded", **NOTHING), id="window lost at once"),
    pytest.param(Reply(**NOTHING), id="nothing"),
    pytest.param(Reply(stop_reason="network_error", **NOTHING), id="network_error"),
    pytest.param(Reply(stop_reason="error", **NOTHING), id="error"),
    pytest.param(Reply(ends=1), id="stream closed"),
])
def test_a_200_that_carries_no_answer_goes_to_tier_two(fleet, upstream, reply):
    """sc-16."""
    first, second = upstream(reply), upstream()
    agent = fleet(first, second, server_error_threshold=1)
    task = agent.submit(AGENT, "say hello")
    succeeded(agent, task, timeout=60)
    assert tiers(agent, task)[-1] == 2
    assert agent.attempts(task)[-1]["metadata"]["output"] == "This is model-two."


@pytest.mark.parametrize("refusal", [
    pytest.param(Refuse(400, "invalid beta flag"), id="beta flag"),
    pytest.param(Refuse(400, "library/gemma3:4b does not support tools"), id="no tools", marks=pytest.mark.slow),
    pytest.param(TOO_LONG, id="too long", marks=pytest.mark.slow),
])
def test_a_fallback_that_refuses_this_cli_is_gone_past(fleet, upstream, refusal):
    """sc-04."""
    agent = fleet(upstream(REFUSED), upstream(refusal), upstream(), chain=(*TWO, "p3/model-three"))
    task = agent.submit(AGENT, "say hello")
    succeeded(agent, task, timeout=60)
    assert tiers(agent, task) == [1, 2, 3] and moves(agent) == [("auth_error", 1, 2)]
