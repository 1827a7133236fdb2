"""The packaged service under a real systemd: confined as its unit says, and tasks outlive its restart."""

import json
import shutil
import time

import pytest

from bare_root import BareRoot, BootedRoot, RootUnavailable
from rig import ROOT, wait_until
from test_package import install, package  # noqa: F401: a fixture

pytestmark = pytest.mark.slow

LOOKS = "id -un; cat /var/lib/understudy/operator-token; touch /usr/mine; ls /home; echo $ANTHROPIC_API_KEY; cat /proc/self/cgroup"
FLEET = {
    "providers": {"anthropic": {"base_url": "http://127.0.0.1:9", "api_key_env": "ANTHROPIC_API_KEY"}},
    "agent_types": {name: {"provider": "anthropic", "model": "m", "container": {"mode": "process"},
                           "agent": {"adapter": "command", "command": ["/bin/sh", "-c", script]}}
                    for name, script in (("looker", f"({LOOKS}) 2>&1"), ("sleeper", "sleep 15; echo slept"),
                                         ("node", "node -e 'console.log([1, 2, 3].map(it => it * it).join())'"),
                                         ("endless", "sleep 777777"))},
}


@pytest.fixture(scope="module")
def machine(package, tmp_path_factory):  # noqa: F811
    try:
        with BareRoot(tmp_path_factory.mktemp("machine") / "root") as root:
            root.do("apt-get", "install", "-y", "-q", "systemd", "systemd-sysv", "dbus", "curl")
            install(root, package)
            (root.path("/home") / "private").mkdir()
            with BootedRoot(root) as booted:
                yield booted
    except RootUnavailable as reason:
        pytest.skip(str(reason))


def curl(machine, path, body=None):
    token = machine.root.path("/var/lib/understudy/operator-token").read_text().strip()
    data = ["-H", "Content-Type: application/json", "-d", json.dumps(body)] if body else []
    said = machine.do("curl", "-sS", "-m", "30", "-H", "Authorization: Bearer " + token, *data, "http://127.0.0.1:8787" + path)
    return json.loads(said)


def submit(machine, agent):
    return curl(machine, f"/agents/{agent}-default/tasks", {"input": "go"})["rollout_id"]


def finished(machine, rollout):
    """The last attempt, once it has ended."""
    def look():
        last = curl(machine, f"/rollouts/{rollout}/attempts")[-1]
        return last if last["end_time"] else None
    return wait_until(look, 120, 1)


def test_it_runs_from_boot_as_its_own_user_and_restarts_around_its_tasks(machine):
    machine.root.path("/etc/understudy/config.json").write_text(json.dumps(FLEET))
    with machine.root.path("/etc/understudy/environment").open("a") as file:
        file.write("ANTHROPIC_API_KEY=key-from-the-environment\n")
    assert machine.do("systemctl", "is-active", "understudy").strip() == "active"
    machine.do("systemctl", "restart", "understudy")
    assert curl(machine, "/health")["status"] == "ok"
    assert 'id="root"' in machine.do("curl", "-sS", "-H", "Accept: text/html", "http://127.0.0.1:8787/")

    output = finished(machine, submit(machine, "looker"))["metadata"]["output"].splitlines()
    assert output[0] == "understudy"
    assert "operator-token" in output[1] and "denied" in output[1]
    assert "/usr/mine" in output[2] and "Read-only" in output[2] or "denied" in output[2]
    assert "private" not in output, "/home is hidden"
    assert "/understudy.service/understudy-" in output[-1], "each task has its own group"

    task = submit(machine, "sleeper")
    wait_until(lambda: curl(machine, f"/rollouts/{task}")["status"] == "running", 60, 0.5)
    machine.do("systemctl", "restart", "understudy")
    ended = finished(machine, task)
    assert ended["metadata"]["output"] == "slept" and ended["sequence_id"] == 1, "the attempt went on"


def test_an_agent_that_is_a_node_js_program_runs_under_it(machine):
    shutil.copy(ROOT / "build/tools/node/bin/node", machine.root.path("/usr/local/bin/node"))
    assert finished(machine, submit(machine, "node"))["metadata"]["output"] == "1,4,9", "its compiler may work"


def test_systemd_can_do_the_listening(machine):
    machine.do("systemctl", "disable", "--now", "understudy")
    machine.do("systemctl", "enable", "--now", "understudy.socket", "understudy")
    assert len(curl(machine, "/agents")) == len(FLEET["agent_types"])
    listening = machine.do("ss", "-Hltnp", "sport = :8787") if machine.run("which", "ss").returncode == 0 else "systemd"
    assert "systemd" in listening


def test_removing_the_package_ends_what_runs(machine):
    submit(machine, "endless")
    wait_until(lambda: machine.run("pgrep", "-f", "sleep 777777").returncode == 0, 60, 0.5)
    machine.do("apt-get", "purge", "-y", "-q", "understudy")
    time.sleep(0.5)
    assert machine.run("pgrep", "-x", "sleep").returncode == 1
    assert not machine.root.path("/var/lib/understudy").exists()
    assert machine.run("find", "/etc/systemd/system", "-name", "understudy*").stdout == ""
