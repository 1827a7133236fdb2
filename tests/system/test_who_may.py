"""Permissions: by connection, named tokens, the audit log, text written by agents, former secrets, files."""
import json
import os
import signal
import socket
import stat
import subprocess

from rig import UNDERSTUDYD, agent_type, request, wait_until

KEY, NEXT_KEY = "0ld1f00dcafe.0123456789abcdefOLD", "n3w1f00dcafe.0123456789abcdefNEW"
WORDS = "SAID-BY-THE-AGENT"


def config(command="cat", **more):
    return {"providers": {"p1": {"base_url": "http://127.0.0.1:9", "api_key": KEY}},
            "agent_types": {"worker": agent_type(["p1/model"], ["sh", "-c", command], "command")}, **more}


def restart(fleet):
    assert fleet.stop() == 0
    fleet.start()


def test_a_forwarded_request_needs_a_token_also_on_loopback(daemon):
    fleet = daemon(config(service={"allowed_hosts": ["ops.example"]}))
    for headers in ({"Host": "ops.example"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"},
                    {"Via": "1.1 proxy"}, {"X-Real-IP": "127.0.0.1"}, {"CF-Connecting-IP": "203.0.113.9"}):
        for method, path, body in (("GET", "/agents", None), ("GET", "/config", None), ("GET", "/event-log", None),
                                   ("POST", "/v1/agl/rollouts", {"input": "by anybody"})):
            assert fleet.call(method, path, body, headers, operator=False).status == 401, (headers, path)
        assert fleet.call("GET", "/health", None, headers, operator=False).status == 200
        assert fleet.call("GET", "/agents", None, headers).status == 200


def test_nginx_with_its_defaults_needs_a_token(daemon):
    fleet = daemon(config())
    host, port = fleet.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as proxy:
        proxy.sendall(f"GET /agents HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        assert b" 401 " in proxy.makefile("rb").readline()


def test_inherited_sockets_are_printed_with_their_address_and_all_served(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(config()))
    with socket.create_server(("0.0.0.0", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        ports = [one.getsockname()[1] for one in (first, second)]

        def hand_over():
            copies = [os.dup(one.fileno()) for one in (first, second)]  # so that neither overwrites the other
            for place, one in enumerate(copies, 3):
                os.dup2(one, place)

        served = subprocess.Popen(
            ["sh", "-c", 'export LISTEN_PID=$$ LISTEN_FDS=2; exec "$@"', "sh", UNDERSTUDYD, "serve", "--config",
             tmp_path / "config.json", "--state-dir", tmp_path / "state"], stdout=subprocess.PIPE, text=True,
            close_fds=False, preexec_fn=hand_over)
    try:
        assert served.stdout.readline() == f"listening on http://0.0.0.0:{ports[0]}\n"
        for port in ports:
            assert request("GET", f"http://127.0.0.1:{port}/agents").status == 200
        # Commands still find the daemon.
        minted = subprocess.run([UNDERSTUDYD, "token", "--role", "viewer", "--name", "x", "--state-dir",
                                 tmp_path / "state"], capture_output=True, text=True)
        assert minted.stdout.startswith("ust_"), minted.stderr
    finally:
        served.terminate()
        assert served.wait(20) == 0
        served.stdout.close()


def test_a_hangup_loads_a_changed_operator_token(daemon):
    fleet = daemon(config())
    former = fleet.token
    (fleet.state_dir / "operator-token").write_text("n" * 64)
    fleet.process.send_signal(signal.SIGHUP)
    fleet.token = "n" * 64
    wait_until(lambda: fleet.call("GET", "/tokens").status == 200)
    assert fleet.call("GET", "/audit", None, {"Authorization": "Bearer " + former}).status == 401
    # The reload's own entry comes when the fleet has the configuration: before or after this refusal.
    assert ("GET /audit", "401 Unauthorized") in [(row["action"], row["result"]) for row in fleet.get("/audit")]


def test_localhost_is_served_over_ipv4_and_ipv6(daemon):
    fleet = daemon(config())
    port = int(fleet.url.rsplit(":", 1)[1])
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return  # this machine has no [::1]
    assert request("GET", f"http://[::1]:{port}/health").json["status"] == "ok"


def minted(fleet, *options):
    made = subprocess.run([UNDERSTUDYD, "token", "--state-dir", fleet.state_dir, *options], capture_output=True,
                          text=True)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_named_tokens_come_and_go_without_a_restart(daemon):
    fleet = daemon(config())
    viewer, store, other = (minted(fleet, "--role", role, "--name", f"a {role}", "--expires", "30d")
                            for role in ("viewer", "store", "operator"))
    assert minted(fleet) == fleet.token

    def status(token, method, path, body=None):
        return fleet.call(method, path, body, {"Authorization": f"Bearer {token}"}, operator=False).status

    assert status(viewer, "GET", "/audit") == status(viewer, "GET", "/agents/worker-default/provider-events") == 200
    assert status(viewer, "POST", "/rollouts/search", {}) == 200
    for method, path, body in (("POST", "/agents/worker-default/pause", None), ("PUT", "/config", {}),
                               ("POST", "/tokens", {"name": "x", "role": "operator"}),
                               ("POST", "/v1/agl/rollouts", {"input": 1})):
        assert status(viewer, method, path, body) == 403, path
    assert status(store, "POST", "/agents/worker-default/pause") == 401
    assert status(other, "POST", "/agents/worker-default/pause") == 200
    listed = {one["name"]: one for one in fleet.get("/tokens")}
    assert listed["a viewer"]["expires"] > listed["a viewer"]["created"] and listed["a viewer"]["last_used"]
    signed_in = fleet.call("POST", "/session", {"token": viewer}, operator=False)
    both = {"Cookie": signed_in.headers["Set-Cookie"].split(";")[0], "X-Understudy-Session": signed_in.json["secret"]}
    assert fleet.call("GET", "/session", None, both, operator=False).json["role"] == "viewer"

    restart(fleet)
    assert status(viewer, "GET", "/audit") == 200
    assert fleet.call("DELETE", f"/tokens/{listed['a viewer']['id']}").status == 204
    assert status(viewer, "GET", "/audit") == 401
    assert viewer not in (fleet.state_dir / "understudy.db").read_bytes().decode("latin1")


def test_a_stream_ends_when_its_token_is_revoked(daemon):
    fleet = daemon(config())
    viewer = minted(fleet, "--role", "viewer", "--name", "tv")
    host, port = fleet.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as stream:
        stream.sendall(f"GET /events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {viewer}\r\n\r\n".encode())
        seen = stream.recv(4096)  # the headers and at least a part of the greeting
        assert b"200" in seen
        fleet.call("DELETE", f"/tokens/{fleet.get('/tokens')[0]['id']}")
        fleet.post("/agents/worker-default/pause")
        while not seen.endswith(b"\r\n0\r\n\r\n"):  # the end of the stream
            seen += stream.recv(4096)
        assert b"provider.paused" not in seen


def test_changes_and_failed_sign_ins_are_in_the_audit_log(daemon):
    fleet = daemon(config())
    fleet.post("/agents/worker-default/pause")
    for n in range(8):
        fleet.call("POST", "/session", {"token": f"guess-{n}"}, operator=False)
    fleet.call("PUT", "/config", {}, operator=False)
    rows = fleet.get("/audit?after=0")
    assert all(set(row) == {"id", "ts", "actor", "peer", "action", "subject", "result"} for row in rows)
    seen = [(row["actor"], row["action"], row["subject"], row["result"][:3]) for row in rows]
    assert ("operator", "POST /agents/{name}/pause", "worker-default", "200") in seen
    assert seen.count(("nobody", "POST /session (sign-in)", "", "401")) == 5
    assert ("nobody", "PUT /config", "", "401") in seen
    assert "sign-in" in fleet.log() and "guess-" not in fleet.log() + json.dumps(rows)
    assert fleet.call("GET", "/audit", operator=False).status == 401


def test_text_of_agents_is_only_for_operators_and_viewers(daemon):
    fleet = daemon(config(f"echo {WORDS} >&2; exit 3"))
    task = fleet.post("/agents/worker-default/tasks", {"input": WORDS, "metadata": {"ticket": WORDS}})["rollout_id"]
    assert fleet.finished(task)["status"] == "failed"
    pages = ["/rollouts", f"/rollouts/{task}", f"/rollouts/{task}/attempts", f"/rollouts/{task}/attempts/latest",
             "/v1/agl/rollouts", f"/v1/agl/rollouts/{task}", f"/v1/agl/rollouts/{task}/attempts", "/event-log",
             "/agents", "/agents/worker-default", "/agents/worker-default/why", "/metrics", "/health",
             "/agents/worker-default/lifecycle-events?since=0"]
    for path in pages:
        assert WORDS.encode() not in fleet.call("GET", path, operator=False).body, path
    for path, body in (("/rollouts/search", {}), ("/waits/rollouts", {"rollout_ids": [task], "timeout": 0})):
        assert WORDS.encode() not in fleet.call("POST", path, body, operator=False).body, path
    viewer = {"Authorization": "Bearer " + minted(fleet, "--role", "viewer", "--name", "v")}
    for path in (f"/rollouts/{task}", "/event-log", f"/v1/agl/rollouts/{task}"):
        assert WORDS.encode() in fleet.call("GET", path, None, viewer, operator=False).body, path
    # The same list again, from the cache, by another client.
    for headers, sees in ((viewer, True), ({}, False), (viewer, True)):
        assert (WORDS.encode() in fleet.call("GET", "/rollouts", None, headers, operator=False).body) == sees


def test_a_former_key_stays_masked_also_after_a_restart(daemon, tmp_path):
    go = tmp_path / "go"
    fleet = daemon(config(f"while [ ! -e {go} ]; do sleep 0.05; done; echo the key $ANTHROPIC_API_KEY; exit 3"))
    task = fleet.post("/agents/worker-default/tasks", {"input": "x"})["rollout_id"]
    wait_until(lambda: fleet.rollout(task)["status"] == "running")
    answer = fleet.call("GET", "/config")
    document = answer.json
    document["providers"]["p1"]["api_key"] = NEXT_KEY
    assert fleet.call("PUT", "/config", document, {"If-Match": answer.headers["ETag"]}).status == 200
    restart(fleet)
    go.write_text("")
    assert fleet.finished(task)["status"] == "failed"
    for path in (f"/rollouts/{task}", "/event-log", "/agents/worker-default/why"):
        body = fleet.call("GET", path).body.decode()
        assert KEY not in body and NEXT_KEY not in body, path
    assert "the key •••" in fleet.call("GET", f"/rollouts/{task}").body.decode()


def test_the_state_directory_is_private(daemon, tmp_path):
    (tmp_path / "daemon").mkdir()
    before = os.umask(0)
    try:
        fleet = daemon(config())
    finally:
        os.umask(before)
    task = fleet.post("/agents/worker-default/tasks", {"input": "x"})["rollout_id"]
    assert fleet.finished(task)["status"] == "succeeded"
    for path in [fleet.state_dir, *fleet.state_dir.glob("*"), *fleet.state_dir.glob("agents/*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode & 0o077 == 0, (oct(mode), path)


def test_a_state_directory_that_others_can_write_is_refused(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(0o777)
    refused = subprocess.run([UNDERSTUDYD, "serve", "--listen", "127.0.0.1:0", "--state-dir", state],
                             capture_output=True, text=True, timeout=20)
    assert refused.returncode == 1 and "can be written by others" in refused.stderr
    assert list(state.iterdir()) == []
