"""Running the daemon: configuration, secrets, permissions, metrics, service managers, the other commands."""

import json
import os
import re
import signal
import socket
import subprocess
import urllib.parse

import pytest

from agents import Gate
from rig import ROOT, UNDERSTUDYD, agent_type, providers_config, request, wait_until
from sse import Stream

NOWHERE = "http://127.0.0.1:9"
AUTH_FAULT = {"surface": "http", "status": 401,
              "body": '{"type":"error","error":{"type":"authentication_error","message":"no"}}'}


def shell(**more):
    return agent_type(adapter="command", command=["sh", "-c", 'read -r task; eval "$task"'], **more)


def config(types=None, **more):
    return {"providers": providers_config(NOWHERE, NOWHERE), "agent_types": types or {"worker": shell()}, **more}


def environment(fleet, name="worker-default"):
    file = fleet.state_dir / "agents" / name / "env"
    return dict(line.split("=", 1) for line in file.read_text().splitlines()) if file.exists() else {}


def names(fleet):
    return [one["name"] for one in fleet.get("/agents")]


# ---- configuration

def test_a_hangup_reads_the_file_again(daemon):
    first = config()
    fleet = daemon(first)
    first["agent_types"]["worker"]["instances"] = ["default", "second"]
    first["agent_types"]["worker"]["provider_chain"][0]["model"] = "newer-model"
    fleet.config_path.write_text(json.dumps(first))
    fleet.process.send_signal(signal.SIGHUP)
    wait_until(lambda: names(fleet) == ["worker-default", "worker-second"])
    wait_until(lambda: environment(fleet).get("ANTHROPIC_MODEL") == "newer-model")
    assert [event["type"] for event in fleet.events("config.*")] == ["config.changed"]


def test_a_hangup_with_mistakes_in_the_file_changes_nothing_and_names_each_one(daemon):
    fleet = daemon(config())
    good = fleet.config_path.read_text()
    bad = json.loads(good)
    bad["agent_types"]["worker"].update(usage_threshold_tokens=-5, colour="blue", instances=["x"])
    fleet.config_path.write_text(json.dumps(bad))
    fleet.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "/agent_types/worker/usage_threshold_tokens" in fleet.log()
               and "/agent_types/worker/colour" in fleet.log())
    assert names(fleet) == ["worker-default"] and fleet.events("config.*") == []
    assert fleet.finished(fleet.submit("worker-default", "echo still here"))["status"] == "succeeded"

    fleet.config_path.write_text("{ half a fi")
    fleet.process.send_signal(signal.SIGHUP)
    wait_until(lambda: fleet.log().count("was not reloaded") >= 3)
    fleet.config_path.write_text(good)
    fleet.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "the configuration was reloaded" in fleet.log())
    assert names(fleet) == ["worker-default"]


def test_put_config_requires_if_match(daemon):
    fleet = daemon(config())
    read = fleet.call("GET", "/config")
    etag = read.headers["ETag"]
    wanted = read.json
    wanted["agent_types"]["worker"]["instances"] = ["default", "second"]
    assert fleet.call("PUT", "/config", wanted).status == 428
    stale = fleet.call("PUT", "/config", wanted, {"If-Match": '"0123"'})
    assert (stale.status, stale.headers["ETag"]) == (412, etag)
    assert names(fleet) == ["worker-default"]

    saved = fleet.call("PUT", "/config", wanted, {"If-Match": etag})
    assert saved.status == 200 and saved.headers["ETag"] != etag
    assert names(fleet) == ["worker-default", "worker-second"]
    assert fleet.call("PUT", "/config", wanted, {"If-Match": etag}).status == 412
    assert fleet.call("GET", "/config").headers["ETag"] == saved.headers["ETag"]
    file = fleet.config_path
    assert json.loads(file.read_text())["agent_types"]["worker"]["instances"] == ["default", "second"]
    assert (file.with_name(file.name + ".bak")).exists()
    assert os.stat(file).st_mode & 0o777 == 0o600


