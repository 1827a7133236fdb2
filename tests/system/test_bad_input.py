"""Bad requests, bad configurations and bad surroundings: each gives a clear error, and the daemon goes on."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import urllib.parse

import pytest

from rig import UNDERSTUDYD, Daemon, agent_type, providers_config, request, wait_until

NOWHERE = "http://127.0.0.1:9"


# ---- HTTP, with one daemon for all tests

@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    fleet = Daemon(tmp_path_factory.mktemp("bad-input"),
                   {"providers": providers_config(NOWHERE, NOWHERE),
                    "agent_types": {"worker": agent_type(command=["true"], adapter="command")}}).start()
    pid = fleet.process.pid
    try:
        yield fleet
        assert fleet.process.pid == pid and fleet.process.poll() is None
        assert "Z error" not in fleet.log(), fleet.log()
        assert fleet.stop() == 0
    finally:
        fleet.end_everything()


class Raw:
    """A connection that sends exactly the given bytes."""

    def __init__(self, fleet, text=b""):
        self.token = fleet.token
        address = urllib.parse.urlsplit(fleet.url)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port), timeout=20)
        self.send(text)

    def send(self, text):
        try:
            self.socket.sendall(text)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has refused the rest
        return self

    def head(self, method, path, *fields):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Authorization: Bearer {self.token}", *fields]
        return self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    def answer(self):
        """Reads status, header lines and body until the connection or the body ends."""
        got = b""
        while b"\r\n\r\n" not in got:
            piece = self.socket.recv(65536)
            if not piece:
                return 0, [], got
            got += piece
        head, body = got.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
        while len(body) < length and (piece := self.socket.recv(65536)):
            body += piece
        return int(lines[0].split()[1]), lines[1:], body

    def status(self):
        return self.answer()[0]

    def close(self):
        self.socket.close()


@pytest.fixture
def raw(fleet):
    opened = []

    def connect(text=b""):
        opened.append(Raw(fleet, text))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.fixture(scope="module", autouse=True)
def sleeper(fleet):
    """Half a request, sent at the beginning and checked by the last HTTP test."""
    started = Raw(fleet, b"GET /health HTTP/1.1\r\nHos")
    yield started
    started.close()


def assert_problem(answer, status, *words):
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json
    assert body["status"] == status and body["title"] and body["detail"]
    for word in words:
        assert word in body["detail"], answer
    return body


@pytest.mark.parametrize("method, path", [
    ("GET", "/no-such-thing"), ("GET", "/agents/worker-default/no-such-thing"), ("GET", "/agents/nobody"),
    ("GET", "/agents/nobody/why"), ("POST", "/agents/nobody/pause"), ("POST", "/agents/nobody/reset-tier"),
    ("POST", "/agents/nobody/start"), ("DELETE", "/agents/nobody"), ("GET", "/rollouts/ro-none"),
    ("GET", "/rollouts/ro-none/attempts"), ("GET", "/rollouts/ro-none/attempts/at-none/transcript"),
    ("GET", "/agents/models?provider=nobody"), ("GET", "/agents//why"), ("GET", "/agents/../health")])
def test_a_missing_resource_is_404(fleet, method, path):
    assert_problem(fleet.call(method, path), 404)


def test_tasks_and_outcomes_for_an_unknown_agent_are_404(fleet):
    assert_problem(fleet.call("POST", "/agents/nobody/tasks", {"input": "x"}), 404, "nobody")
    assert_problem(fleet.call("POST", "/agent-types/nobody/tasks", {"input": "x"}), 404, "nobody")
    assert_problem(fleet.call("POST", "/agents/nobody/outcomes", {"surface": "http", "status": 200}), 404, "nobody")


@pytest.mark.parametrize("method, path, allow", [
    ("DELETE", "/config", "GET, HEAD, OPTIONS, PUT"), ("POST", "/health", "GET, HEAD, OPTIONS"),
    ("GET", "/agents/worker-default/tasks", "OPTIONS, POST"), ("PUT", "/agents/worker-default", "DELETE, GET, HEAD, OPTIONS"),
    ("PATCH", "/agents", "GET, HEAD, OPTIONS"), ("BREW", "/health", "GET, HEAD, OPTIONS")])
def test_an_unsupported_method_is_405_and_lists_the_allowed_ones(fleet, method, path, allow):
    answer = fleet.call(method, path)
    assert_problem(answer, 405)
    assert sorted(answer.headers["Allow"].split(", ")) == allow.split(", ")


def test_a_body_that_is_not_json_by_its_media_type_is_415(fleet):
    tasks = "/agents/worker-default/tasks"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"):
        assert_problem(fleet.call("POST", tasks, b'{"input": 1}', {"Content-Type": kind}), 415, kind)
    assert_problem(fleet.call("POST", tasks, b"\x1f\x8b", {"Content-Encoding": "gzip"}), 415, "compressed")
    for kind in ("application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"):
        assert fleet.call("POST", tasks, b'{"input": 1}', {"Content-Type": kind}).status == 201


def test_a_body_beyond_8_mib_is_413_before_it_is_read(fleet, raw):
    announced = raw().head("POST", "/agents/worker-default/tasks", "Content-Type: application/json",
                           f"Content-Length: {8 * 1024 * 1024 + 1}")
    assert announced.status() == 413
    chunked = raw().head("POST", "/agents/worker-default/tasks", "Content-Type: application/json",
                         "Transfer-Encoding: chunked")
    for _ in range(9):
        chunked.send(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
    assert chunked.status() == 413
    largest = json.dumps({"input": "x" * (8 * 1024 * 1024 - 13)}).encode()
    assert len(largest) == 8 * 1024 * 1024
    assert fleet.call("POST", "/agents/worker-default/tasks", largest).status == 201


def test_a_session_accepts_only_a_small_body(fleet):
    assert fleet.call("POST", "/session", {"token": "x" * 5000}).status == 413


def test_headers_beyond_16_kib_are_431(raw):
    assert raw().head("GET", "/health", "X-Large: " + "x" * 17_000).status() == 431
    assert raw().head("GET", "/health", *(f"X-Many-{n}: {'y' * 50}" for n in range(400))).status() == 431
    assert raw().head("GET", "/" + "z" * 20_000).status() == 431
    assert raw().head("GET", "/health", "X-Fits: " + "x" * 10_000).status() == 200


@pytest.mark.parametrize("text", [
    b"\r\n\r\nrubbish\r\n\r\n", b"GET\r\n\r\n", b"GET /health HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /health HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    b"POST /config/check HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"GET /health HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_malformed_http_is_400_and_the_connection_ends(raw, text):
    connection = raw(text)
    status, lines, _ = connection.answer()
    assert status in (400, 403, 505), lines
    assert connection.socket.recv(1) == b""


def test_unfinished_requests_leave_nothing_behind(fleet):
    before = len(os.listdir(f"/proc/{fleet.process.pid}/fd"))
    for text in (b"", b"GE", b"GET /health HTTP/1.1\r\n", b"GET /agents HTTP/1.1\r\nHost: x",
                 b"POST /config/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"):
        for _ in range(20):
            Raw(fleet, text).close()
    wait_until(lambda: len(os.listdir(f"/proc/{fleet.process.pid}/fd")) <= before + 2)
    assert fleet.get("/health")["status"] == "ok"


def test_pipelined_requests_are_answered_in_order(fleet, raw):
    connection = raw()
    one = "GET {} HTTP/1.1\r\nHost: " + connection.host + "\r\n\r\n"
    connection.send("".join(one.format(path) for path in ("/health", "/none", "/agents")).encode())
    text = b""
    while text.count(b"HTTP/1.1 ") < 3:
        text += connection.socket.recv(65536)
    assert [answer.split()[0] for answer in text.split(b"HTTP/1.1 ")[1:]] == [b"200", b"404", b"200"]


@pytest.mark.parametrize("body, where", [
    (b"", "empty"), (b"{", "line 1"), (b"nope", "line 1"), (b'{"input": "\xff\xfe"}', "column"),
    (b'{"input": "\xc3("}', "column"), (b'{"input": "\xed\xa0\x80"}', "column"), (b'{"input": NaN}', "column 11"),
    (b'{"input": Infinity}', "column"), (b'{"input": 1} {}', "column"), (b'{"input": 01}', "column"),
    (b'{"a": "\x01"}', "column"), (b'{"input": ' + b"[" * 100 + b"]" * 100 + b"}", "column"), (b"\xef\xbb\xbf{}", "column")])
def test_a_body_that_is_not_json_is_400_and_says_where(fleet, body, where):
    for method, path in (("POST", "/agents/worker-default/tasks"), ("POST", "/agents/worker-default/outcomes"),
                         ("POST", "/config/check")):
        assert_problem(fleet.call(method, path, body), 400, where)
    etag = fleet.call("GET", "/config").headers["ETag"]
    assert_problem(fleet.call("PUT", "/config", body, {"If-Match": etag}), 400, where)


def test_paths_and_queries_that_are_not_utf_8_are_400(fleet, raw):
    for path in ("/agents/%ff%fe", "/agents/%zz", "/agents/a%00b", "/agents?x=%ff", "/event-log?types=%c3%28", "/agents/%"):
        assert raw().head("GET", path).status() == 400, path
    assert raw().head("GET", "/agents/\xff").status() == 400


@pytest.mark.parametrize("body, path", [
    ([], ""), ("text", ""), (1, ""), ({}, "/input"), ({"input": 1, "config": []}, "/config"),
    ({"input": 1, "metadata": "x"}, "/metadata"), ({"input": 1, "config": {"max_attempts": -1}}, "/config/max_attempts"),
    ({"input": 1, "config": {"max_attempts": 1.5}}, "/config/max_attempts"),
    ({"input": 1, "config": {"max_attempts": "2"}}, "/config/max_attempts"),
    ({"input": 1, "config": {"timeout_seconds": -0.5}}, "/config/timeout_seconds"),
    ({"input": 1, "config": {"retry_condition": "failed"}}, "/config/retry_condition"),
    ({"input": 1, "config": {"retry_condition": ["failed", "tired"]}}, "/config/retry_condition/1"),
    ({"input": 1, "config": {"max_atempts": 2}}, "/config/max_atempts")])
def test_a_task_with_wrong_types_is_422_with_the_path(fleet, body, path):
    answer = fleet.call("POST", "/agents/worker-default/tasks", body)
    assert [error["path"] for error in assert_problem(answer, 422)["errors"]] == [path]


@pytest.mark.parametrize("body, paths", [
    ([], [""]), ({}, ["/surface"]), ({"surface": "telepathy"}, ["/surface"]), ({"surface": 3}, ["/surface"]),
    ({"surface": "http", "status": "401"}, ["/status"]), ({"surface": "http", "status": -401}, ["/status"]),
    ({"surface": "http", "status": 4e300}, ["/status"]), ({"surface": "http", "headers": {"a": 1}}, ["/headers/a"]),
    ({"surface": "http", "usage": {"input_tokens": -1, "output_tokens": 0}}, ["/usage/input_tokens"]),
    ({"surface": "http", "usage": {"input_tokens": 1}}, ["/usage/output_tokens"]),
    ({"surface": "http", "tier": 0, "task_id": "", "body": 1}, ["/body", "/task_id", "/tier"]),
    ({"surface": "http", "tier": 3}, ["/tier"]), ({"surface": "http", "model": "unheard-of"}, ["/model"])])
def test_an_outcome_with_wrong_types_is_422_with_every_path_and_changes_nothing(fleet, body, paths):
    before = fleet.agent("worker-default")["provider_state"]
    answer = fleet.call("POST", "/agents/worker-default/outcomes", body)
    assert sorted(error["path"] for error in assert_problem(answer, 422)["errors"]) == paths
    assert fleet.agent("worker-default")["provider_state"] == before


def test_unknown_keys_of_an_outcome_are_ignored(fleet):
    answer = fleet.post("/agents/worker-default/outcomes", {"surface": "http", "status": 200, "mood": "good", "x": [1]})
    assert answer["verdict"]["kind"] == "success"


@pytest.mark.parametrize("path", [
    "/agents/worker-default/provider-events?since=abc", "/agents/worker-default/provider-events?limit=0",
    "/agents/worker-default/provider-events?limit=-1", "/agents/worker-default/provider-events?limit=999999",
    "/agents/worker-default/lifecycle-events?since=1e400", "/agents/worker-default/tier-time?window_ms=0",
    "/agents/worker-default/tier-time?window_ms=NaN", "/agents/worker-default/tier-time?window_ms=99999999999999999999",
    "/event-log?after=-x", "/event-log?limit=1.5", "/usage?window=6h", "/events?after=minus", "/agents/models",
    "/events?after=-1"])
def test_query_parameters_out_of_their_range_are_400(fleet, path):
    assert_problem(fleet.call("GET", path), 400)


def test_switches_are_0_or_1(fleet):
    assert_problem(fleet.call("POST", "/agents/worker-default/stop?force=maybe"), 400, "force")
    assert_problem(fleet.call("DELETE", "/agents/worker-default?force=maybe"), 400, "force")


# ---- configuration

TEN_MISTAKES = {
    "service": {"listen": "nowhere", "usage_window": "6h", "colour": "blue"},
    "providers": {"p1": {"base_url": "ftp://x", "api_key": "a", "auth_token": "b"}},
    "agent_types": {"reviewer": {
        "provider_chain": [{"provider": "p1", "model": ""}, {"provider": "nobody", "model": "m"}],
        "usage_threshold_tokens": -5,
        "failover": {"cooldown_min": "soon", "triggers": ["bad_mood"]},
        "container": {"mode": "swarm"},
        "instances": ["a", "a"]}},
}
THEIR_PATHS = ["/service/listen", "/service/usage_window", "/service/colour", "/providers/p1/base_url",
               "/agent_types/reviewer/provider_chain/0/model", "/agent_types/reviewer/provider_chain/1/provider",
               "/agent_types/reviewer/usage_threshold_tokens", "/agent_types/reviewer/failover/cooldown_min",
               "/agent_types/reviewer/failover/triggers/0", "/agent_types/reviewer/container/mode",
               "/agent_types/reviewer/instances/1"]


def test_check_lists_every_mistake_with_its_path(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(TEN_MISTAKES))
    check = subprocess.run([UNDERSTUDYD, "check", file], capture_output=True, text=True, timeout=20)
    assert check.returncode == 2
    lines = check.stdout.splitlines()
    assert set(THEIR_PATHS) <= {line.split(": ")[0] for line in lines}
    assert "/agent_types/reviewer/usage_threshold_tokens: must be a positive integer, got -5" in lines
    assert any(line.startswith("/providers/p1") and "one" in line for line in lines if "base_url" not in line), lines


def test_put_config_lists_every_mistake_and_changes_nothing(fleet):
    before = fleet.call("GET", "/config")
    answer = fleet.call("PUT", "/config", TEN_MISTAKES, {"If-Match": before.headers["ETag"]})
    assert set(THEIR_PATHS) <= {error["path"] for error in assert_problem(answer, 422)["errors"]}
    checked = fleet.post("/config/check", TEN_MISTAKES)
    assert checked["errors"] == answer.json["errors"]
    after = fleet.call("GET", "/config")
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])
    assert [one["name"] for one in fleet.get("/agents")] == ["worker-default"]


def test_serve_ends_with_2_and_lists_every_mistake(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(TEN_MISTAKES))
    served = subprocess.run([UNDERSTUDYD, "serve", "--config", file, "--state-dir", tmp_path / "state"],
                            capture_output=True, text=True, timeout=20)
    assert (served.returncode, served.stdout) == (2, "")
    for path in THEIR_PATHS:
        assert f"{path}: " in served.stderr
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"service": {}, "service": {}}', b'{"providers": {"\xff": {}}}', None])
def test_an_unreadable_configuration_gives_a_sentence(tmp_path, text):
    file = tmp_path / "config.json"
    if text is not None:
        file.write_bytes(text)
    check = subprocess.run([UNDERSTUDYD, "check", file], capture_output=True, timeout=20)
    assert check.returncode == 2
    assert len(check.stdout + check.stderr) > 10
    served = subprocess.run([UNDERSTUDYD, "serve", "--config", file, "--state-dir", tmp_path / "state"],
                            capture_output=True, timeout=20)
    assert served.returncode == 2 and served.stderr


def test_a_slow_client_is_timed_out_and_delays_nobody(fleet, sleeper):
    assert fleet.get("/health")["status"] == "ok"
    status, lines, _ = sleeper.answer()
    assert status in (0, 408), lines
    assert status == 0 or "Connection: close" in lines
    assert sleeper.socket.recv(1) == b""


# ---- surroundings

def test_an_agent_command_that_does_not_exist_fails_the_task_and_moves_no_tier(daemon):
    fleet = daemon({"providers": providers_config(NOWHERE, NOWHERE), "agent_types": {
        "worker": agent_type(command=["no-such-agent", "--now"], adapter="command"),
        "reviewer": agent_type(command=["/no/such/claude"])}})
    for name, command in (("worker-default", "no-such-agent"), ("reviewer-default", "/no/such/claude")):
        task = fleet.submit(name)
        assert fleet.finished(task)["status"] == "failed"
        [attempt] = fleet.attempts(task)
        assert attempt["metadata"]["verdict"] == {"kind": "task_error", "failover": False, "rule": "agent-command",
                                                  "evidence": f"command not found: {command}"}
        assert fleet.ledger(name) == []
        assert fleet.agent(name)["provider_state"]["current_tier"] == 1


def test_a_container_command_that_does_not_exist_is_a_start_failure_that_names_it(daemon):
    worker = agent_type(command=["true"], adapter="command")
    worker["container"]["command"] = ["no-such-server"]
    fleet = daemon({"providers": providers_config(NOWHERE, NOWHERE), "agent_types": {"worker": worker}})
    task = fleet.submit("worker-default")
    [failure, *_] = wait_until(lambda: fleet.events("container.lazy_start_failed"))
    assert "command not found: no-such-server" in failure["detail"]["error"]
    assert "no-such-server" in failure["summary"]
    assert fleet.events("container.lazy_started") == [] and fleet.ledger("worker-default") == []
    assert fleet.rollout(task)["status"] == "preparing"


def test_an_unset_key_variable_is_named_in_why_and_its_tier_is_skipped_without_an_attempt(daemon, provider):
    second = provider()
    providers = {"p1": {"base_url": NOWHERE, "api_key_env": "NO_SUCH_KEY"}, "p2": {"base_url": second.url, "api_key": "k2"}}
    fleet = daemon({"providers": providers, "agent_types": {"reviewer": agent_type()}})
    wait_until(lambda: "NO_SUCH_KEY is not set" in json.dumps(fleet.get("/agents/reviewer-default/why")))

    task = fleet.submit("reviewer-default")

    assert fleet.finished(task)["status"] == "succeeded"
    [attempt] = fleet.attempts(task)
    assert (attempt["metadata"]["tier"], attempt["metadata"]["output"]) == (2, "This is model-two.")
    [row] = fleet.ledger("reviewer-default")
    assert (row["from_tier"], row["to_tier"], row["kind"], row["reason"]) == (1, 2, "auth_error", "NO_SUCH_KEY is not set")


def test_without_a_key_on_any_tier_the_task_waits_and_is_not_lost(daemon):
    providers = {name: {"base_url": NOWHERE, "api_key_env": f"NO_SUCH_KEY_OF_{name}"} for name in ("p1", "p2")}
    fleet = daemon({"providers": providers, "agent_types": {"reviewer": agent_type()}})
    task = fleet.submit("reviewer-default")
    wait_until(lambda: fleet.agent("reviewer-default")["provider_state"]["pause_reason"] == "exhausted")
    assert fleet.rollout(task)["status"] == "queuing" and fleet.attempts(task) == []
    assert fleet.agent("reviewer-default")["provider_state"]["retry_at"] is None
    assert "NO_SUCH_KEY_OF_p" in json.dumps(fleet.get("/agents/reviewer-default/why"))
    assert fleet.get("/health")["status"] == "ok"


@pytest.fixture
def tiny_disk(tmp_path, as_root):
    """A file system of a few MB."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", place], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(path):
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


