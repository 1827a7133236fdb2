"""The image beside an engine, as compose.yaml runs it: not root, read-only, and agents' containers as siblings."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docker_engine import DockerEngine, EngineUnavailable
from rig import ROOT, UNDERSTUDYD, request, wait_until

pytestmark = pytest.mark.slow
USER, GROUP_OF_SOCKET = 65532, 4242

FLEET = {
    "providers": {"anthropic": {"base_url": "http://127.0.0.1:9", "api_key_env": "ANTHROPIC_API_KEY"}},
    "agent_types": {"worker": {
        "provider": "anthropic", "model": "m",
        "container": {"mode": "docker", "image": "understudy/busy:1", "network": "none", "user": "1234"},
        "agent": {"adapter": "command", "command": ["sh", "-c", "echo user $(id -u) has $ANTHROPIC_API_KEY"]}}},
}


@pytest.fixture
def engine(as_root):
    try:
        with DockerEngine() as engine:
            yield engine
    except EngineUnavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Made as ./dev package makes it."""
    folder = tmp_path_factory.mktemp("image")
    build = os.path.dirname(os.path.realpath(UNDERSTUDYD))
    subprocess.run(["cmake", "--install", build, "--strip", "--component", "daemon", "--prefix", folder / "tree"],
                   check=True, capture_output=True)
    subprocess.run([sys.executable, ROOT / "daemon/packaging/image.py", folder / "tree", "test", folder / "image.tar"], check=True)
    return (folder / "image.tar").read_bytes()


def load(engine, image):
    said = engine.call("POST", "/images/load", image, "application/x-tar", timeout=300)
    assert said[0] == 200 and b"understudy:test" in said[1], said


def compose():
    """What compose.yaml says, less what needs a fixed place on this machine."""
    text = (ROOT / "daemon/packaging/compose.yaml").read_text()
    for line in ('user: "65532:65532"', "network_mode: host", "read_only: true", "cap_drop: [ALL]", "tmpfs: [/tmp]",
                 'security_opt: ["no-new-privileges:true"]', "/var/run/docker.sock:/var/run/docker.sock"):
        assert line in text
    return {"NetworkMode": "host", "ReadonlyRootfs": True, "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges:true"],
            "Tmpfs": {"/tmp": ""}}


def test_a_look_at_it_takes_one_command(engine, image):
    load(engine, image)
    made = engine.json("POST", "/containers/create", {  # docker run --network host understudy:test serve --demo
        "Image": "understudy:test", "Cmd": ["serve", "--demo", "--listen", "127.0.0.1:0"], "HostConfig": {"NetworkMode": "host"}})
    engine.json("POST", f"/containers/{made['Id']}/start")

    def address():
        said = engine.call("GET", f"/containers/{made['Id']}/logs?stdout=1&stderr=1")[1].decode(errors="replace")
        return re.search(r"listening on (http://\S+)", said)
    url = wait_until(address, 60, 0.2).group(1)
    page = request("GET", url + "/", headers={"Accept": "text/html"})
    assert page.status == 200 and b'id="root"' in page.body
    assert len(request("GET", url + "/agents").json) == 6
    running = engine.json("GET", f"/containers/{made['Id']}/json")["State"]["Pid"]
    assert f"Uid:\t{USER}\t{USER}" in Path(f"/proc/{running}/status").read_text(), "not root"


def test_beside_an_engine_it_starts_containers_for_agents(engine, image, tmp_path):
    load(engine, image)
    engine.import_image("understudy/busy:1")
    os.chown(engine.socket, 0, GROUP_OF_SOCKET)
    tmp_path.chmod(0o755)
    state, settings = tmp_path / "state", tmp_path / "settings"
    for folder in (state, settings):
        folder.mkdir(mode=0o700)
        os.chown(folder, USER, USER)
    config = settings / "config.json"
    config.write_text(json.dumps(FLEET))
    os.chown(config, USER, USER)

    command = ["serve", "--config", "/etc/understudy/config.json", "--state-dir", str(state), "--listen", "127.0.0.1:0"]
    made = engine.json("POST", "/containers/create", {
        "Image": "understudy:test", "Cmd": command, "User": f"{USER}:{USER}", "Env": ["ANTHROPIC_API_KEY=the-key"],
        "HostConfig": compose() | {
            "GroupAdd": [str(GROUP_OF_SOCKET)],
            "Binds": [f"{state}:{state}", f"{settings}:/etc/understudy", f"{engine.socket}:/var/run/docker.sock"]}})
    try:
        engine.json("POST", f"/containers/{made['Id']}/start")
        url = wait_until(lambda: (state / "address").exists() and (state / "address").read_text().strip(), 60, 0.2)
        token = {"Authorization": "Bearer " + (state / "operator-token").read_text().strip()}
        page = request("GET", url + "/", headers={"Accept": "text/html"})
        assert page.status == 200 and b'id="root"' in page.body
        assert request("GET", url + "/agents").status == 200, "on the host's network a client of this machine is one"

        task = request("POST", url + "/agents/worker-default/tasks", {"input": "go"}, token).json["rollout_id"]

        def attempt():
            last = request("GET", f"{url}/rollouts/{task}/attempts", headers=token).json
            return last and last[-1]["end_time"] and last[-1]
        assert wait_until(attempt, 120, 0.5)["metadata"]["output"] == "user 1234 has •••", "the key came, and is masked"
        containers = engine.json("GET", "/containers/json?all=1")
        assert sorted(one["Image"] for one in containers) == ["understudy/busy:1", "understudy:test"]
        engine.json("POST", f"/containers/{made['Id']}/stop?t=40")
        assert engine.json("GET", f"/containers/{made['Id']}/json")["State"]["ExitCode"] == 0
    except AssertionError:
        print(engine.call("GET", f"/containers/{made['Id']}/logs?stdout=1&stderr=1"))
        raise
    finally:
        shutil.rmtree(state, ignore_errors=True)
