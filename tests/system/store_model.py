"""A model of the rollout store that is slow and simple: dicts, lists and scans.

The server chooses ids and times: here they are placeholders, filled in by the first response that shows them.
"""

import math
import re

ROLLOUT = ("rollout_id", "input", "start_time", "end_time", "mode", "resources_id", "status", "config", "metadata")
ATTEMPT = ("rollout_id", "attempt_id", "sequence_id", "start_time", "end_time", "status", "worker_id", "last_heartbeat_time",
           "metadata")
WORKER = ("worker_id", "status", "heartbeat_stats", "last_heartbeat_time", "last_dequeue_time", "last_busy_time",
          "last_idle_time", "current_rollout_id", "current_attempt_id")
RESOURCES = ("resources_id", "create_time", "update_time", "version", "resources")
SPAN = ("rollout_id", "attempt_id", "sequence_id", "trace_id", "span_id", "parent_id", "name", "status", "attributes",
        "events", "links", "start_time", "end_time", "context", "parent", "resource")
QUEUED, ACTIVE, FINISHED = ("queuing", "requeuing"), ("preparing", "running"), ("failed", "succeeded", "cancelled")
MOST_COUNTED = 2 ** 53


class Id:
    def __init__(self, prefix, digits):
        self.shape, self.value = re.compile(f"{prefix}[0-9a-f]{{{digits}}}"), None

    def meets(self, got):
        if self.value is None and isinstance(got, str) and self.shape.fullmatch(got):
            self.value = got
        return got == self.value

    def __repr__(self):
        return repr(self.value or self.shape.pattern)


class Moment:
    """Time at which a call was served. Calls are made in different milliseconds, so `earliest` orders them too."""

    def __init__(self, earliest):
        self.earliest, self.latest, self.value = earliest, math.inf, None

    def meets(self, got):
        if self.value is None and isinstance(got, float) and self.earliest <= got <= self.latest:
            self.value = got
        return isinstance(got, float) and got == self.value

    def __repr__(self):
        return repr(self.value) if self.value is not None else f"<{self.earliest} to {self.latest}>"


class Text:
    """Human-readable text: only its beginning is compared."""

    def __init__(self, beginning=""):
        self.beginning = beginning

    def meets(self, got):
        return isinstance(got, str) and bool(got) and got.startswith(self.beginning)

    def __repr__(self):
        return f"<{self.beginning}…>"


def plain(value):
    """The value of a placeholder as far as it is known."""
    if isinstance(value, Moment):
        return value.earliest if value.value is None else value.value
    return value.value if isinstance(value, Id) else value


def difference(expected, got, where="the answer"):
    """None, or the first difference. Types, numbers and the order of keys count."""
    if isinstance(expected, (Id, Moment, Text)):
        return None if expected.meets(got) else f"{where}: expected {expected!r}, got {got!r}"
    if type(expected) is not type(got):
        return f"{where}: expected {expected!r}, got {got!r}"
    if isinstance(expected, dict):
        if list(expected) != list(got):
            return f"{where}: expected the keys {list(expected)}, got {list(got)}"
        pairs = [(f"{where}.{key}", expected[key], got[key]) for key in expected]
    elif isinstance(expected, list):
        if len(expected) != len(got):
            return f"{where}: expected {len(expected)} items, got {len(got)}: {expected!r:.400} {got!r:.400}"
        pairs = [(f"{where}[{nth}]", *both) for nth, both in enumerate(zip(expected, got))]
    else:
        return None if expected == got else f"{where}: expected {expected!r}, got {got!r}"
    return next((found for found in (difference(one, other, place) for place, one, other in pairs) if found), None)


class Refused(Exception):
    def __init__(self, status, detail=None):
        super().__init__(status, detail)
        self.status, self.body = status, {"detail": detail or Text()}


def config_of(given):
    given = given or {}
    number = lambda name: None if given.get(name) is None else float(given[name])
    return {"timeout_seconds": number("timeout_seconds"), "unresponsive_seconds": number("unresponsive_seconds"),
            "max_attempts": given.get("max_attempts", 1), "retry_condition": given.get("retry_condition", [])}


