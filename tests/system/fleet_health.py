"""What the daemon says about its providers, and fleets to ask it of."""

import json
import sqlite3

from rig import UNDERSTUDYD, agent_type, wait_until

AGENT = "reviewer-default"
HOUR_MS = 3_600_000
ONE_CALL = (UNDERSTUDYD, "agent", "--retries", "0")  # an attempt makes one call
SOON = 0.02  # minutes: 1.2 s
LATER = 60


def reviewer(chain=("p1/model-one",), instances=("default",), command=ONE_CALL, agent=None, adapter="claude-code",
             container=None, **failover):
    """A type whose attempts make one call each. A key of `failover` that is None is left out."""
    one = agent_type(chain=chain, command=command, adapter=adapter, instances=instances, **(container or {}))
    one["failover"] = {key: value for key, value in {**one["failover"], **failover}.items() if value is not None}
    one["agent"] |= agent or {}
    return one


def providers(*upstreams, **more):
    return {f"p{n}": {"base_url": getattr(one, "url", one), "api_key": f"key-of-p{n}", **more.get(f"p{n}", {})}
            for n, one in enumerate(upstreams, 1)}


def config(one, *upstreams, service=None, **more):
    document = {"providers": providers(*upstreams), "agent_types": {"reviewer": one}, **more}
    return document | ({"service": service} if service else {})


def provider_of(fleet, name="p1"):
    [one] = [each for each in fleet.get("/providers") if each["name"] == name]
    return one


def account(fleet, name="p1"):
    """The health of a provider's one account."""
    [one] = provider_of(fleet, name)["accounts"]
    return one["health"]


def model(fleet, name="p1", model="model-one"):
    [one] = [each for each in provider_of(fleet, name)["models"] if each["model"] == model]
    return one["health"]


def state_of(fleet, name="p1"):
    """The state of what stands in the way there: its account's, else its one model's."""
    here = account(fleet, name)
    return here["state"] if here["state"] != "closed" else provider_of(fleet, name)["models"][0]["health"]["state"]


def await_state(fleet, state, name="p1", timeout=20):
    wait_until(lambda: state_of(fleet, name) == state, timeout)


def held(fleet, agent=AGENT):
    return fleet.agent(agent).get("held")


def await_held(fleet, tasks=1, agent=AGENT, timeout=20):
    """Waits until so many tasks of an agent are held; returns what for."""
    return wait_until(lambda: (told := held(fleet, agent)) and told["tasks"] == tasks and told, timeout)


def await_all_held(fleet, tasks, agents):
    wait_until(lambda: fleet.get("/health")["held"] == {"tasks": tasks, "agents": agents})


def attempts_on(fleet, provider="p1"):
    """Agents that began an attempt there, in order."""
    return [event["instance"] for event in fleet.events("rollout.attempt_started") if event["detail"]["provider"] == provider]


def tiers(fleet, task):
    """The tiers of a task's attempts."""
    return [one["metadata"]["tier"] for one in fleet.attempts(task)]


def moves(fleet, agent=AGENT):
    return [(row["kind"], row["from_tier"], row["to_tier"]) for row in fleet.ledger(agent)]


def kinds(fleet, agent=AGENT):
    return [row["kind"] for row in fleet.ledger(agent)]


def openings(fleet, name="p1"):
    """For how many seconds each opening of a provider's account or models was, in order."""
    opened = {}
    for event in fleet.events("provider.health"):
        told = event["detail"]
        if told["provider"] == name and told["health"]["state"] == "open":
            opened[told["health"]["since"]] = (told["health"]["until"] - told["health"]["since"]) / 1000
    return list(opened.values())


def current_tier(fleet, agent=AGENT):
    return fleet.agent(agent)["provider_state"]["current_tier"]


def why(fleet, agent=AGENT):
    return json.dumps(fleet.get(f"/agents/{agent}/why"), ensure_ascii=False)


def succeeded(fleet, *tasks, timeout=30):
    """Waits for the tasks; all have to succeed."""
    ended = {task: fleet.finished(task, timeout)["status"] for task in tasks}
    assert set(ended.values()) == {"succeeded"}, (ended, fleet.log()[-2000:])


def report(fleet, agent="outside-default", **outcome):
    return fleet.post(f"/agents/{agent}/outcomes", {"surface": "http", **outcome})


def http_error(status, message="no", type="", headers=None):
    error = {"type": "error", "error": {"type": type or "api_error", "message": message}}
    return {"status": status, "body": json.dumps(error), "headers": headers or {}}


def rows(fleet, query):
    """What the database has; of a copy of its files' state at this moment."""
    with sqlite3.connect(f"file:{fleet.state_dir / 'understudy.db'}?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def result_line(text, status=None, **more):
    """The last line of an agent CLI's failed run, for an agent made of shell."""
    return json.dumps({"type": "result", "subtype": "success", "is_error": True, "num_turns": 1, "result": text,
                       "api_error_status": status, "terminal_reason": "api_error",
                       "usage": {"input_tokens": 0, "output_tokens": 0}, **more}, ensure_ascii=False)


def assistant_line(text="Done.", model="model-one", **more):
    return json.dumps({"type": "assistant", "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": model,
                       "content": [{"type": "text", "text": text}], "usage": {"input_tokens": 9, "output_tokens": 3}}, **more})


DONE = json.dumps({"type": "result", "subtype": "success", "is_error": False, "num_turns": 1, "result": "Done.",
                   "stop_reason": "end_turn", "usage": {"input_tokens": 9, "output_tokens": 3}})