def test_a_full_disk_refuses_new_work_and_recovers_when_there_is_room(daemon, tiny_disk, provider):
    types = {"reviewer": agent_type(), "outside": agent_type(adapter="external")}
    fleet = daemon({"providers": providers_config(provider(), provider()), "agent_types": types}, name="tiny")
    done = fleet.submit("reviewer-default")
    assert fleet.finished(done)["status"] == "succeeded"
    large = {"input": "x" * 300_000}

    fill(tiny_disk / "ballast")
    refused = wait_until(lambda: (answer := fleet.call("POST", "/agents/reviewer-default/tasks", large)).status == 507
                         and answer)
    assert_problem(refused, 507)
    health = fleet.get("/health")
    assert health["status"] == "degraded" and health["store"] != "ok"
    assert fleet.rollout(done)["status"] == "succeeded"
    assert [one["name"] for one in fleet.get("/agents")] == ["outside-default", "reviewer-default"]
    assert "understudy_store_up 0" in fleet.call("GET", "/metrics").body.decode()
    for _ in range(3):
        assert fleet.call("POST", "/agents/outside-default/pause").status == 507

    (tiny_disk / "ballast").unlink()
    wait_until(lambda: fleet.get("/health")["status"] == "ok")
    assert fleet.finished(fleet.submit("reviewer-default"))["status"] == "succeeded"
    fleet.post("/agents/outside-default/pause")
    assert fleet.stop() == 0
    with sqlite3.connect(fleet.state_dir / "understudy.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM rollouts").fetchone() == (2,)


