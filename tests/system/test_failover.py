"""One task from REST to the ledger, with real processes and scripted providers."""

from rig import agent_type, providers_config, wait_until


def test_a_task_goes_on_at_the_next_tier_when_its_provider_refuses_the_key(daemon, provider):
    first = provider({"steps": [{"times": "forever", "fault": "status", "status": 401}]})
    second = provider({"answer": "hello from {model}"})
    fleet = daemon({"providers": providers_config(first, second), "agent_types": {"reviewer": agent_type()}})

    task = fleet.submit("reviewer-default", "say hello")

    assert fleet.finished(task)["status"] == "succeeded"
    attempts = fleet.attempts(task)
    assert [one["status"] for one in attempts] == ["failed", "succeeded"]
    assert attempts[1]["metadata"]["output"] == "hello from model-two"
    [row] = fleet.ledger("reviewer-default")
    assert (row["from_tier"], row["to_tier"], row["kind"], row["reason"]) == (1, 2, "auth_error", "401 auth_error")
    assert row["rollout_id"] == task
    state = fleet.agent("reviewer-default")["provider_state"]
    assert (state["current_tier"], state["active_model"], state["last_failure_kind"]) == (2, "model-two", "auth_error")


def test_a_task_that_fails_by_itself_moves_nothing(daemon, provider):
    first, second = provider(), provider()
    types = {"worker": agent_type(command=["sh", "-c", "echo 'saw HTTP 429 rate_limit_error in a test' >&2; exit 3"],
                                  adapter="command")}
    fleet = daemon({"providers": providers_config(first, second), "agent_types": types})

    task = fleet.submit("worker-default")

    assert fleet.finished(task)["status"] == "failed"
    assert fleet.ledger("worker-default") == []
    assert fleet.attempts(task)[0]["metadata"]["verdict"]["kind"] == "task_error"
    assert fleet.agent("worker-default")["provider_state"]["current_tier"] == 1


def test_a_success_after_the_cooldown_brings_the_agent_back(daemon, provider):
    first = provider({"steps": [{"times": 1, "fault": "status", "status": 401}]})
    second = provider()
    types = {"reviewer": agent_type(failover={"cooldown_min": 0.01})}
    fleet = daemon({"providers": providers_config(first, second), "agent_types": types})

    fleet.finished(fleet.submit("reviewer-default"))
    wait_until(lambda: fleet.finished(fleet.submit("reviewer-default"))
               and fleet.agent("reviewer-default")["provider_state"]["current_tier"] == 1)

    assert [row["kind"] for row in fleet.ledger("reviewer-default")] == ["auth_error", "cooldown_reset"]
