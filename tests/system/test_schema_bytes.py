"""Each parameter, header and member of a body in docs/openapi.yaml, one at a time, as bytes that no generator of valid Unicode
and JSON makes (test_schema.py does the rest): no 500, no status that the document does not list."""

import http.client
import json
import socket
from urllib.parse import urlsplit

from rig import agent_type, providers_config

LONG = b"a" * 8000
TEXTS = [b"%00", b"a%00b", b"%FF%FE", b"%C0%80", b"%ED%A0%80", b"%", b"%G1", b"\xff", b"%0d%0aX:1", b"%2e%2e%2f%2e%2e", b"..", LONG]
NUMBERS = [b"", b"+1", b"%201", b"1%20", b"0x10", b"1_0", b"01", b"%EF%BC%91", b"-0", b"1.0", b"1e3", b"NaN", b"inf", b"-1", b"-2",
           b"2147483648", b"-9223372036854775809", b"-9223372036854775808", b"9223372036854775807", b"9223372036854775808",
           b"18446744073709551616", b"9" * 400, b"1e309", b"-1e309", b"5e-324", b"true", b"null", b"[]"]
HEADERS = [b"", b"\xff", b"\x01", b"a\x00b", b"a\tb", b"9" * 400, LONG]
BODIES = [b"", b"{", b"null", b"true", b"[]", b"[{}]", b"1", b'""', b"{}", b"{}x", b"\xef\xbb\xbf{}", b'{"a": "\xff"}', b'{"\\ud800": 1}',
          b"[" * 100, b"NaN", b'{"a": 1e999}', b'{"a": 1, "a": 2}', b"{}" + b" " * 70000]
MEMBERS = [b"null", b"true", b"{}", b"[]", b"[null]", b'""', b'"\\u0000"', b'"a\\u0000b"', b'"\\ud800"', b'"\\udc00x"', b'"\xff"',
           b'"' + b"a" * 70000 + b'"', b'"\\uffff"', b"-1", b"0", b"0.5", b"-0.0", b"1e308", b"-1e308", b"1e999", b"5e-324",
           b"9223372036854775807", b"9223372036854775808", b"18446744073709551616", b"-9223372036854775809", b"9" * 400,
           b'{"a": {"a": [[]]}}', b'["a", 1, null, {}]', b'{"": 0, "\\u0000": "\\u0000"}']
REFUSALS = {"400", "401", "403", "408", "413", "415", "429", "431", "503", "507"}


class Document:
    """What may vary in each call."""

    def __init__(self, document):
        self.document = document

    def resolved(self, node):
        while "$ref" in node:
            path, node = node["$ref"], self.document
            for key in path[2:].split("/"):
                node = node[key]
        return node

    def operations(self):
        for path, item in self.document["paths"].items():
            for method in ("get", "put", "post", "delete"):
                if operation := item.get(method):
                    parameters = [self.resolved(one) for one in item.get("parameters", []) + operation.get("parameters", [])]
                    yield method.upper(), path, parameters, operation

    def members(self, operation):
        """Names in a JSON body, those of the parts of allOf and of items included: ("rollouts", "input")."""
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        return list(self._members(body["schema"], ())) if body else []

    def _members(self, schema, above):
        schema = self.resolved(schema)
        for part in schema.get("allOf", []) + schema.get("oneOf", [])[:1] + schema.get("anyOf", [])[:1]:
            yield from self._members(part, above)
        for name, inside in schema.get("properties", {}).items():
            yield (*above, name)
            if len(above) < 2:
                yield from self._members(inside, (*above, name))
        if "items" in schema and len(above) == 1:
            yield from self._members(schema["items"], above)


def body_with(path, value, members):
    """{"rollouts": [{"input": value}]}, and beside it those members of this body that are usually wanted."""
    usual = {"input": b'"x"', "rollout_id": b'"ro-x"', "attempt_id": b'"at-x"', "rollout_ids": b"[]", "token": b'"x"', "name": b'"n"',
              "role": b'"viewer"', "surface": b'"http"', "timeout": b"0", "rollouts": b'[{"input": 1}]'}
    inner = value
    for depth, name in reversed(list(enumerate(path))):
        others = {key: text for key, text in usual.items() if key != name and (*path[:depth], key) in members}
        inner = b"{" + b", ".join([b'"%s": %s' % (key.encode(), text) for key, text in others.items()] +
                                  [b'"%s": %s' % (name.encode(), inner)]) + b"}"
        if depth == 1 and path[0] == "rollouts":
            inner = b"[" + inner + b"]"
    return inner


