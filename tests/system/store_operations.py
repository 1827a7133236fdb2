"""Random calls of the rollout store. They refer to rollouts by index, so that any subset of them is a valid sequence."""

import copy
import json
from urllib.parse import quote, urlencode

import otlp
from store_model import ATTEMPT, MOST_COUNTED, RESOURCES, ROLLOUT, SPAN, WORKER, Moment, Refused, Text, plain

ROLLOUT_STATUSES = ("queuing", "preparing", "running", "failed", "succeeded", "cancelled", "requeuing")
ATTEMPT_STATUSES = ("preparing", "running", "failed", "succeeded", "unresponsive", "timeout")
MODES = ("train", "val", "test")
NAMES = ("plan", "tool call", "llm", "ünïcode", "")
INPUTS = ("text", 7, 1.5, None, True, [], {"q": [1, 2.5, {"deep": None}]}, 10 ** 30, "line\nbreak \u0001 \U0001f600")
METADATA = ({}, {"run": "a"}, {"run": "b", "n": 1}, {"n": 1, "fast": True}, {"run": "a", "list": [1]})
RESOURCES_GIVEN = ({}, {"main": {"resource_type": "llm", "endpoint": "http://e", "model": "m"}},
                   {"p": {"resource_type": "prompt_template", "template": "{x}", "engine": "f-string"}})
RESOURCES_KEPT = ({}, {"main": {"resource_type": "llm", "endpoint": "http://e", "model": "m", "api_key": None,
                                "sampling_parameters": {}}}, RESOURCES_GIVEN[2])
WORKERS = ("w-1", "w-2", "w 3", "ẅ")


class Call:
    """A request and its expected response."""

    def __init__(self, method, path, body=None, headers=None):
        self.method, self.path, self.body, self.headers = method, "/v1/agl" + path, body, headers or {}
        self.status, self.expected = 200, None
        self.only_keys = False  # the response has more members than expected
        self.candidates = None  # instead of `expected`: the response, given the time it was served
        self.protobuf = None  # instead of `body`
        self.heard = None     # called with the response

    def answer(self, work, status=200):
        try:
            self.status, self.expected = status, work()
        except Refused as refused:
            self.status, self.expected = refused.status, refused.body
        return self

    def __repr__(self):
        said = self.shown if self.protobuf is not None else self.body
        return f"{self.method} {self.path} {'' if said is None else json.dumps(said, ensure_ascii=False)}"