def test_the_env_file_and_the_ledger_follow_a_changed_chain(daemon):
    fleet = daemon(config({"outside": agent_type(adapter="external")}))
    fleet.post("/agents/outside-default/outcomes", AUTH_FAULT)
    wait_until(lambda: environment(fleet, "outside-default").get("ANTHROPIC_MODEL") == "model-two")
    assert environment(fleet, "outside-default")["ANTHROPIC_API_KEY"] == "key-of-p2"

    read = fleet.call("GET", "/config")
    changed = read.json
    changed["agent_types"]["outside"]["provider_chain"] = [{"provider": "p2", "model": "model-two"}, {"provider": "p1", "model": "other"}]
    assert fleet.call("PUT", "/config", changed, {"If-Match": read.headers["ETag"]}).status == 200
    state = fleet.agent("outside-default")["provider_state"]
    assert (state["current_tier"], state["active_model"]) == (1, "model-two")
    assert [row["kind"] for row in fleet.ledger("outside-default")] == ["auth_error", "config_changed"]

    read = fleet.call("GET", "/config")
    changed = read.json
    changed["agent_types"]["outside"]["provider_chain"] = [{"provider": "p1", "model": "newest"}]
    assert fleet.call("PUT", "/config", changed, {"If-Match": read.headers["ETag"]}).status == 200
    wait_until(lambda: environment(fleet, "outside-default").get("ANTHROPIC_MODEL") == "newest")
    assert environment(fleet, "outside-default")["ANTHROPIC_API_KEY"] == "key-of-p1"


