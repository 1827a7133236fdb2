"""A provider inside the test: it answers each call as the test says, at the moment the test says."""

import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Refuse:
    """An error as the API words it."""
    status: int
    message: str = "the test says no"
    type: str = ""
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Stall:
    """Says nothing until the gate opens, then does what it would have done."""
    gate: threading.Event
    then: object = None


@dataclass(frozen=True)
class Reply:
    """A message with this stop reason and text; `ends`: how many of its events are sent before it is closed."""
    text: str = "This is {model}."
    stop_reason: str | None = "end_turn"
    usage: tuple = (25, 12)
    ends: int | None = None


@dataclass
class Call:
    at: float
    model: str
    prompt: str
    key: str | None


REFUSED = Refuse(401, "invalid x-api-key")
OVERLOADED = Refuse(529, "Overloaded")
NO_CREDIT = Refuse(400, "Your credit balance is too low to access the Anthropic API.", "invalid_request_error")
TOO_LONG = Refuse(400, "prompt is too long: 210000 tokens > 200000 maximum")
TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
         404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error"}


def times(count, fault, then=None):
    """The first so many calls meet the fault, later ones `then`."""
    left = iter(range(count))
    return lambda call: fault if next(left, None) is not None else then


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def prompt_of(body):
    content = (body.get("messages") or [{}])[-1].get("content", "")
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


class Upstream:
    """`behave` is what every call meets, or a function of the call: Refuse, Stall, Reply; None: a healthy answer."""

    def __init__(self, behave=None, port=0):
        self.behave, self.calls, self.closing = behave, [], False
        self.lock = threading.Lock()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                self.send(200, b"", {})

            def do_GET(self):
                self.send(200, b'{"data":[],"has_more":false}', {})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                if "count_tokens" in self.path:
                    return self.send(200, b'{"input_tokens":25}', {})
                try:
                    self.carry_out(upstream.decide(body, self.headers), body)
                except OSError:
                    self.close_connection = True

            def carry_out(self, action, body):
                while isinstance(action, Stall):
                    if not upstream.await_gate(action.gate):
                        self.close_connection = True
                        return
                    action = action.then
                if isinstance(action, Refuse):
                    error = {"type": action.type or TYPES.get(action.status, "api_error"), "message": action.message}
                    return self.send(action.status, json.dumps({"type": "error", "error": error}).encode(), action.headers)
                self.answer(action or Reply(), body)

            def send(self, status, body, headers, cut_at=None):
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[:cut_at])

            def answer(self, reply, body):
                model = body.get("model", "")
                text = reply.text.replace("{model}", model)
                message = {"id": f"msg_{time.monotonic_ns()}", "type": "message", "role": "assistant", "model": model,
                           "content": [], "stop_reason": None, "stop_sequence": None,
                           "usage": {"input_tokens": reply.usage[0], "output_tokens": min(reply.usage[1], 1)}}
                whole = {**message, "content": [{"type": "text", "text": text}] if text else [],
                         "stop_reason": reply.stop_reason,
                         "usage": {"input_tokens": reply.usage[0], "output_tokens": reply.usage[1]}}
                if not body.get("stream"):  # also what the CLI tries when a stream breaks
                    text = json.dumps(whole).encode()
                    self.close_connection = reply.ends is not None
                    return self.send(200, text, {}, len(text) // 2 if reply.ends is not None else None)
                events = [{"type": "message_start", "message": message}]
                if text:
                    events += [{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                               {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
                               {"type": "content_block_stop", "index": 0}]
                events += [{"type": "message_delta", "delta": {"stop_reason": reply.stop_reason, "stop_sequence": None},
                            "usage": {"output_tokens": reply.usage[1]}}, {"type": "message_stop"}]
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                for event in events[:reply.ends]:
                    self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
                self.close_connection = True

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass  # a client that left

        self.server = Server(("127.0.0.1", port), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def decide(self, body, headers):
        with self.lock:
            key = headers.get("x-api-key") or (headers.get("authorization") or "").removeprefix("Bearer ") or None
            call = Call(time.monotonic(), body.get("model", ""), prompt_of(body), key)
            self.calls.append(call)
            return self.behave(call) if callable(self.behave) else self.behave

    def await_gate(self, gate):
        while not gate.wait(0.05):
            if self.closing:
                return False
        return True

    def close(self):
        self.closing = True
        self.server.shutdown()
        self.server.server_close()