class Model:
    def __init__(self):
        self.rollouts, self.resources, self.workers = [], [], []  # in order of creation
        self.attempts, self.spans, self.counters = {}, {}, {}  # by id(rollout), except counters: by rollout id
        self.queue = []
        self.latest_resources = None
        self.answers = {}

    # ---- lookups

    def rollout(self, rollout_id):
        for one in self.rollouts:
            if plain(one["rollout_id"]) == rollout_id:
                return one
        return None

    def attempt(self, rollout, attempt_id):
        attempts = self.attempts[id(rollout)]
        if attempt_id == "latest":
            return attempts[-1] if attempts else None
        return next((one for one in attempts if plain(one["attempt_id"]) == attempt_id), None)

    def latest(self, rollout):
        return self.attempt(rollout, "latest")

    def worker(self, worker_id):
        return next((one for one in self.workers if one["worker_id"] == worker_id), None)

    def known_rollout(self, rollout_id):
        rollout = self.rollout(rollout_id)
        if rollout is None:
            raise Refused(404)
        return rollout

    def known_attempt(self, rollout, attempt_id):
        attempt = self.attempt(rollout, attempt_id)
        if attempt is None:
            raise Refused(404)
        return attempt

    def shown(self, rollout):
        latest = self.latest(rollout)
        return rollout if latest is None else {**rollout, "attempt": latest}

    # ---- the rules

    def move(self, rollout, status, now):
        before, rollout["status"] = rollout["status"], status
        if before == status:
            return
        if status in QUEUED and before not in QUEUED:
            self.queue.append(rollout)
        if status not in QUEUED and before in QUEUED:
            self.queue.remove(rollout)
        if status in FINISHED:
            rollout["end_time"] = now

    def propagate(self, rollout, attempt, now):
        if rollout["status"] == "cancelled" or attempt is not self.latest(rollout):
            return
        status = attempt["status"]
        if status in ("failed", "timeout", "unresponsive"):
            config = rollout["config"]
            again = status in config["retry_condition"] and attempt["sequence_id"] < config["max_attempts"]
            status = "requeuing" if again else "failed"
        self.move(rollout, status, now)

    def follow(self, worker_id, attempt, now, dequeued=False):
        worker = self.worker_or_new(worker_id)
        busy = attempt["status"] in ("preparing", "running")
        worker["status"] = "busy" if busy else "idle" if attempt["status"] in ("failed", "succeeded") else "unknown"
        worker["last_busy_time" if busy else "last_idle_time"] = now
        if dequeued:
            worker["last_dequeue_time"] = now
        worker["current_rollout_id"] = attempt["rollout_id"] if busy else None
        worker["current_attempt_id"] = attempt["attempt_id"] if busy else None

    def worker_or_new(self, worker_id):
        worker = self.worker(worker_id)
        if worker is None:
            worker = {**dict.fromkeys(WORKER), "worker_id": worker_id, "status": "unknown"}
            self.workers.append(worker)
        return worker

    def report(self, rollout, attempt, said, now):
        if "status" in said:
            attempt["status"] = said["status"]
            if said["status"] in ("failed", "succeeded"):
                attempt["end_time"] = now
        for name in ("worker_id", "last_heartbeat_time", "metadata"):
            if name in said:
                attempt[name] = said[name]
        self.propagate(rollout, attempt, now)
        if ("status" in said or "worker_id" in said) and attempt["worker_id"] is not None:
            self.follow(attempt["worker_id"], attempt, now)

    def is_overdue(self, rollout):
        """Only because of an old heartbeat: the tests here never wait for a timeout."""
        latest = self.latest(rollout)
        return (rollout["status"] in ACTIVE and latest is not None and rollout["config"]["unresponsive_seconds"] is not None
                and isinstance(latest["last_heartbeat_time"], float) and 0 < latest["last_heartbeat_time"] < 1e9)

    def sweep(self, now):
        """Whether the watchdog found something. One call makes at most one rollout overdue."""
        overdue = [rollout for rollout in self.rollouts if self.is_overdue(rollout)]
        for rollout in overdue:
            self.report(rollout, self.latest(rollout), {"status": "unresponsive"}, now)
        return bool(overdue)

    # ---- writes

    def make_rollout(self, said, status, now):
        resources_id = said.get("resources_id")
        if resources_id is None and self.latest_resources is not None:
            resources_id = self.latest_resources["resources_id"]
        rollout = dict(zip(ROLLOUT, (Id("ro-", 12), said["input"], now, None, said.get("mode"), resources_id, status,
                                     config_of(said.get("config")), said.get("metadata") or {})))
        self.rollouts.append(rollout)
        self.attempts[id(rollout)], self.spans[id(rollout)] = [], []
        return rollout

    def begin_attempt(self, rollout, worker_id, now):
        attempts = self.attempts[id(rollout)]
        attempt = dict(zip(ATTEMPT, (rollout["rollout_id"], Id("at-", 8), len(attempts) + 1, now, None, "preparing", worker_id,
                                     None, None)))
        attempts.append(attempt)
        self.move(rollout, "preparing", now)
        return attempt

    def enqueue(self, said, now):
        made = [self.make_rollout(one, "queuing", now) for one in said["rollouts"]]
        self.queue += made
        return made

    def start_rollout(self, said, now):
        rollout = self.make_rollout(said, "preparing", now)
        attempt = self.begin_attempt(rollout, said.get("worker_id"), now)
        if said.get("worker_id") is not None:
            self.follow(said["worker_id"], attempt, now)
        return self.shown(rollout)

    def start_attempt(self, rollout_id, worker_id, now):
        rollout = self.known_rollout(rollout_id)
        if rollout["status"] == "cancelled":
            raise Refused(409)
        attempt = self.begin_attempt(rollout, worker_id, now)
        if worker_id is not None:
            self.follow(worker_id, attempt, now)
        return self.shown(rollout)

    def dequeue(self, limit, worker_id, now):
        if limit <= 0:
            return []
        taken = []
        while self.queue and len(taken) < limit:
            rollout = self.queue[0]
            self.begin_attempt(rollout, worker_id, now)
            taken.append(self.shown(rollout))
        if worker_id is not None and taken:
            self.follow(worker_id, taken[-1]["attempt"], now, dequeued=True)
        elif worker_id is not None:
            worker = self.worker_or_new(worker_id)
            if worker["status"] != "idle":
                worker["last_idle_time"] = now
            worker["status"], worker["last_dequeue_time"] = "idle", now
        return taken

    def update_rollout(self, rollout_id, said, now):
        for name in ("status", "config"):
            if name in said and said[name] is None:
                raise Refused(400, f"{name} is invalid; it cannot be a null value.")
        rollout = self.known_rollout(rollout_id)
        for name in ("input", "mode", "resources_id", "metadata"):
            if name in said:
                rollout[name] = said[name]
        if "config" in said:
            rollout["config"] = config_of(said["config"])
        if "status" in said:
            self.move(rollout, said["status"], now)
            if said["status"] in FINISHED:
                rollout["end_time"] = now
        return rollout

    def update_attempt(self, rollout_id, attempt_id, said, now):
        for name in ("status", "worker_id", "last_heartbeat_time", "metadata"):
            if name in said and said[name] is None:
                raise Refused(400, f"{name} is invalid; it cannot be a null value.")
        rollout = self.known_rollout(rollout_id)
        attempt = self.known_attempt(rollout, attempt_id)
        self.report(rollout, attempt, said, now)
        return attempt

    def next_sequence(self, rollout_id):
        self.counters[rollout_id] = self.counters.get(rollout_id, 0) + 1
        return {"sequence_id": self.counters[rollout_id]}

    def add_span(self, span, now):
        rollout = self.known_rollout(span["rollout_id"])
        attempt = self.known_attempt(rollout, span["attempt_id"] if span["attempt_id"] != "latest" else "?")
        number = span["sequence_id"]
        if number <= MOST_COUNTED:
            self.counters[span["rollout_id"]] = max(self.counters.get(span["rollout_id"], 0), number)
        spans = self.spans[id(rollout)]
        if any(one["attempt_id"] == span["attempt_id"] and one["span_id"] == span["span_id"] for one in spans):
            return None
        spans.append(span)
        attempt["last_heartbeat_time"] = now
        if attempt["status"] in ("preparing", "unresponsive"):
            attempt["status"] = "running"
        if (attempt is self.latest(rollout) and attempt["status"] == "running"
                and rollout["status"] in ("preparing", "requeuing")):
            self.move(rollout, "running", now)
        return span

    def add_spans(self, spans, now):
        answers = []
        for span in spans:
            try:
                answers.append(self.add_span(span, now))
            except Refused:
                answers.append(None)
        return answers

    def export(self, spans, now):
        """An OTLP export: a new span without a number gets the next one."""
        rejected = 0
        for span in spans:
            counted = self.counters.get(span["rollout_id"], 0)
            given = span["sequence_id"]
            try:
                numbered = {**span, "sequence_id": counted + 1 if given is None else given}
                if self.add_span(numbered, now) is None and given is None:
                    self.counters[span["rollout_id"]] = counted
            except Refused:
                rejected += 1
        if spans and rejected == len(spans):
            raise Refused(400)
        return rejected

    def put_resources(self, resources_id, resources, now):
        known = next((one for one in self.resources if plain(one["resources_id"]) == resources_id), None)
        if known is None:
            known = dict(zip(RESOURCES, (resources_id or Id("rs-", 12), now, now, 0, None)))
            self.resources.append(known)
        known.update(update_time=now, version=known["version"] + 1, resources=resources)
        self.latest_resources = known
        return known

    def heartbeat(self, worker_id, said, now):
        if "heartbeat_stats" in said and said["heartbeat_stats"] is None:
            raise Refused(400, "heartbeat_stats is invalid; it cannot be a null value.")
        worker = self.worker_or_new(worker_id)
        worker["heartbeat_stats"] = said.get("heartbeat_stats", worker["heartbeat_stats"])
        worker["last_heartbeat_time"] = now
        return worker

    # ---- reads

    def find(self, rows, conditions, said, orders, fields):
        """`conditions` are predicates of a row; `orders` maps a field to its sort key."""
        sort_by, limit, offset = said.get("sort_by"), said.get("limit", -1), said.get("offset", 0)
        if sort_by is not None and sort_by not in orders:
            raise Refused(400, f"Invalid sort_by: {sort_by} has no order" if sort_by in fields else
                          Text(f"Invalid sort_by: {sort_by}, allowed fields are: {', '.join(fields)}"))
        if limit == 0 or limit < -1:
            raise Refused(400, "Limit must be greater than 0 or -1 for no limit")
        if offset < 0:
            raise Refused(400, "Offset must be greater than or equal to 0")
        joined = any if said.get("filter_logic") == "or" and conditions else all
        found = [row for row in rows if joined(condition(row) for condition in conditions)]
        if sort_by is not None:
            found = sorted(found, key=orders[sort_by], reverse=said.get("sort_order") == "desc")
        end = None if limit == -1 else offset + limit
        return {"items": found[offset:end], "limit": limit, "offset": offset, "total": len(found)}

    def find_rollouts(self, said, now):
        conditions = self.membership(said, {"status_in": "status", "mode_in": "mode", "rollout_id_in": "rollout_id"})
        conditions += self.contents(said, ["rollout_id"])
        for key, value in said.get("metadata", {}).items():
            conditions.append(lambda row, key=key, value=value: text_of((row["metadata"] or {}).get(key)) == value)
        window = [row for row in self.rollouts if said.get("since", -math.inf) <= plain(row["start_time"])
                  < said.get("until", math.inf)]
        of_latest = lambda name, order: lambda row: order((self.latest(row) or {}).get(name))
        orders = {"rollout_id": by_text("rollout_id"), "start_time": by_time("start_time"), "end_time": by_time("end_time"),
                  "mode": by_text("mode"), "resources_id": by_text("resources_id"), "status": by_text("status"),
                  "attempt_id": of_latest("attempt_id", text), "worker_id": of_latest("worker_id", text),
                  "last_heartbeat_time": of_latest("last_heartbeat_time", moment),
                  "duration": lambda row: (now if row["end_time"] is None else plain(row["end_time"])) - plain(row["start_time"])}
        page = self.find(window, conditions, said, orders, ROLLOUT)
        return {**page, "items": [self.shown(row) for row in page["items"]]}

    def find_attempts(self, rollout_id, said):
        orders = {name: by_time(name) if name.endswith("_time") else by_text(name) for name in ATTEMPT}
        orders["sequence_id"] = lambda row: row["sequence_id"]
        del orders["metadata"]
        rollout = self.rollout(rollout_id)
        return self.find(self.attempts[id(rollout)] if rollout else [], [], {"sort_by": "sequence_id", **said}, orders, ATTEMPT)

    def find_workers(self, said):
        conditions = self.membership(said, {"status_in": "status"}) + self.contents(said, ["worker_id"])
        orders = {name: by_time(name) if name.endswith("_time") else by_text(name) for name in WORKER}
        del orders["heartbeat_stats"]
        return self.find(self.workers, conditions, said, orders, WORKER)

    def find_resources(self, said):
        conditions = self.equality(said, ["resources_id"]) + self.contents(said, ["resources_id"])
        orders = {"resources_id": by_text("resources_id"), "create_time": by_time("create_time"),
                  "update_time": by_time("update_time"), "version": lambda row: row["version"]}
        return self.find(self.resources, conditions, said, orders, RESOURCES)

    def find_spans(self, said):
        rollout = self.rollout(said["rollout_id"])
        rows = self.spans[id(rollout)] if rollout else []
        if said.get("attempt_id") is not None and rollout:
            attempt = self.attempt(rollout, said["attempt_id"])
            rows = [row for row in rows if attempt and row["attempt_id"] == plain(attempt["attempt_id"])]
        names = ["trace_id", "span_id", "parent_id", "name"]
        orders = {name: by_text(name) for name in ["rollout_id", "attempt_id", *names]}
        orders.update(sequence_id=lambda row: row["sequence_id"], status_code=lambda row: row["status"]["status_code"],
                      start_time=by_time("start_time"), end_time=by_time("end_time"),
                      duration=lambda row: math.inf if row["end_time"] is None or row["start_time"] is None
                      else row["end_time"] - row["start_time"])
        said = {"sort_by": "sequence_id", **said}
        return self.find(rows, self.equality(said, names) + self.contents(said, names), said, orders, SPAN)

    def waited(self, rollout_ids):
        found = [self.rollout(one) for one in rollout_ids]
        return [one for one in found if one is not None and one["status"] in FINISHED]

    def counted(self):
        statuses = ("queuing", "preparing", "running", "failed", "succeeded", "cancelled", "requeuing")
        by_status = {status: sum(one["status"] == status for one in self.rollouts) for status in statuses}
        return {"total_rollouts": len(self.rollouts), "total_attempts": sum(map(len, self.attempts.values())),
                "total_spans": sum(map(len, self.spans.values())), "total_resources": len(self.resources),
                "total_workers": len(self.workers), "rollouts_by_status": by_status, "queued": len(self.queue)}

    @staticmethod
    def membership(said, fields):
        return [lambda row, name=name, field=field: plain(row[field]) in said[name]
                for name, field in fields.items() if said.get(name) is not None]

    @staticmethod
    def contents(said, names):
        return [lambda row, name=name: plain(row[name]) is not None and said[name + "_contains"] in plain(row[name])
                for name in names if said.get(name + "_contains") is not None]

    @staticmethod
    def equality(said, names):
        return [lambda row, name=name: plain(row[name]) == said[name] for name in names if said.get(name) is not None]


def text(value):
    return plain(value) or ""


def moment(value):
    return math.inf if value is None else plain(value)


def by_text(name):
    return lambda row: text(row[name])


def by_time(name):
    return lambda row: moment(row[name])


def text_of(value):
    return value if isinstance(value, str) else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