def test_masks_stand_for_the_saved_secrets_and_for_nothing_else(daemon):
    fleet = daemon(config())
    read = fleet.call("GET", "/config")
    assert b"key-of-p" not in read.body
    assert read.json["providers"]["p1"]["api_key"] == "•••"
    sent_back = read.json
    sent_back["providers"]["p1"]["base_url"] = "http://127.0.0.1:10"
    assert fleet.call("PUT", "/config", sent_back, {"If-Match": read.headers["ETag"]}).status == 200
    assert json.loads(fleet.config_path.read_text())["providers"]["p1"]["api_key"] == "key-of-p1"
    wait_until(lambda: environment(fleet)["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:10")
    assert environment(fleet)["ANTHROPIC_API_KEY"] == "key-of-p1"

    sent_back["providers"]["p9"] = {"base_url": NOWHERE, "api_key": "•••"}
    refused = fleet.call("PUT", "/config", sent_back, {"If-Match": "*"})
    assert refused.status == 422
    assert [error["path"] for error in refused.json["errors"]] == ["/providers/p9/api_key"]


# ---- secrets

def test_a_key_appears_nowhere_but_in_the_transcript(daemon, provider):
    keys = {"p1": "planted-key-Alpha-0123456789", "p2": "planted-key-Beta-9876543210", "env": "planted-value-Gamma/5555+x"}
    telltale = provider({"steps": [{"times": "forever", "fault": "status", "status": 401, "body": {
        "type": "error", "error": {"type": "authentication_error", "message": f"invalid x-api-key: {keys['p1']}"}}}]})
    healthy = provider({"answer": f"I was given {keys['p2']} and {keys['env']}."})
    say = "echo $ANTHROPIC_API_KEY $EXTRA; echo $ANTHROPIC_API_KEY $EXTRA >&2"
    broken = shell()
    broken["container"].update(command=["sh", "-c", say + "; exit 4"], readiness={"kind": "log", "pattern": "never"})
    types = {"reviewer": agent_type(), "worker": shell(), "broken": broken}
    for one in types.values():
        one["agent"]["env"] = {"EXTRA": keys["env"]}
    fleet = daemon({"providers": {"p1": {"base_url": telltale.url, "api_key": keys["p1"]},
                                  "p2": {"base_url": healthy.url, "api_key_env": "KEY_OF_P2"}}, "agent_types": types},
                   env={"KEY_OF_P2": keys["p2"]})
    heard = Stream(fleet, "?after=0")
    fleet.post("/agents/broken-default/start")
    tasks = [fleet.submit("reviewer-default", "hello"), fleet.submit("worker-default", say),
             fleet.submit("worker-default", say + "; exit 3")]
    assert [fleet.finished(task)["status"] for task in tasks] == ["succeeded", "succeeded", "failed"]
    fleet.post("/agents/reviewer-default/outcomes", {"surface": "cli_text", "exit_code": 1,
                                                     "body": f"API Error: 401 invalid key {keys['p2']}"})
    wait_until(lambda: fleet.events("container.lazy_start_failed"))

    said = {}
    paths = ["/agents", "/config", "/event-log?limit=5000", "/metrics", "/health", "/usage", "/providers",
             "/agents/models?provider=p1"]
    for name in names(fleet):
        paths += [f"/agents/{name}{part}" for part in ("", "/why", "/provider-events?since=0", "/lifecycle-events?since=0", "/tier-time")]
    for task in tasks:
        paths += [f"/rollouts/{task}/attempts"]
    for path in paths:
        said[path] = fleet.call("GET", path).body.decode()
    said["log"] = fleet.log()
    wait_until(lambda: heard.frames and heard.ids()[-1] == fleet.events()[-1]["id"])
    said["stream"] = json.dumps(heard.frames, ensure_ascii=False)
    heard.close()
    leaks = {where: key for where, text in said.items() for key in keys.values()
             for form in (key, key.replace("/", "\\/"), key[:16], key[-12:]) if form in text}
    assert leaks == {}
    assert "•••" in said[f"/rollouts/{tasks[0]}/attempts"] and "•••" in said["/agents/broken-default/lifecycle-events?since=0"]

    transcripts = ""
    for task in tasks:
        for attempt in fleet.attempts(task):
            answer = fleet.call("GET", f"/rollouts/{task}/attempts/{attempt['attempt_id']}/transcript")
            assert (answer.status, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
            transcripts += answer.body.decode()
    assert keys["p1"] in transcripts and keys["p2"] in transcripts


def test_files_with_secrets_are_private_to_the_owner(daemon):
    fleet = daemon(config())
    wait_until(lambda: environment(fleet))
    for file in ("operator-token", "agents/worker-default/env"):
        assert os.stat(fleet.state_dir / file).st_mode & 0o777 == 0o600, file
    assert os.stat(fleet.state_dir).st_mode & 0o777 == 0o700


# ---- permissions

def test_calls_that_change_something_need_the_operator(daemon):
    fleet = daemon(config())
    task = fleet.submit("worker-default", "echo hello")
    fleet.finished(task)
    attempt = fleet.attempts(task)[0]["attempt_id"]
    guarded = [("POST", "/agents/worker-default/" + what) for what in
               ("tasks", "outcomes", "reset-tier", "pause", "unpause", "start", "stop")]
    guarded += [("POST", "/providers/p1/try"), ("POST", "/providers/p1/reset"), ("POST", "/agent-types/worker/tasks"), ("DELETE", "/agents/worker-default"), ("PUT", "/config"),
                ("POST", f"/rollouts/{task}"), ("GET", "/agents/worker-default/provider-events"),
                ("GET", f"/rollouts/{task}/attempts/{attempt}/transcript")]
    for method, path in guarded:
        body = None if method in ("GET", "DELETE") else {}
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic " + fleet.token},
                        {"Authorization": f"Bearer {fleet.token}x"}, {"Cookie": "understudy=" + fleet.token}):
            answer = fleet.call(method, path, body, headers, operator=False)
            assert answer.status == 401 and answer.headers["WWW-Authenticate"], (method, path, headers, answer)
    for path in ("/agents", "/agents/worker-default", "/agents/worker-default/why", "/config", "/health", "/metrics",
                 "/providers", "/usage", "/event-log", f"/rollouts/{task}"):
        assert fleet.call("GET", path, operator=False).status == 200, path
    assert names(fleet) == ["worker-default"]
    # Without a token, reads do not show the content of tasks.
    public, own = (fleet.call("GET", f"/rollouts/{task}", operator=is_operator).body for is_operator in (False, True))
    assert b"echo hello" in own and b"echo hello" not in public


def test_reads_need_a_token_too_if_the_configuration_says_so(daemon):
    fleet = daemon(config(service={"auth": {"reads": "token"}}))
    for path in ("/agents", "/config", "/metrics", "/providers", "/event-log", "/events", "/agents/worker-default/why"):
        assert fleet.call("GET", path, operator=False).status == 401, path
    assert fleet.call("GET", "/health", operator=False).status == 200
    assert fleet.call("GET", "/agents").status == 200


def test_foreign_origins_and_hosts_are_refused_even_with_the_token(daemon):
    fleet = daemon(config(service={"allowed_origins": ["https://ops.example"], "allowed_hosts": ["fleet.example"]}))
    port = urllib.parse.urlsplit(fleet.url).port

    def status(**headers):
        return [fleet.call(method, path, None, headers).status
                for method, path in (("POST", "/agents/worker-default/pause"), ("GET", "/agents"))]

    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", f"https://127.0.0.1.evil.example:{port}"):
        assert status(Origin=origin) == [403, 403], origin
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "fleet.example.evil.example"):
        assert status(Host=host) == [403, 403], host
    for headers in ({"Origin": fleet.url}, {"Origin": "https://ops.example"}, {"Host": f"localhost:{port}"}, {"Host": "fleet.example"}):
        assert status(**headers) == [200, 200], headers
    answer = fleet.call("GET", "/agents", None, {"Origin": "https://ops.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://ops.example"
    assert "Access-Control-Allow-Origin" not in fleet.call("GET", "/agents", None, {"Origin": "https://evil.example"}).headers
    preflight = fleet.call("OPTIONS", "/agents/worker-default/pause", None, {
        "Origin": "https://ops.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"})
    assert preflight.status == 204 and "POST" in preflight.headers["Access-Control-Allow-Methods"]


def test_cookie_and_secret_together_replace_the_token_until_the_session_ends(daemon):
    fleet = daemon(config())

    def session(method, body=None, **headers):
        return fleet.call(method, "/session", body, headers, operator=False)

    opened = session("POST", {"token": fleet.token})
    assert opened.status == 200 and opened.json["role"] == "operator"
    cookie, *attributes = opened.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
    assert fleet.token not in cookie + opened.body.decode() and opened.json["secret"] not in cookie
    both = {"Cookie": "a=b; " + cookie, "X-Understudy-Session": opened.json["secret"]}
    assert session("GET", **both).json == {"operator": True, "role": "operator", "name": "operator"}
    assert session("GET").json == {"operator": False, "role": "none"}
    pause = lambda **headers: fleet.call("POST", "/agents/worker-default/pause", None, headers, operator=False).status
    assert pause(**both) == 200
    # What a page on another port of this host sends along.
    assert pause(Cookie=cookie) == 401 and session("GET", Cookie=cookie).json["role"] == "none"
    assert pause(**both, Origin="https://evil.example") == 403
    assert session("DELETE", Cookie=cookie).status == 204 and pause(**both) == 200
    assert session("DELETE", **both).status == 204
    assert pause(**both) == 401


def test_guessing_the_token_is_slowed_down_and_the_token_itself_is_not(daemon):
    fleet = daemon(config())
    guesses = [fleet.call("POST", "/session", {"token": f"guess-{n}"}, operator=False) for n in range(8)]
    assert [one.status for one in guesses[:5]] == [401] * 5
    assert guesses[-1].status == 429 and int(guesses[-1].headers["Retry-After"]) > 0
    assert fleet.get("/agents/worker-default/provider-events") == []


# ---- metrics

def parse_metrics(text):
    """Parses Prometheus text to {name: {labels: value}}; asserts its grammar."""
    types, series = {}, {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
            continue
        match = re.fullmatch(r'([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)', line)
        assert match, line
        name, labels, value = match.groups()
        family = re.sub("_(bucket|sum|count)$", "", name)
        assert name in types or types.get(family) == "histogram", f"no TYPE for {line}"
        labels = tuple(sorted(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', labels or "")))
        assert labels not in series.setdefault(name, {}), f"twice: {line}"
        series[name][labels] = float(value)
    for family in (name for name, kind in types.items() if kind == "histogram"):
        for labels, count in series.get(family + "_count", {}).items():
            buckets = [(float(dict(all_labels)["le"]), value) for all_labels, value in series[family + "_bucket"].items()
                       if set(labels) <= set(all_labels)]
            values = [value for _, value in sorted(buckets)]
            assert values == sorted(values) and sorted(buckets)[-1] == (float("inf"), count), (family, labels)
    return series


def test_metrics_are_prometheus_text_and_complete(daemon, provider, tmp_path):
    gate = Gate(tmp_path / "gate")
    first = provider({"steps": [{"times": "forever", "fault": "status", "status": 401}]})
    types = {"reviewer": agent_type(), "worker": agent_type(chain=("p3/three",), adapter="command", command=gate.command)}
    fleet = daemon({"providers": providers_config(first, provider(), NOWHERE), "agent_types": types})
    fleet.finished(fleet.submit("reviewer-default", 'quotes " and \\ and\nlines'))
    for n in range(3):
        fleet.submit("worker-default", str(n))
    wait_until(lambda: gate.began())
    one = Stream(fleet)

    answer = fleet.call("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    series = parse_metrics(answer.body.decode())

    def value(name, **labels):
        return next((value for key, value in series[name].items() if set(labels.items()) <= set(key)), None)

    one.close()
    gate.open()
    assert value("understudy_agent_tier", instance="reviewer-default") == 2
    assert value("understudy_agent_tier", instance="worker-default") == 1
    assert value("understudy_failovers_total", kind="auth_error") == 1
    assert value("understudy_queue_depth", instance="worker-default") == 2
    assert value("understudy_queue_oldest_seconds", instance="worker-default") >= 0
    assert value("understudy_sse_subscribers") == 1
    assert value("understudy_container_starts_total", instance="worker-default") == 1
    for name in ("stops", "start_failures", "stop_failures", "crashes"):
        assert value(f"understudy_container_{name}_total", instance="worker-default") is not None
    for phase in ("total", "queued", "create", "start", "probe"):
        assert value("understudy_cold_start_seconds_count", runtime="process", phase=phase) >= 2
    assert value("understudy_http_requests_total", route="/agents/{name}/tasks", method="POST", status="2xx") == 4
    assert value("understudy_http_request_seconds_count", route="/agents/{name}/tasks") == 4
    assert value("understudy_store_up") == 1 and value("understudy_runtime_up", runtime="process") == 1


def test_health_usage_models_and_tier_time_add_up(daemon, provider):
    one = provider({"models": ["model-one", "model-zero"], "usage": {"input_tokens": 100, "output_tokens": 20}})
    fleet = daemon({"providers": providers_config(one, provider()), "agent_types": {"reviewer": agent_type() | {"usage_threshold_tokens": 1000}}})
    for _ in range(2):
        fleet.finished(fleet.submit("reviewer-default"))
    health = fleet.get("/health")
    assert (health["status"], health["store"], health["runtimes"]) == ("ok", "ok", {"process": "ok"})
    [usage] = fleet.get("/usage?window=1h")["types"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["usage_threshold_tokens"]) == (200, 40, 1000)
    [tier] = usage["instances"][0]["tiers"]
    assert (tier["tier"], tier["model"], tier["input_tokens"]) == (1, "model-one", 200)
    assert sorted(fleet.get("/agents/models?provider=p1")["models"]) == ["model-one", "model-zero"]
    one.close()
    time = fleet.get("/agents/reviewer-default/tier-time?window_ms=60000")
    assert abs(sum(row["percent"] for row in time["tiers"]) - 100) < 0.1
    why = fleet.get("/agents/reviewer-default/why")
    assert why["last_decision"] and why["decided_at"] and why["guards"]


def test_a_provider_that_cannot_list_its_models_is_502_with_the_reason(daemon):
    fleet = daemon(config())
    answer = fleet.call("GET", "/agents/models?provider=p1")
    assert answer.status == 502 and "refused" in answer.json["detail"].lower(), answer


# ---- service managers

def test_a_service_manager_is_notified_of_ready_reloading_and_stopping(daemon, tmp_path):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(20)
        fleet = daemon(config(), env={"NOTIFY_SOCKET": str(path)})
        assert manager.recv(100) == b"READY=1"
        fleet.process.send_signal(signal.SIGHUP)
        assert [manager.recv(100).split(b"\n")[0], manager.recv(100)] == [b"RELOADING=1", b"READY=1"]
        assert fleet.stop() == 0
        assert manager.recv(100) == b"STOPPING=1"


def test_an_inherited_socket_is_served(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config()))
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        port = inherited.getsockname()[1]
        served = subprocess.Popen(
            ["sh", "-c", 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"', "sh", UNDERSTUDYD, "serve", "--config", file,
             "--state-dir", tmp_path / "state"], stdout=subprocess.PIPE, text=True, pass_fds=(3,),
            preexec_fn=lambda: os.dup2(inherited.fileno(), 3))
    try:
        assert served.stdout.readline() == f"listening on http://127.0.0.1:{port}\n"
        assert request("GET", f"http://127.0.0.1:{port}/health").json["status"] == "ok"
    finally:
        served.terminate()
        assert served.wait(20) == 0
        served.stdout.close()


def test_the_token_is_printed_only_to_a_terminal(daemon):
    fleet = daemon(config())
    line = fleet.process.stdout.readline()  # not a terminal but a journal, which others can read
    assert line == f"dashboard: {fleet.url}/ (its token: understudyd token --state-dir {fleet.state_dir})\n"


def test_a_port_in_use_gives_a_sentence(daemon):
    fleet = daemon(config())
    port = urllib.parse.urlsplit(fleet.url).port
    served = run("serve", "--config", fleet.config_path, "--state-dir", fleet.directory / "other", "--listen", f"127.0.0.1:{port}")
    assert served.returncode == 1 and str(port) in served.stderr and served.stdout == ""
    assert "use --listen" in served.stderr


# ---- the other commands

def run(*args, text=None, env=None):
    return subprocess.run([UNDERSTUDYD, *args], input=text, capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], **(env or {})})


def test_classify_prints_one_verdict_per_line_in_the_order_of_the_outcomes():
    corpus = [json.loads(line) for line in (ROOT / "tests/data/corpus_public.jsonl").read_text().splitlines()]
    lines = [json.dumps({key: value for key, value in item.items() if value is not None}) for item in corpus]
    answered = run("classify", text="\n".join(lines) + "\n")
    assert (answered.returncode, answered.stderr) == (0, "")
    verdicts = [json.loads(line) for line in answered.stdout.splitlines()]
    assert len(verdicts) == len(lines)
    for verdict in verdicts:
        assert {"kind", "failover", "rule", "evidence"} <= set(verdict)
    right = sum(verdict["failover"] == item["should_failover"] for verdict, item in zip(verdicts, corpus))
    kinds = sum(verdict["kind"] == item["label"] for verdict, item in zip(verdicts, corpus))
    assert right >= 0.99 * len(corpus) and kinds >= 0.97 * len(corpus), (right, kinds, len(corpus))
    assert [item["id"] for verdict, item in zip(verdicts, corpus) if verdict["failover"] and not item["should_failover"]] == []


def test_classify_names_each_bad_line_answers_the_others_and_ends_with_1():
    good = '{"surface": "http", "status": 401}'
    bad = ["not json", "", "[]", '{"surface": "telepathy"}', '{"surface": "http", "status": "x"}']
    answered = run("classify", text="\n".join([good, *bad, good]) + "\n")
    assert answered.returncode == 1
    answers = [json.loads(line) for line in answered.stdout.splitlines()]
    assert answers[0]["status"] == 401  # a verdict as libfailover writes it
    assert [answers[0]["kind"], answers[-1]["kind"]] == ["auth_error", "auth_error"]
    told = [f"understudyd classify: line {number}: {answer['error']}" for number, answer in enumerate(answers[1:-1], 2)]
    assert answered.stderr.splitlines() == told and len(told) == len(bad)
    assert told[2] == "understudyd classify: line 4: must be an object, got a list"
    assert told[3].startswith("understudyd classify: line 5: /surface: must be one of http,")


def test_token_prints_the_token_of_a_state_directory(daemon):
    fleet = daemon(config())
    told = run("token", "--state-dir", fleet.state_dir)
    assert (told.returncode, told.stdout) == (0, fleet.token + "\n")
    by_default = run("token", env={"XDG_STATE_HOME": str(fleet.directory / "nowhere")})
    assert by_default.returncode == 1 and "operator-token" in by_default.stderr and by_default.stdout == ""


def test_version_and_help():
    assert re.fullmatch(r"understudyd \d+\.\d+\.\d+\n", run("--version").stdout)
    for args in (("--help",), ("-h",), ("help",), ("serve", "--help"), ("help", "serve")):
        shown = run(*args)
        assert (shown.returncode, shown.stderr) == (0, "") and "Usage: understudyd" in shown.stdout, args


def test_what_is_not_understood_is_named_on_stderr():
    assert run("serv").stderr == "understudyd: unknown command 'serv'; did you mean 'serve'?\nTry 'understudyd --help'.\n"
    assert run("token", "--colour", "blue").stderr == (
        "understudyd token: unknown option '--colour'\nTry 'understudyd token --help'.\n")


@pytest.mark.parametrize("args", [
    (), ("dance",), ("serve", "--colour", "blue"), ("serve", "--listen"), ("serve", "--listen", "nowhere"),
    ("serve", "--listen", "127.0.0.1:99999"), ("serve", "--demo", "--config", "x.json"), ("check",), ("check", "a", "b"),
    ("check", "/no/such/file"), ("backup",), ("restore",), ("doctor", "x"), ("completion", "csh"), ("token", "--state-dir"), ("classify", "file"), ("agent", "--colour", "blue"),
    ("scripted-provider", "--colour", "blue"), ("serve", "--config", "/no/such/file")])
def test_wrong_usage_ends_with_2_and_a_sentence(args, tmp_path):
    ended = run(*args, env={"HOME": str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_is_not_a_unix_socket_ends_with_2(tmp_path):
    ended = run("serve", "--state-dir", tmp_path / "state", "--listen", "127.0.0.1:0", env={"DOCKER_HOST": "tcp://engine:2375"})
    assert ended.returncode == 2 and "tcp://engine:2375" in ended.stderr and "unix" in ended.stderr


def test_check_says_so_of_a_valid_configuration_and_warns_on_stderr(tmp_path):
    file = tmp_path / "config.json"
    file.write_text("// comments are allowed\n" + json.dumps(config({"worker": shell(mode="host")})))
    checked = run("check", file)
    assert (checked.returncode, checked.stdout) == (0, f"{file}: no problems; 2 providers, 1 agent type\n")
    assert checked.stderr.startswith("warning: /agent_types/worker/container/mode: ")
