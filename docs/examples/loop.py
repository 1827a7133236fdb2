"""One agent's requests over your own HTTP client: where a provider fails, the next one serves. What was learnt of
them is kept in agent-py.json."""

import json
import pathlib
import time

import understudy_failover as failover

POLICY = {"provider_chain": [{"provider": "anthropic", "model": "claude-opus-4-7"},
                             {"provider": "deepseek", "model": "deepseek-v4-pro"}]}
kept = pathlib.Path("agent-py.json")
connections = 0


def post(tier, prompt):
    """Yours: what was answered, or how the exchange broke off. This one plays two providers: the first has used up
    its quota, the second refuses the first connection."""
    global connections
    if tier["provider"] == "anthropic":
        return {"surface": "http", "status": 429, "headers": {"retry-after": "3600"}}
    connections += 1
    if connections == 1:
        return {"surface": "http", "transport": "refused"}
    return {"surface": "http", "status": 200, "body": '{"content": "done"}'}


def handle(state, event):
    step = failover.step(POLICY, state, event)
    kept.write_text(json.dumps(step["state"]))
    for entry in step["ledger"]:
        print(f"tier {entry['from_tier']} -> {entry['to_tier']}: {entry['reason']}")
    return step["state"]


state = json.loads(kept.read_text()) if kept.exists() else None
state = handle(state, {"type": "chain_changed"})  # the policy may have been edited since
state = handle(state, {"type": "tick"})  # a pause may be over

tries, goes_on = None, not state["paused"]
while goes_on:
    tier = state["serving"]
    verdict = failover.classify(post(tier, "Review the diff."))
    print(f"{tier['model']}: {verdict['kind']}")
    state = handle(state, {"type": "outcome", "verdict": verdict, "on": tier})
    retry = failover.decide_retry(POLICY, state, tries, verdict, tier)
    tries = retry["state"]
    goes_on = retry["kind"] in ("now", "later")
    if goes_on:
        time.sleep(retry["delay_ms"] / 1000)
