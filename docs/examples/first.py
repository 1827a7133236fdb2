"""A provider refuses an agent's key: what was that, and who serves the next task?"""

import understudy_failover as failover

policy = {"provider_chain": [{"provider": "anthropic", "model": "claude-opus-4-7"},
                             {"provider": "deepseek", "model": "deepseek-v4-pro"}]}
state = None  # of one agent

verdict = failover.classify({"surface": "http", "status": 401, "body": "invalid x-api-key"})
step = failover.step(policy, state, {"type": "outcome", "verdict": verdict})
state = step["state"]
print(f"{verdict['kind']}: {state['serving']['model']} serves the next task")
