"""Providers' keys: which are missing, and how one is brought or replaced while the daemon runs."""

import hashlib
import json
import os
import subprocess

import pytest

from rig import UNDERSTUDYD, wait_until

SHOWS_ITS_KEY = ["sh", "-c", 'printf %s "$ANTHROPIC_API_KEY" | sha256sum']
FIRST, OTHER = "first.of.the.operators", "other.of.the.operators"  # unlike any vendor's: the redactor must know them


def config(provider, command=("true",)):
    return {"providers": {"anthropic": {"base_url": "http://127.0.0.1:9", **provider}},
            "agent_types": {"worker": {"provider": "anthropic", "model": "m", "container": {"mode": "process"},
                                       "agent": {"adapter": "command", "command": list(command)}}}}


def check(tmp_path, document, **env):
    file = tmp_path / "checked.json"
    file.write_text(json.dumps(document))
    file.chmod(0o600)
    return subprocess.run([UNDERSTUDYD, "check", file], capture_output=True, text=True, timeout=20,
                          env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **env})


def write(file, key, mode=0o600):
    """As an operator would: the new file takes the old one's place."""
    draft = file.with_suffix(".new")
    draft.write_text(key + "\n")
    draft.chmod(mode)
    draft.rename(file)


def env_file(fleet):
    file = fleet.state_dir / "agents/worker-default/env"
    return file.read_text() if file.exists() else ""


def key_of_a_task(fleet):
    """The digest of the key that a task of the worker was given."""
    done = fleet.finished(fleet.submit("worker-default"))
    assert done["status"] == "succeeded", done
    attempt = fleet.attempts(done["rollout_id"])[-1]["attempt_id"]
    transcript = fleet.call("GET", f"/rollouts/{done['rollout_id']}/attempts/{attempt}/transcript").body.decode()
    return transcript.split()[0]


def digest(key):
    return hashlib.sha256(key.encode()).hexdigest()


def test_check_names_the_tier_whose_key_is_not_set(tmp_path):
    document = config({"api_key_env": "ANTHROPIC_API_KEY"})
    checked = check(tmp_path, document)
    assert (checked.returncode, "no problems" in checked.stdout) == (0, True)
    assert checked.stderr == ("warning: /providers/anthropic/api_key_env: ANTHROPIC_API_KEY is not set, so provider "
                              "'anthropic' has no key and cannot serve worker (tier 1)\n")
    assert check(tmp_path, document, ANTHROPIC_API_KEY="").stderr == checked.stderr
    assert check(tmp_path, document, ANTHROPIC_API_KEY=FIRST).stderr == ""


@pytest.mark.parametrize("make, reason", [
    (lambda file: None, "cannot be read: No such file or directory"),
    (lambda file: file.write_text("\n"), "is empty"),
    (lambda file: file.mkdir(), "is not a regular file"),
    (lambda file: os.mkfifo(file), "is not a regular file"),
    (lambda file: file.write_text(f"{FIRST}\n{OTHER}\n"), "is not one line of text"),
    (lambda file: write(file, FIRST, 0o644), "everybody on this machine can read"),
    (lambda file: write(file, FIRST), ""),
])
def test_check_says_what_is_wrong_with_a_key_file(tmp_path, make, reason):
    file = tmp_path / "key"
    make(file)
    checked = check(tmp_path, config({"api_key_file": str(file)}))
    assert (checked.returncode, "no problems" in checked.stdout) == (0, True)
    if reason:
        assert checked.stderr.startswith("warning: /providers/anthropic/api_key_file: ")
        assert reason in checked.stderr and str(file) in checked.stderr and FIRST not in checked.stderr
    else:
        assert checked.stderr == ""


def test_the_start_names_the_tier_whose_key_is_not_set(daemon):
    fleet = daemon(config({"auth_token_env": "THE_TOKEN"}))
    wait_until(lambda: "THE_TOKEN is not set, so provider 'anthropic' has no key and cannot serve worker (tier 1)" in fleet.log())
    assert "has no key" not in daemon(config({"auth_token_env": "THE_TOKEN"}), "other", env={"THE_TOKEN": FIRST}).log()


def test_a_key_is_replaced_without_a_restart(daemon, tmp_path):
    file = tmp_path / "key"
    write(file, FIRST)
    fleet = daemon(config({"api_key_file": str(file)}, SHOWS_ITS_KEY))
    assert key_of_a_task(fleet) == digest(FIRST)
    write(file, OTHER)
    wait_until(lambda: f"ANTHROPIC_API_KEY={OTHER}\n" in env_file(fleet))
    assert key_of_a_task(fleet) == digest(OTHER)
    assert FIRST not in fleet.log() and OTHER not in fleet.log()


def test_a_missing_key_is_brought_without_a_restart(daemon, tmp_path):
    file = tmp_path / "key"
    fleet = daemon(config({"api_key_file": str(file)}, SHOWS_ITS_KEY))
    wait_until(lambda: f"{file} cannot be read: No such file or directory, so provider 'anthropic' has no key" in fleet.log())
    write(file, FIRST)
    wait_until(lambda: f"ANTHROPIC_API_KEY={FIRST}\n" in env_file(fleet))
    assert key_of_a_task(fleet) == digest(FIRST)


def test_a_new_configuration_has_the_key_of_its_file_at_once(daemon, tmp_path):
    file = tmp_path / "key"
    write(file, FIRST)
    fleet = daemon(config({"api_key": OTHER}, SHOWS_ITS_KEY))
    answer = fleet.call("GET", "/config")
    document = answer.json
    document["providers"]["anthropic"] = {"base_url": "http://127.0.0.1:9", "api_key_file": str(file)}
    saved = fleet.call("PUT", "/config", document, {"If-Match": answer.headers["ETag"]})
    assert saved.status == 200 and saved.json["providers"]["anthropic"]["api_key_file"] == str(file)
    assert key_of_a_task(fleet) == digest(FIRST)
    assert "has no key" not in fleet.log()


def test_a_key_from_a_file_is_masked_and_its_former_one_too(daemon, tmp_path):
    file = tmp_path / "key"
    write(file, FIRST)
    fleet = daemon(config({"api_key_file": str(file)}, ["sh", "-c", f"echo the keys {FIRST} {OTHER}; exit 3"]))
    write(file, OTHER)
    wait_until(lambda: f"ANTHROPIC_API_KEY={OTHER}\n" in env_file(fleet))
    task = fleet.submit("worker-default", config={"max_attempts": 1})
    assert fleet.finished(task)["status"] == "failed"
    for path in (f"/rollouts/{task}", "/event-log", "/agents/worker-default/why"):
        body = fleet.call("GET", path).body.decode()
        assert FIRST not in body and OTHER not in body, path
    assert "the keys ••• •••" in fleet.call("GET", f"/rollouts/{task}").body.decode()
