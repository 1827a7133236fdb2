"""The real client of PyPI's agentlightning 0.3.0 against the store."""

from store_client import needs_client, run


@needs_client
def test_every_method_of_the_client(daemon):
    assert "every method answered" in run("session.py", daemon({}).url)
