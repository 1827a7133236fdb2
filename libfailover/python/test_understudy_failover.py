"""understudy_failover as an orchestrator uses it; UNDERSTUDY_FAILOVER_LIBRARY names the library under test."""

import concurrent.futures
import ctypes
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import types

import pytest
import understudy_failover as failover

NOW = 1_800_000_000_000
OPUS, PRO = {"provider": "anthropic", "model": "opus"}, {"provider": "deepseek", "model": "pro"}
POLICY = {"provider_chain": [OPUS, PRO], "failover": {"cooldown_min": 10}}


def outcome_event(verdict):
    return {"type": "outcome", "verdict": verdict}


def test_a_refused_key_moves_the_agent_and_the_task_goes_on_there():
    verdict = failover.classify({"surface": "http", "status": 401, "body": "invalid x-api-key"}, NOW)
    assert (verdict["kind"], verdict["failover"], verdict["status"]) == ("auth_error", True, 401)
    step = failover.step(POLICY, None, outcome_event(verdict), NOW)
    assert step["moved"] and step["state"]["serving"] == PRO
    assert step["ledger"] == [{"from_tier": 1, "to_tier": 2, "kind": "auth_error", "reason": "401 auth_error"}]
    retry = failover.decide_retry(POLICY, step["state"], None, verdict, OPUS)
    assert (retry["kind"], retry["delay_ms"]) == ("now", 0)


def test_a_state_survives_as_text_and_the_first_tier_comes_back_after_its_cooldown():
    step = failover.step(POLICY, None, outcome_event({"kind": "quota"}), NOW)
    saved = json.dumps(step["state"])
    assert step["state"]["v"] == 1
    late = failover.step(POLICY, saved, outcome_event({"kind": "success"}), NOW + 600_000)
    assert late["state"]["current_tier"] == 1
    assert late["ledger"][0]["kind"] == "cooldown_reset"


def test_nothing_is_tried_again_after_a_success():
    done = failover.decide_retry(POLICY, {}, None, {"kind": "success"}, OPUS)
    assert done["kind"] == "give_up"


def test_what_one_agent_met_another_is_told():
    on = {"account": "acc", "model": "opus"}
    ended = {"type": "ended", "attempt": {"id": "1", "agent": "a", "on": on, "began": NOW}, "verdict": {"kind": "quota"}}
    health = failover.health_step(POLICY, None, ended, NOW)["health"]
    asked = failover.health_step(POLICY, health, {"type": "ask", "attempt": {"agent": "b", "on": on}}, NOW, 0.5)
    assert asked["access"]["pass"] == "blocked" and asked["access"]["until"] > NOW


def test_the_time_of_the_call_is_the_default():
    assert failover.step(POLICY, None, {"type": "pause"})["state"]["pause_reason"] == "operator"


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: failover.classify("{"), "outcome: not JSON: byte 1"),
        (lambda: failover.classify({"surface": "http", "status": 5}), "/status: must be an integer from 100 to 999"),
        (lambda: failover.classify({"surface": "http"}, -1), "now_ms: it must be"),
        (lambda: failover.classify({"surface": "http"}, 2**63), "now_ms: it must be"),
        (lambda: failover.classify('{"surface": "http"}\0'), "NUL"),
        (lambda: failover.step({}, None, {"type": "tick"}), "policy: a chain has 1 to 3 tiers"),
        (lambda: failover.step(POLICY, {"v": 2}, {"type": "tick"}), "/v: only version 1"),
        (lambda: failover.health_step(POLICY, None, {"type": "tick"}, NOW, 1.5), "chance"),
        (lambda: failover.decide_retry(POLICY, None, None, {"kind": "quota"}, OPUS), "state: it is NULL"),
    ],
)
def test_what_is_wrong_is_a_value_error_that_says_so(call, words):
    with pytest.raises(failover.Error, match=re.escape(words)):
        call()


def test_a_lack_of_memory_is_no_fault_of_an_argument(monkeypatch):
    answer = ctypes.create_string_buffer(b'{"error":"out of memory"}')

    def full(outcome, now_ms, out):
        out._obj.value = ctypes.addressof(answer)
        return -2

    monkeypatch.setattr(failover, "_library", types.SimpleNamespace(understudy_classify=full, understudy_free=lambda text: None))
    with pytest.raises(MemoryError, match="out of memory"):
        failover.classify({"surface": "http"})


def test_text_of_any_kind_goes_through():
    body = "\ud800 \0 é 日本 \x7f"
    assert failover.classify({"surface": "cli_text", "exit_code": 1, "body": body}, NOW)["kind"] == "task_error"


def test_any_mapping_is_an_object_and_nothing_else_is():
    frozen = types.MappingProxyType({"surface": "http", "headers": types.MappingProxyType({"retry-after": "7"}), "status": 429})
    assert failover.classify(frozen, NOW)["retry_after_s"] == 7
    with pytest.raises(TypeError, match="not bytes"):
        failover.classify(b"{}")


def test_what_keeps_the_library_from_loading_is_said(tmp_path):
    shutil.copy(failover.__file__, tmp_path)
    (tmp_path / "libunderstudy_failover.so").write_text("no library at all")
    settings = {name: value for name, value in os.environ.items() if name != "UNDERSTUDY_FAILOVER_LIBRARY"}
    none_installed = "import ctypes.util; ctypes.util.find_library = lambda name: '/nowhere.so'; import understudy_failover"
    done = subprocess.run([sys.executable, "-c", none_installed], cwd=tmp_path, env={**settings, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert f"{tmp_path}/libunderstudy_failover.so: " in done.stderr
    assert "UNDERSTUDY_FAILOVER_LIBRARY may name it" in done.stderr


def test_many_threads_at_once():
    def one(_):
        return failover.step(POLICY, None, outcome_event({"kind": "auth_error"}), NOW)["state"]["current_tier"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(2000))) == {2}


def test_answers_are_freed():
    def calls(count):
        for _ in range(count):
            failover.step(POLICY, None, outcome_event({"kind": "auth_error"}), NOW)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = calls(2000)
    assert calls(20_000) < before + 4096  # a leak of an answer each would be 20 MB


def test_every_function_has_types_and_words():
    for name in failover.__all__:
        assert getattr(failover, name).__doc__
    assert "now_ms" in failover.classify.__annotations__
    assert re.fullmatch(r"\d+\.\d+\.\d+", failover.version())
