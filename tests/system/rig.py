"""Shared by the system tests: the real daemon, scripted providers, and a way to wait without blind sleeps."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNDERSTUDYD = os.environ.get("UNDERSTUDYD", str(ROOT / "build/release/understudyd"))


def wait_until(what, timeout=20.0, every=0.02):
    """Returns the first true value of what(); fails with its last value after the timeout."""
    deadline = time.monotonic() + timeout
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < deadline, f"still {value!r} after {timeout} s"
        time.sleep(every)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


def request(method, url, body=None, headers=None, timeout=20):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    headers = dict(headers or {})
    if data is not None:
        headers.setdefault("Content-Type", "application/json")
    call = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(call, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as answer:
        return Answer(answer.code, answer.headers, answer.read())


def _announced_address(process, what):
    for line in process.stdout:
        if line.startswith("listening on "):
            return line.split()[-1]
    raise AssertionError(f"{what} did not start (exit {process.wait()})")


class Provider:
    """`understudyd scripted-provider`; see daemon/src/scripted_provider/script.hpp for the keys of a script."""

    def __init__(self, script=None):
        self.process = subprocess.Popen(
            [UNDERSTUDYD, "scripted-provider", "--listen", "127.0.0.1:0", "--script-json", json.dumps(script or {})],
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.url = _announced_address(self.process, "the scripted provider")

    def script(self, script):
        answer = request("POST", self.url + "/_script", script)
        assert answer.status < 300, answer

    def requests(self):
        return request("GET", self.url + "/_requests").json

    def calls(self):
        """The requests to /v1/messages."""
        seen = self.requests()
        return [one for one in (seen if isinstance(seen, list) else seen["requests"])
                if one["path"].startswith("/v1/messages")]

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Daemon:
    """`understudyd serve` with a state directory; can be killed and started again with the same one."""

    def __init__(self, directory, config, env=None, args=()):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.state_dir = self.directory / "state"
        self.config_path = self.directory / "config.json"
        self.config_path.write_text(json.dumps(config))
        self.config_path.chmod(0o600)  # it contains keys
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.directory), **(env or {})}
        self.args = list(args)
        self.log_path = self.directory / "daemon.log"
        self.process = None
        self.url = None

    def start(self):
        self.launch()
        return self.await_address()

    def launch(self):
        """Starts the process without waiting for it to listen."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [UNDERSTUDYD, "serve", "--config", str(self.config_path), "--state-dir", str(self.state_dir),
                 "--listen", "127.0.0.1:0", *self.args],
                stdout=subprocess.PIPE, stderr=log, text=True, env=self.env, start_new_session=True)

    def await_address(self):
        try:
            self.url = _announced_address(self.process, "understudyd")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()}") from None
        self.token = (self.state_dir / "operator-token").read_text().strip()
        return self

    def stop(self):
        """Sends SIGTERM; returns the exit status."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(40)
        self.process.stdout.close()
        return status

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process.stdout.close()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def end_everything(self):
        """Also ends what outlives the daemon by design: instances, shims and their tasks."""
        if self.process and self.process.poll() is None:
            self.kill()
        marker = str(self.state_dir).encode()
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                mine = marker in (entry / "environ").read_bytes() or marker in (entry / "cmdline").read_bytes()
                if mine:
                    os.kill(int(entry.name), signal.SIGKILL)
            except (OSError, ProcessLookupError):
                pass

    # ---- REST, as the operator by default

    def call(self, method, path, body=None, headers=None, operator=True, timeout=20):
        headers = dict(headers or {})
        if operator:
            headers.setdefault("Authorization", "Bearer " + self.token)
        return request(method, self.url + path, body, headers, timeout)

    def get(self, path):
        answer = self.call("GET", path)
        assert answer.status == 200, answer
        return answer.json

    def post(self, path, body=None, expect=None):
        answer = self.call("POST", path, body)
        assert answer.status == expect if expect else answer.status < 300, answer
        return answer.json if answer.body else None

    def submit(self, agent, task="do it", **more):
        """Submits a task to an instance ("reviewer-default") or a pool ("pool:reviewer"); returns its rollout id."""
        path = f"/agent-types/{agent[5:]}/tasks" if agent.startswith("pool:") else f"/agents/{agent}/tasks"
        return self.post(path, {"input": task, **more}, expect=201)["rollout_id"]

    def rollout(self, rollout_id):
        return self.get(f"/rollouts/{rollout_id}")

    def attempts(self, rollout_id):
        return self.get(f"/rollouts/{rollout_id}/attempts")

    def finished(self, rollout_id, timeout=30):
        """Waits until a task has ended; returns the rollout."""
        def look():
            rollout = self.rollout(rollout_id)
            return rollout if rollout["status"] in ("succeeded", "failed", "cancelled") else None
        return wait_until(look, timeout)

    def agent(self, name):
        return self.get(f"/agents/{name}")

    def ledger(self, name):
        return self.get(f"/agents/{name}/provider-events?since=0")

    def events(self, types=""):
        return self.get(f"/event-log?after=0&limit=1000&types={types}")


def providers_config(*providers):
    """p1, p2, …: each with its own key."""
    return {f"p{n}": {"base_url": provider if isinstance(provider, str) else provider.url, "api_key": f"key-of-p{n}"}
            for n, provider in enumerate(providers, 1)}


def agent_type(chain=("p1/model-one", "p2/model-two"), command=None, adapter="claude-code", instances=("default",),
               failover=None, **container):
    """An agent type with process instances that run the demo agent."""
    return {
        "provider_chain": [dict(zip(("provider", "model"), tier.split("/", 1))) for tier in chain],
        "failover": {"cooldown_min": 60, "server_error_threshold": 2, **(failover or {})},
        "container": {"mode": "process", "lazy": True, "idle_stop_min": 10, **container},
        "agent": {"adapter": adapter, "command": list(command or (UNDERSTUDYD, "agent"))},
        "instances": list(instances),
    }
