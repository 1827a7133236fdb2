"""Finds the real client, agentlightning 0.3.0 from PyPI, in its own environment, made by ./dev setup."""

import os
import subprocess
from pathlib import Path

import pytest

from rig import ROOT

PYTHON = Path(os.environ.get("AGENTLIGHTNING_PYTHON", ROOT / "build/tools/agentlightning/bin/python"))
SCRIPTS = Path(__file__).parent / "store-client"

needs_client = pytest.mark.skipif(
    not PYTHON.exists(), reason=f"AGENT-LIGHTNING'S CLIENT IS NOT INSTALLED at {PYTHON}: ./dev setup makes it where PyPI is "
                                "reachable")


def start(script, *args, **more):
    """Starts a script of store-client/ with the client's own Python."""
    return subprocess.Popen([PYTHON, SCRIPTS / script, *map(str, args)], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={**os.environ, "NO_PROXY": "*"}, **more)


def run(script, *args, timeout=180):
    """Returns its output; fails with the end of its stderr if the script failed."""
    with start(script, *args) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert process.returncode == 0, err[-4000:]
        return out
