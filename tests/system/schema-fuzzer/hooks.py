"""Loaded by schemathesis: what it cannot know of this API. Calls that wait by design, bodies that are not JSON, statuses
that stand for all refusals, and how to get back the configuration that a call replaced."""

import json
import os
from pathlib import Path

import requests
import schemathesis

LONGEST_WAIT_S = 0.05
# Any call may be refused so (info.description of the document); each other status is listed where it can come.
REFUSALS = {400, 401, 403, 408, 413, 415, 429, 431, 503, 507}


@schemathesis.serializer("application/x-protobuf")
def as_it_is(context, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.deserializer("application/x-protobuf")
def as_text(context, response):
    return response.content.decode(errors="replace")


@schemathesis.hook
def before_call(context, case, kwargs):
    for name, value in (case.path_parameters or {}).items():
        if value == "":  # from an answer (a worker may be called so): the path would be that of another route
            case.path_parameters[name] = "nameless"
    if case.path == "/events":
        kwargs["timeout"] = 0.2  # a stream has no end
    wait = {"/waits/rollouts": "timeout", "/rollouts/dequeue": "wait_s"}
    for path, key in wait.items():
        if case.path.endswith(path) and isinstance(case.body, dict):
            value = case.body.get(key, None if key == "timeout" else 0)
            # Without a timeout it waits until all have ended. What is not a number is sent as it is.
            if value is None or isinstance(value, (int, float)) and value > LONGEST_WAIT_S:
                case.body[key] = LONGEST_WAIT_S


@schemathesis.hook
def after_call(context, case, response):
    """Puts the agents back, so that the calls that follow find some."""
    replaced = case.method == "PUT" and case.path == "/config" and response.status_code == 200
    if not replaced and not (case.method == "DELETE" and response.status_code == 202):
        return
    url = case.operation.base_url.rstrip("/") + "/config"
    headers = {"Authorization": "Bearer " + os.environ["FUZZED_TOKEN"]}
    etag = requests.get(url, headers=headers, timeout=10).headers["ETag"]
    requests.put(url, headers={**headers, "If-Match": etag}, timeout=10,
                 json=json.loads(Path(os.environ["FUZZED_CONFIG"]).read_text()))


@schemathesis.check
def status_is_listed(context, response, case):
    """The document's `default` stands for refusals only."""
    if case.method.upper() != case.operation.method.upper():
        return  # a method that is not in the document; unsupported_method looks at that
    if str(response.status_code) not in case.operation.definition.raw["responses"]:
        assert response.status_code in REFUSALS, f"{response.status_code} is not listed"