def test_a_full_disk_is_reported_at_startup(daemon, tiny_disk):
    fleet = daemon({"providers": providers_config(NOWHERE), "agent_types": {
        "outside": agent_type(chain=("p1/one",), adapter="external")}}, name="tiny")
    assert fleet.stop() == 0
    fill(tiny_disk / "ballast")
    served = subprocess.run([UNDERSTUDYD, "serve", "--config", fleet.config_path, "--state-dir", fleet.state_dir,
                             "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30)
    assert (served.returncode, served.stdout) == (1, "")
    assert "file system is full" in served.stderr
    (tiny_disk / "ballast").unlink()
    assert fleet.start().get("/health")["status"] == "ok"


def test_a_damaged_database_is_refused_and_its_backup_named(daemon):
    fleet = daemon({"providers": providers_config(NOWHERE), "agent_types": {
        "worker": agent_type(chain=("p1/one",), command=["true"], adapter="command")}})
    fleet.post("/agents/worker-default/pause")
    assert fleet.stop() == 0
    database = fleet.state_dir / "understudy.db"
    backup = fleet.state_dir / "understudy.db.backup"
    shutil.copy(database, backup)
    whole = database.read_bytes()

    def start():
        served = subprocess.run([UNDERSTUDYD, "serve", "--config", fleet.config_path, "--state-dir", fleet.state_dir,
                                 "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30)
        assert (served.returncode, served.stdout) == (1, "")
        return served.stderr

    for damage in (b"this is no database, whatever its name says" * 100, whole[:5000], b"", whole[:4096] + os.urandom(8192) + whole[12288:]):
        database.write_bytes(damage)
        said = start()
        assert str(database) in said and "damaged" in said, said
        assert str(backup) in said, said
        assert database.read_bytes() == damage
    backup.unlink()
    assert "no backup" in start()

    database.write_bytes(whole)
    assert fleet.start().agent("worker-default")["provider_state"]["pause_reason"] == "operator"
