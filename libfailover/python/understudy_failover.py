"""What a failure of an LLM provider means, and which provider and model comes next.

The rules are those of libunderstudy_failover, called by ctypes: nothing is installed beside it, no clock is
read but for the default of ``now_ms``, no thread is started. All functions are thread-safe and release the GIL.

    import understudy_failover as failover

    policy = {"provider_chain": [{"provider": "anthropic", "model": "opus"},
                                 {"provider": "deepseek", "model": "pro"}]}
    state = None  # of one agent; keep it, it is JSON
    verdict = failover.classify({"surface": "http", "status": 401, "body": "invalid x-api-key"})
    step = failover.step(policy, state, {"type": "outcome", "verdict": verdict})
    state = step["state"]
    print(verdict["kind"], "->", state["serving"]["model"])  # auth_error -> pro

Arguments are dictionaries, or JSON text. The header understudy/failover.h says what each member means.
"""

from __future__ import annotations

import collections.abc
import ctypes
import ctypes.util
import json
import os
import pathlib
import random
import time
from typing import Any, Dict, Iterator, List, Mapping, Optional, TypedDict, Union

__all__ = ["Error", "classify", "decide_retry", "health_step", "step", "version"]


class TierId(TypedDict):
    """A provider and a model: what a tier of the chain serves."""

    provider: str
    model: str


class Outcome(TypedDict, total=False):
    """What one HTTP exchange, or one run of an agent, came to. Only ``surface`` must be there."""

    provider: str
    surface: str  #: http, sdk_exception, cli_stream_json or cli_text
    status: int
    headers: Dict[str, str]
    body: str
    exit_code: int
    transport: str  #: refused, reset, timeout, dns, tls, closed or unreachable: nobody answered
    usage: Dict[str, int]
    observed_at_ms: int


class Verdict(TypedDict, total=False):
    """What an outcome means. Of one that you make yourself only ``kind`` is needed."""

    kind: str
    failover: bool  #: the provider is at fault, so another tier could serve the task
    retry_after_s: float
    reset_at: str
    rule: str
    evidence: str
    status: int


class State(TypedDict, total=False):
    """Where an agent stands in its chain. Keep all of it; these members are of use to you."""

    v: int
    current_tier: int  #: from 1
    serving: TierId  #: empty before the first event: tier 1
    paused: bool
    pause_reason: Optional[str]  #: exhausted or operator
    last_failure_kind: Optional[str]
    last_failover_at: Optional[int]
    retry_at: Optional[int]


class LedgerEntry(TypedDict):
    """One move, pause or resumption, for people."""

    from_tier: int
    to_tier: int
    kind: str
    reason: str


class Step(TypedDict):
    """The state after an event, and what changed."""

    state: State
    ledger: List[LedgerEntry]
    moved: bool
    next_deadline: Optional[int]  #: when to send {"type": "tick"}


class HealthStep(TypedDict, total=False):
    """What all agents know after an event."""

    health: Dict[str, Any]
    changed: List[Dict[str, str]]
    fate: str  #: of the task that ended: usual, fails or set_aside
    next_deadline: Optional[int]
    access: Dict[str, Any]  #: whether the event's attempt may begin: pass is free, trial, place or blocked


class Retry(TypedDict):
    """What becomes of a task whose attempt ended."""

    kind: str  #: now, later (after delay_ms), wait (the agent is paused) or give_up
    delay_ms: int
    state: Dict[str, Any]  #: to be kept with the task


_NO_MEMORY = -2

Json = Union[Mapping[str, Any], str]


class Error(ValueError):
    """An argument is not what it must be; the text says which, and where."""


def classify(outcome: Union[Outcome, Json], now_ms: Optional[int] = None) -> Verdict:
    """What an outcome means. ``now_ms`` is in Unix milliseconds, by default the time of the call."""
    return _call("understudy_classify", _text(outcome), _now(now_ms))


def step(
    policy: Json,
    state: Optional[Union[State, Json]],
    event: Json,
    now_ms: Optional[int] = None,
) -> Step:
    """Which tier comes next. ``state`` is that of the last step, None at first.

    Events: {"type": "outcome", "verdict": ..., "on"?: TierId}, {"type": "budget_exceeded", "on": TierId},
    and {"type": "pause" | "unpause" | "reset" | "chain_changed" | "tick"}.
    """
    return _call("understudy_step", _text(policy), _text(state), _text(event), _now(now_ms))