class Generator:
    """Generates random calls, as values that can be printed and replayed."""

    def __init__(self, chance):
        self.chance = chance
        self.spans = 0
        self.asked = []

    def next(self):
        kinds = {"enqueue": 3, "start_rollout": 2, "start_attempt": 4, "dequeue": 10, "update_rollout": 8, "update_attempt": 16,
                 "add_span": 6, "add_spans": 8, "export": 5, "next_sequence": 4, "add_resources": 2, "put_resources": 2, "heartbeat": 4,
                 "find_rollouts": 14, "find_attempts": 5, "find_workers": 4, "find_resources": 2, "find_spans": 8,
                 "get_rollout": 3, "get_latest_attempt": 2, "get_worker": 2, "get_resources": 2, "wait": 3, "statistics": 2,
                 "page_through": 3, "ask_again": 8}
        kind = self.chance.choices(list(kinds), list(kinds.values()))[0]
        if kind == "ask_again":  # whether or not something was written in between
            return copy.deepcopy(self.chance.choice(self.asked[-6:])) if self.asked else self.next()
        op = {"op": kind, **getattr(self, kind)()}
        if kind.startswith("find"):
            self.asked.append(op)
        return op

    def maybe(self, share, make):
        return make() if self.chance.random() < share else None

    def ref(self):
        """Mostly a recent rollout, so that a few get many calls."""
        draw = self.chance.random()
        return None if draw < 0.03 else [self.chance.randrange(3 if draw < 0.7 else 1000)]

    def attempt_ref(self):
        return self.chance.choice(["latest", "latest", "latest", 0, 1, 2, "at-unknown"])

    def some(self, values):
        return self.chance.sample(values, self.chance.randint(0, 3))

    def given(self, makers, share=0.4):
        """A random subset of these members."""
        return {name: make() for name, make in makers.items() if self.chance.random() < share}

    def config(self):
        return self.given({"timeout_seconds": lambda: self.chance.choice([None, 10000, 10000.5]),
                           "unresponsive_seconds": lambda: self.chance.choice([None, 1000, 1000.5]),
                           "max_attempts": lambda: self.chance.randint(1, 6),
                           "retry_condition": lambda: self.some(("failed", "unresponsive", "timeout"))}, 0.8)

    def new_rollout(self):
        pick = self.chance.choice
        return {"input": pick(INPUTS), **self.given({
            "mode": lambda: pick((*MODES, None)), "resources_id": lambda: pick(["own", "rs-none", None]), "config": self.config,
            "metadata": lambda: pick((*METADATA, None))}, 0.6)}

    def enqueue(self):
        key = self.maybe(0.1, lambda: self.chance.choice(["k1", "k2"]))
        rollouts = [{"input": self.chance.choice(["one", "two"])}] if key else [
            self.new_rollout() for _ in range(self.chance.randint(0, 4))]
        return {"body": {"rollouts": rollouts}, "key": key}

    def start_rollout(self):
        return {"body": {**self.new_rollout(), **self.given({"worker_id": self.worker})}}

    def worker(self):
        return self.chance.choice(WORKERS)

    def start_attempt(self):
        return {"rollout": self.ref(), "worker": self.maybe(0.5, self.worker)}

    def dequeue(self):
        return {"limit": self.chance.choice([1, 1, 2, 3, 5, 0, -1, None]), "worker": self.maybe(0.7, self.worker)}

    def update_rollout(self):
        pick = self.chance.choice
        body = self.given({"status": lambda: pick((*ROLLOUT_STATUSES, "cancelled", "queuing"))}, 0.7)
        body.update(self.given({"input": lambda: pick(INPUTS), "mode": lambda: pick((*MODES, None)), "config": self.config,
                                "resources_id": lambda: pick([None, "own"]), "metadata": lambda: pick((*METADATA, None))}, 0.15))
        body.update(self.given({pick(["status", "config"]): lambda: None}, 0.03))
        return {"rollout": self.ref(), "body": body}

    def update_attempt(self):
        pick = self.chance.choice
        body = self.given({"status": lambda: pick((*ATTEMPT_STATUSES, "failed", "running"))}, 0.7)
        body.update(self.given({"worker_id": self.worker, "last_heartbeat_time": lambda: pick([0.0, 1.0, 1.0, 4e9]),
                                "metadata": lambda: pick(METADATA)}, 0.25))
        body.update(self.given({pick(["status", "worker_id", "last_heartbeat_time", "metadata"]): lambda: None}, 0.03))
        return {"rollout": self.ref(), "attempt": self.attempt_ref(), "body": body}

    def span(self):
        pick = self.chance.choice
        self.spans += 1
        number = self.chance.random()
        sequence = (self.chance.randint(1, 60) if number < 0.9 else pick([0, -3, MOST_COUNTED - 5_000_000, 2 ** 63 - 1]))
        again = self.chance.random() < 0.25  # the id of an earlier span, perhaps of the same attempt
        of = max(0, self.spans - self.chance.randint(1, 5)) if again else self.spans
        start = pick([None, 1.0, 2.5, 1700000000.123])
        return {"rollout": self.ref(), "attempt": self.attempt_ref(), "body": {
            "sequence_id": sequence, "trace_id": f"{pick([1, 2]):032x}", "span_id": f"{of:016x}",
            "parent_id": pick([None, f"{max(0, of - 1):016x}"]), "name": pick(NAMES),
            "status": {"status_code": pick(["UNSET", "OK", "ERROR"]), "description": pick([None, "why"])},
            "attributes": pick([{}, {"i": 1, "f": 1.0, "t": "x", "b": True, "l": [1, 2], "e": []}, {"big": 10 ** 20}]),
            "events": pick([[], [{"name": "e", "attributes": {"a": 1}, "timestamp": 1.5}]]), "links": [],
            "start_time": start, "end_time": None if start is None else pick([None, start + 0.25, start + 1.0]),
            "context": None, "parent": None, "resource": {"attributes": {"service": "s"}, "schema_url": ""},
            **pick([{}, {"extra": {"kept": [1, None]}}])}}

    def add_span(self):
        return self.span()

    def add_spans(self):
        spans = [self.span() for _ in range(self.chance.randint(0, 6))]
        of = self.ref()
        for one in spans:
            one["rollout"] = of if self.chance.random() < 0.8 else one["rollout"]
        return {"spans": spans}

    def export(self):
        pick = self.chance.choice
        spans = []
        for _ in range(self.chance.randint(0, 4)):
            self.spans += 1
            of = max(0, self.spans - self.chance.randint(1, 5)) if self.chance.random() < 0.25 else self.spans
            spans.append({"trace_id": f"{pick([1, 2]):032x}", "span_id": f"{of:016x}", "parent_id": pick([None, f"{of + 1:016x}"]),
                          "name": pick(NAMES), "start": pick([0, 10 ** 9, 1_700_000_000_123_456_789]), "end": pick([0, 2 * 10 ** 9]),
                          "code": pick([0, 1, 2]), "attributes": pick([{}, {"i": -1, "f": 0.5, "b": False, "l": ["x", "y"]}]),
                          "sequence": self.maybe(0.1, lambda: self.chance.randint(1, 80))})
        return {"rollout": self.ref(), "attempt": self.attempt_ref(), "spans": spans,
                "sequence": self.maybe(0.3, lambda: pick([self.chance.randint(1, 60), "7", "x", -2, 2 ** 63 - 1]))}

    def next_sequence(self):
        return {"rollout": self.ref()}

    def add_resources(self):
        return {"resources": self.chance.randrange(3)}

    def put_resources(self):
        return {"id": self.chance.choice(["own", "other"]), "resources": self.chance.randrange(3)}

    def heartbeat(self):
        return {"worker": self.worker(), "body": self.given({"heartbeat_stats": lambda: self.chance.choice(
            [{"cpu": 1.5}, {}, {"gpus": [{"t": 60}]}] + [None] * (self.chance.random() < 0.1))}, 0.6)}

    def page(self, fields, further=(), most=12):
        pick = self.chance.choice
        page = self.given({"sort_by": lambda: pick((*fields, *further)), "sort_order": lambda: pick(["asc", "desc"])}, 0.7)
        page.update(self.given({"limit": lambda: self.chance.randint(1, most), "offset": lambda: self.chance.randint(0, most // 2),
                                "filter_logic": lambda: pick(["and", "or"])}, 0.4))
        page.update(self.given({"limit": lambda: pick([0, -1, -2])}, 0.04))
        page.update(self.given({"offset": lambda: -1, "sort_by": lambda: "nonsense"}, 0.02))
        return page

    def find_rollouts(self):
        pick = self.chance.choice
        return {"get": self.chance.random() < 0.4, "said": {
            **self.page(ROLLOUT, ("attempt_id", "worker_id", "last_heartbeat_time", "duration"), 30),
            **self.given({"status_in": lambda: self.some(ROLLOUT_STATUSES), "mode_in": lambda: self.some(MODES),
                          "rollout_id_contains": lambda: pick("0123456789abcdef"),
                          "metadata": lambda: pick([{"run": "a"}, {"n": "1"}, {"fast": "true", "run": "a"}])}, 0.2)},
            "ids": self.maybe(0.15, lambda: [self.ref() for _ in range(self.chance.randint(0, 4))]),
            "since": self.maybe(0.1, self.ref), "until": self.maybe(0.1, self.ref)}

    def page_through(self):
        pick = self.chance.choice
        return {"get": self.chance.random() < 0.4, "said": {
            "limit": self.chance.randint(1, 15), **pick([{}, {"sort_by": "start_time"},
                                                         {"sort_by": "start_time", "sort_order": "desc"}]),
            **self.given({"status_in": lambda: self.some(ROLLOUT_STATUSES), "mode_in": lambda: self.some(MODES),
                          "filter_logic": lambda: pick(["and", "or"])}, 0.3)}}

    def find_attempts(self):
        page = self.page(ATTEMPT, most=4)
        page.pop("filter_logic", None)
        return {"rollout": self.ref(), "get": self.chance.random() < 0.4, "said": page}

    def find_workers(self):
        return {"get": self.chance.random() < 0.4, "said": {**self.page(WORKER, most=3), **self.given({
            "status_in": lambda: self.some(["idle", "busy", "unknown"]), "worker_id_contains": lambda: self.chance.choice("w1-")},
            0.3)}}

    def find_resources(self):
        page = self.page(RESOURCES, most=4)
        page.pop("filter_logic", None)
        return {"get": True, "said": {**page, **self.given({"resources_id": lambda: "own", "resources_id_contains": lambda: "o"},
                                                           0.3)}}

    def find_spans(self):
        pick = self.chance.choice
        said = {**self.page(SPAN, ("status_code", "duration"), 8), **self.given({
            "attempt_id": self.attempt_ref, "trace_id": lambda: f"{1:032x}", "trace_id_contains": lambda: "2",
            "span_id_contains": lambda: pick("0123"), "parent_id_contains": lambda: pick("0123"), "name": lambda: pick(NAMES),
            "name_contains": lambda: pick(["l", "tool", "ï", ""])}, 0.12)}
        return {"rollout": self.ref(), "get": self.chance.random() < 0.4, "said": said}

    def get_rollout(self):
        return {"rollout": self.ref()}

    get_latest_attempt = get_rollout

    def get_worker(self):
        return {"worker": self.chance.choice((*WORKERS, "nobody"))}

    def get_resources(self):
        return {"id": self.chance.choice(["own", "other", "latest", "rs-none"])}

    def wait(self):
        return {"ids": [self.ref() for _ in range(self.chance.randint(0, 9))]}

    def statistics(self):
        return {}


class Calls:
    """Turns operations into calls with the model's response."""

    def __init__(self, model):
        self.model = model

    def call(self, op, now):
        return getattr(self, op["op"])(copy.deepcopy(op), now)

    def id_of(self, ref, traced=False):
        rollouts = [one for one in self.model.rollouts if not traced or len(self.model.spans[id(one)]) > 2]
        return "ro-unknown" if ref is None or not rollouts else plain(rollouts[-1 - ref[0] % len(rollouts)]["rollout_id"])

    def attempt_id_of(self, rollout_id, ref):
        rollout = self.model.rollout(rollout_id)
        attempts = self.model.attempts[id(rollout)] if rollout else []
        if isinstance(ref, int):
            return plain(attempts[ref % len(attempts)]["attempt_id"]) if attempts else "at-none"
        return ref

    def enqueue(self, op, now):
        key, body = op["key"], op["body"]
        call = Call("POST", "/queues/rollouts/enqueue", body, {"Idempotency-Key": key} if key else {})
        if key in self.model.answers:
            past_body, past = self.model.answers[key]
            call.status, call.expected = (201, past) if past_body == body else (409, Refused(409).body)
            return call
        if key:
            call.heard = lambda got: self.model.answers.update({key: (body, got)})
        return call.answer(lambda: self.model.enqueue(body, now), 201)

    def start_rollout(self, op, now):
        return Call("POST", "/rollouts", op["body"]).answer(lambda: self.model.start_rollout(op["body"], now), 201)

    def start_attempt(self, op, now):
        rollout_id, worker = self.id_of(op["rollout"]), op["worker"]
        call = Call("POST", f"/rollouts/{rollout_id}/attempts", None if worker is None else {"worker_id": worker})
        return call.answer(lambda: self.model.start_attempt(rollout_id, worker, now), 201)

    def dequeue(self, op, now):
        body = {name: value for name, value in (("limit", op["limit"]), ("worker_id", op["worker"])) if value is not None}
        limit = 1 if op["limit"] is None else op["limit"]
        return Call("POST", "/queues/rollouts/dequeue", body or None).answer(
            lambda: self.model.dequeue(limit, op["worker"], now))

    def update_rollout(self, op, now):
        rollout_id = self.id_of(op["rollout"])
        return Call("POST", f"/rollouts/{rollout_id}", op["body"]).answer(
            lambda: self.model.update_rollout(rollout_id, op["body"], now))

    def update_attempt(self, op, now):
        rollout_id = self.id_of(op["rollout"])
        attempt_id = self.attempt_id_of(rollout_id, op["attempt"])
        return Call("POST", f"/rollouts/{rollout_id}/attempts/{attempt_id}", op["body"]).answer(
            lambda: self.model.update_attempt(rollout_id, attempt_id, op["body"], now))

    def whose(self, op):
        """A span needs the id of its attempt; "latest" is not accepted."""
        rollout_id = self.id_of(op["rollout"])
        rollout = self.model.rollout(rollout_id)
        attempt_id = self.attempt_id_of(rollout_id, op["attempt"])
        if attempt_id == "latest" and rollout and self.model.latest(rollout):
            attempt_id = plain(self.model.latest(rollout)["attempt_id"])
        return {"rollout_id": rollout_id, "attempt_id": attempt_id}

    def span_of(self, op):
        return {**self.whose(op), **op["body"]}

    def export(self, op, now):
        whose = self.whose(op)
        resource = {"agentlightning." + name: value for name, value in whose.items()}
        if op["sequence"] is not None:
            resource["agentlightning.span_sequence_id"] = op["sequence"]
        sent, kept = [], []
        for one in op["spans"]:
            values = dict(one["attributes"])
            if one["sequence"] is not None:
                values["agentlightning.span_sequence_id"] = one["sequence"]
            sent.append(otlp.span(one["trace_id"], one["span_id"], one["parent_id"], one["name"], one["start"], one["end"], values,
                                  one["code"]))
            number = op["sequence"] if one["sequence"] is None else one["sequence"]
            kept.append({
                **whose, "sequence_id": int(number) if str(number).isdigit() else None, "trace_id": one["trace_id"],
                "span_id": one["span_id"], "parent_id": one["parent_id"], "name": one["name"],
                "status": {"status_code": ("UNSET", "OK", "ERROR")[one["code"]], "description": None}, "attributes": values,
                "events": [], "links": [], "start_time": one["start"] / 1e9 or None, "end_time": one["end"] / 1e9 or None,
                "context": {"trace_id": one["trace_id"], "span_id": one["span_id"], "is_remote": False, "trace_state": {}},
                "parent": None, "resource": {"attributes": resource, "schema_url": ""}})
        call = Call("POST", "")
        call.path, call.protobuf = "/v1/traces", otlp.request(resource, sent)
        call.shown = {"resource": resource, "spans": op["spans"]}
        return call.answer(lambda: self.model.export(kept, now))

    def add_span(self, op, now):
        span = self.span_of(op)
        return Call("POST", "/spans", span).answer(lambda: self.model.add_span(span, now), 201)

    def add_spans(self, op, now):
        spans = [self.span_of(one) for one in op["spans"]]
        return Call("POST", "/spans", spans).answer(lambda: self.model.add_spans(spans, now), 201)

    def next_sequence(self, op, now):
        rollout_id = self.id_of(op["rollout"])
        return Call("POST", "/spans/next", {"rollout_id": rollout_id, "attempt_id": "any"}).answer(
            lambda: self.model.next_sequence(rollout_id))

    def add_resources(self, op, now):
        return Call("POST", "/resources", RESOURCES_GIVEN[op["resources"]]).answer(
            lambda: self.model.put_resources(None, RESOURCES_KEPT[op["resources"]], now), 201)

    def put_resources(self, op, now):
        return Call("POST", f"/resources/{op['id']}", RESOURCES_GIVEN[op["resources"]]).answer(
            lambda: self.model.put_resources(op["id"], RESOURCES_KEPT[op["resources"]], now))

    def heartbeat(self, op, now):
        return Call("POST", f"/workers/{quote(op['worker'])}", op["body"] or None).answer(
            lambda: self.model.heartbeat(op["worker"], op["body"], now))

    @staticmethod
    def question(path, said, get):
        if not get:
            return Call("POST", path + "/search", said)
        pairs = []
        for name, value in said.items():
            if name == "metadata":
                pairs += [("metadata." + key, text) for key, text in value.items()]
            else:
                pairs += [(name, one) for one in value] if isinstance(value, list) else [(name, value)]
        return Call("GET", f"{path}?{urlencode(pairs)}")

    @staticmethod
    def as_said(said, get):
        """A query string cannot express an empty list."""
        return {name: value for name, value in said.items() if not (get and value == [])}

    def find_rollouts(self, op, now):
        said = op["said"]
        if op["ids"] is not None:
            said["rollout_id_in"] = [self.id_of(ref) for ref in op["ids"]]
        for name in ("since", "until"):
            rollout = self.model.rollout(self.id_of(op[name])) if op[name] else None
            if rollout:
                said[name] = plain(rollout["start_time"])
        said = self.as_said(said, op["get"])
        call = self.question("/rollouts", said, op["get"])
        if said.get("sort_by") == "duration":
            # The duration of open rollouts depends on when the response is made, which it does not contain.
            call.candidates = lambda at: self.model.find_rollouts(said, at)
        return call.answer(lambda: self.model.find_rollouts(said, now.earliest))

    def page_through(self, op, now):
        """All pages, each starting where the last one ended."""
        said = self.as_said(op["said"], op["get"])
        place, offset = "", 0
        while place is not None:
            call = self.question("/rollouts", {**said, "after": place}, op["get"])
            page = self.model.find_rollouts({**said, "offset": offset}, now.earliest)
            call.expected = {**page, "offset": 0, "next": Text() if len(page["items"]) == said["limit"] else None}
            heard = []
            call.heard = heard.append
            yield call
            place, offset = heard[0]["next"], offset + said["limit"]

    def find_attempts(self, op, now):
        rollout_id = self.id_of(op["rollout"])
        return self.question(f"/rollouts/{rollout_id}/attempts", op["said"], op["get"]).answer(
            lambda: self.model.find_attempts(rollout_id, op["said"]))

    def find_workers(self, op, now):
        said = self.as_said(op["said"], op["get"])
        return self.question("/workers", said, op["get"]).answer(lambda: self.model.find_workers(said))

    def find_resources(self, op, now):
        return self.question("/resources", op["said"], True).answer(lambda: self.model.find_resources(op["said"]))

    def find_spans(self, op, now):
        said = {"rollout_id": self.id_of(op["rollout"], traced=True), **op["said"]}
        if "attempt_id" in said:
            said["attempt_id"] = self.attempt_id_of(said["rollout_id"], said["attempt_id"])
        return self.question("/spans", said, op["get"]).answer(lambda: self.model.find_spans(said))

    def get_rollout(self, op, now):
        rollout_id = self.id_of(op["rollout"])
        rollout = self.model.rollout(rollout_id)
        return Call("GET", f"/rollouts/{rollout_id}").answer(lambda: rollout and self.model.shown(rollout))

    def get_latest_attempt(self, op, now):
        rollout_id = self.id_of(op["rollout"])
        rollout = self.model.rollout(rollout_id)
        return Call("GET", f"/rollouts/{rollout_id}/attempts/latest").answer(lambda: rollout and self.model.latest(rollout))

    def get_worker(self, op, now):
        return Call("GET", f"/workers/{quote(op['worker'])}").answer(lambda: self.model.worker(op["worker"]))

    def get_resources(self, op, now):
        found = [one for one in self.model.resources if plain(one["resources_id"]) == op["id"]]
        latest = self.model.latest_resources if op["id"] == "latest" else None
        return Call("GET", f"/resources/{op['id']}").answer(lambda: latest or (found[0] if found else None))

    def wait(self, op, now):
        ids = [self.id_of(ref) for ref in op["ids"]]
        return Call("POST", "/waits/rollouts", {"rollout_ids": ids, "timeout": 0}).answer(lambda: self.model.waited(ids))

    def statistics(self, op, now):
        call = Call("GET", "/statistics").answer(self.model.counted)
        call.only_keys = True
        return call

    def times_to_learn(self):
        """Calls that reveal the end times that are still unknown but needed for sorting."""
        return [Call("GET", f"/rollouts/{plain(one['rollout_id'])}").answer(lambda one=one: self.model.shown(one))
                for one in self.model.rollouts if isinstance(one["end_time"], Moment) and one["end_time"].value is None]
