"""Every call as docs/openapi.yaml describes it, and as it does not: no 500, no answer outside its schema. By schemathesis,
in its own Python. UNDERSTUDY_FUZZ_SECONDS=1200 fuzzes for twenty minutes."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from rig import ROOT, agent_type, providers_config

FUZZER = Path(os.environ.get("SCHEMATHESIS", ROOT / "build/tools/schemathesis/bin/schemathesis"))
SETTINGS = Path(__file__).parent / "schema-fuzzer"
SECONDS = int(os.environ.get("UNDERSTUDY_FUZZ_SECONDS", "40"))


def fleet_config(*providers):
    return {"providers": providers_config(*providers),
            "agent_types": {"reviewer": agent_type(),
                            "echo": agent_type(command=["/bin/cat"], adapter="command", instances=["a", "b"]),
                            "outside": agent_type(adapter="external", instances=["x"])}}


def test_the_document_is_served_as_it_is_written(daemon):
    served = daemon({}).get("/openapi.json")
    written = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
    written["info"]["version"] = served["info"]["version"]
    assert served == written


@pytest.mark.skipif(not FUZZER.exists(), reason=f"SCHEMATHESIS IS NOT INSTALLED at {FUZZER}: ./dev setup makes it where PyPI "
                                                "is reachable")
def test_every_answer_is_as_documented(daemon, provider, tmp_path):
    fleet = daemon(fleet_config(provider(), provider()))
    for agent in ("reviewer-default", "echo-a"):
        fleet.submit(agent)
    command = [FUZZER, "--config-file", SETTINGS / "schemathesis.toml", "run", fleet.url + "/openapi.json", "--url", fleet.url,
               "--max-time", str(SECONDS), "--header", f"Authorization: Bearer {fleet.token}", "--no-color", "--warnings", "off"]
    done = subprocess.run(command, text=True, capture_output=True, cwd=tmp_path, timeout=SECONDS + 120,
                          env={**os.environ, "NO_PROXY": "*", "PYTHONPATH": str(SETTINGS), "FUZZED_TOKEN": fleet.token,
                               "FUZZED_CONFIG": str(fleet.config_path)})
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-4000:]
    assert fleet.get("/health")["status"] == "ok"
    assert " failed: " not in fleet.log(), "an exception of a handler"