def health_step(
    policy: Json,
    health: Optional[Json],
    event: Json,
    now_ms: Optional[int] = None,
    chance: Optional[float] = None,
) -> HealthStep:
    """What several agents know together of their providers. ``chance`` in [0, 1) spreads their return.

    {"type": "ask", "attempt": ...} changes nothing; "access" of the step says whether it may begin.
    """
    chosen = random.random() if chance is None else chance
    return _call(
        "understudy_health_step", _text(policy), _text(health), _text(event), _now(now_ms), float(chosen)
    )


def decide_retry(
    policy: Json, state: Union[State, Json], retry: Optional[Json], verdict: Union[Verdict, Json], on: Union[TierId, Json]
) -> Retry:
    """Whether a task is tried again, whose attempt on tier ``on`` ended with this verdict.

    ``state`` is the agent's after the step, ``retry`` the state of the task's last decision, None at first.
    """
    return _call(
        "understudy_decide_retry", _text(policy), _text(state), _text(retry), _text(verdict), _text(on)
    )


def version() -> str:
    """The library's version, such as "0.2.0"."""
    return _library.understudy_version().decode()


def _text(value: Optional[Json]) -> Optional[bytes]:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, allow_nan=False, separators=(",", ":"), default=_plain)
    if "\0" in text:
        raise Error("a text must not hold a NUL")
    return text.encode("utf-8", "replace")


def _plain(value: Any) -> Dict[str, Any]:
    """Of mappings that are no dictionaries; json.dumps takes only those."""
    if isinstance(value, collections.abc.Mapping):
        return dict(value)
    raise TypeError(f"a dictionary or JSON text is wanted, not {type(value).__name__}")


def _now(now_ms: Optional[int]) -> int:
    if now_ms is None:
        return time.time_ns() // 1_000_000
    if not -(2**63) <= now_ms < 2**63:  # ctypes would cut it off
        raise Error("now_ms: it must be from 0 to the year 9999")
    return now_ms


def _call(name: str, *arguments: Any) -> Any:
    answer = ctypes.c_void_p()
    code = getattr(_library, name)(*arguments, ctypes.byref(answer))
    if not answer.value:
        raise MemoryError(name)
    try:
        decoded = json.loads(ctypes.string_at(answer.value))
    finally:
        _library.understudy_free(answer)
    if code == _NO_MEMORY:
        raise MemoryError(decoded["error"])
    if code != 0:
        raise Error(decoded["error"])
    return decoded


def _places() -> Iterator[str]:
    """Where the library may be: named by the environment, in a wheel, in an install tree, known to the loader."""
    named = os.environ.get("UNDERSTUDY_FAILOVER_LIBRARY")
    if named:
        yield named
        return
    here = pathlib.Path(__file__).resolve().parent
    lib = here.parent.parent  # of lib/python3/dist-packages
    for folder in (here / "understudy_failover.libs", here, lib, *sorted(lib.glob("*-linux-*"))):
        for found in sorted(folder.glob("libunderstudy_failover.so*")):
            yield str(found)
    yield ctypes.util.find_library("understudy_failover") or "libunderstudy_failover.so"


def _load() -> ctypes.CDLL:
    problems: List[str] = []
    for place in _places():
        try:
            library = ctypes.CDLL(place)
            break
        except OSError as error:
            problems.append(str(error))
    else:
        raise ImportError(
            f"libunderstudy_failover.so cannot be loaded ({'; '.join(problems)}); UNDERSTUDY_FAILOVER_LIBRARY may name it"
        )
    text, number, out = ctypes.c_char_p, ctypes.c_int64, ctypes.POINTER(ctypes.c_void_p)
    for name, arguments in {
        "understudy_classify": [text, number, out],
        "understudy_step": [text, text, text, number, out],
        "understudy_health_step": [text, text, text, number, ctypes.c_double, out],
        "understudy_decide_retry": [text, text, text, text, text, out],
    }.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, ctypes.c_int
    library.understudy_version.argtypes, library.understudy_version.restype = [], ctypes.c_char_p
    library.understudy_free.argtypes, library.understudy_free.restype = [ctypes.c_void_p], None
    return library


_library = _load()