class Line:
    """A connection that sends what it is given, byte for byte."""

    def __init__(self, url, token):
        self.address, self.token, self.socket = urlsplit(url), token, None

    def call(self, method, target, headers=(), body=None):
        """(status, content type, body); the body of a stream is not read."""
        lines = [method.encode() + b" " + target + b" HTTP/1.1", b"Host: " + self.address.netloc.encode(),
                 b"Authorization: Bearer " + self.token.encode(), *headers]
        if body is not None:
            lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(body)]
        message = b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")
        reused = self.socket is not None
        try:
            return self._exchange(method, message)
        except (ConnectionError, http.client.BadStatusLine):
            self.close()
            if not reused:
                raise
            return self._exchange(method, message)

    def _exchange(self, method, message):
        if self.socket is None:
            self.socket = socket.create_connection((self.address.hostname, self.address.port), 10)
        self.socket.sendall(message)
        answer = http.client.HTTPResponse(self.socket, method=method)
        answer.begin()
        kind = (answer.headers.get_content_type() if answer.headers["Content-Type"] else "")
        if kind == "text/event-stream":
            self.close()
            return answer.status, kind, b""
        read = answer.read()
        if answer.will_close:
            self.close()
        return answer.status, kind, read

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None


def variations(document, known):
    """(operation, method, target, headers, body) for each bad value in each place."""
    for method, path, parameters, operation in document.operations():
        def target(**change):
            there = path.encode()
            for one in parameters:
                if one["in"] == "path":
                    value = change.get(one["name"], known[one["name"]].encode())
                    there = there.replace(b"{%s}" % one["name"].encode(), value)
            return there

        members = document.members(operation)
        plain = body_with((members or [("input",)])[0], b'"x"', members) if "requestBody" in operation else None
        required = b"&".join(b"%s=x" % one["name"].encode() for one in parameters if one["in"] == "query" and one.get("required"))
        for one in parameters:
            name, schema = one["name"].encode(), document.resolved(one["schema"])
            if one["in"] == "path":
                for value in TEXTS:
                    yield operation, method, target(**{one["name"]: value}), [], plain
            elif one["in"] == "query":
                for value in NUMBERS if schema.get("type") in ("integer", "number") else TEXTS + [b""]:
                    yield operation, method, target() + b"?" + required + b"&%s=%s" % (name, value), [], plain
            else:
                for value in HEADERS:
                    yield operation, method, target(), [name + b": " + value], plain
        if members:
            for body in BODIES:
                yield operation, method, target(), [], body
        for member in members:
            for value in MEMBERS:
                yield operation, method, target(), [], body_with(member, value, members)


def test_no_bytes_bring_a_status_that_is_not_listed(daemon, provider):
    fleet = daemon({"providers": providers_config(provider()),
                    "agent_types": {"echo": agent_type(chain=("p1/model-one",), command=["/bin/cat"], adapter="command", instances=["a"])}})
    rollout = fleet.submit("echo-a")
    fleet.finished(rollout)
    known = {"name": "echo-a", "type": "echo", "id": rollout, "aid": fleet.attempts(rollout)[0]["attempt_id"]}
    document = Document(fleet.get("/openapi.json"))
    line, wrong, calls = Line(fleet.url, fleet.token), [], 0
    for operation, method, target, headers, body in variations(document, known):
        calls += 1
        shown = f"{operation['operationId']}: {method} {target[:150]} {headers} {(body or b'')[:150]}"
        try:
            status, kind, answer = line.call(method, target, headers, body)
        except (OSError, http.client.HTTPException) as error:
            line.close()
            wrong.append(f"{shown}: {error!r}")
            continue
        if str(status) not in operation["responses"] and str(status) not in REFUSALS:
            wrong.append(f"{shown}: {status} {answer[:200]}")
        elif answer and kind.endswith("json"):
            json.loads(answer)
    line.close()
    assert calls > 3000
    assert not wrong, f"{len(wrong)} of {calls}:\n" + "\n".join(wrong[:40])
    assert fleet.get("/health")["status"] == "ok" and " failed: " not in fleet.log()
