"""The real client of PyPI's agentlightning 0.3.0, in an environment of its own."""

import os
import subprocess
from pathlib import Path

import pytest

from rig import ROOT

PYTHON = Path(os.environ.get("AGENTLIGHTNING_PYTHON", ROOT / "build/tools/agentlightning/bin/python"))


@pytest.mark.skipif(not PYTHON.exists(), reason=f"AGENT-LIGHTNING'S CLIENT IS NOT INSTALLED at {PYTHON}: ./dev setup makes it "
                    "where PyPI is reachable")
def test_every_method_of_the_client(daemon):
    store = daemon({})
    said = subprocess.run([PYTHON, Path(__file__).parent / "store-client/session.py", store.url], text=True,
                          capture_output=True, timeout=180, env={**os.environ, "NO_PROXY": "*"})
    assert said.returncode == 0, said.stderr[-4000:]
    assert "every method answered" in said.stdout
