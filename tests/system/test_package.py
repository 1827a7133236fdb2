"""The Debian package in a bare root: installed, upgraded with a database of 0.1.0, removed, purged."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from bare_root import BareRoot, RootUnavailable
from rig import ROOT, UNDERSTUDYD, _announced_address, request

pytestmark = pytest.mark.slow

FLEET = {
    "providers": {"anthropic": {"base_url": "http://127.0.0.1:9", "api_key": "a"},
                  "deepseek": {"base_url": "http://127.0.0.1:9", "api_key": "b"}},
    "agent_types": {
        name: {"provider_chain": [{"provider": "anthropic", "model": "claude-sonnet"},
                                  {"provider": "deepseek", "model": "deepseek-v4"}],
               "failover": {"cooldown_min": 1000000}, "container": {"mode": "process"},
               "agent": {"adapter": "command", "command": ["/bin/false"]}, "instances": instances}
        for name, instances in (("reviewer", ["a", "b"]), ("writer", ["default"]))},
}


def checked(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    target = tmp_path_factory.mktemp("package")
    build = os.path.dirname(os.path.realpath(UNDERSTUDYD))
    checked("cpack", "--config", f"{build}/CPackConfig.cmake", "-B", target, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")  # for speed
    [made] = target.glob("*.deb")
    return made


@pytest.fixture
def root(tmp_path, as_root):
    try:
        with BareRoot(tmp_path / "root") as root:
            yield root
    except RootUnavailable as reason:
        pytest.skip(str(reason))


def older(package, version, folder):
    """The same package as of an earlier version."""
    checked("dpkg-deb", "-R", package, folder)
    control = folder / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    target = folder.with_suffix(".deb")
    checked("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", folder, target)
    return target


def install(root, package):
    shutil.copy(package, root.path("/tmp/understudy.deb"))
    root.do("apt-get", "install", "-y", "-q", "/tmp/understudy.deb")


class Service:
    """What the unit starts, without systemd."""

    def __init__(self, root):
        [line] = re.findall(r"^ExecStart=(.*)$", root.path("/usr/lib/systemd/system/understudy.service").read_text(), re.M)
        self.process = subprocess.Popen(root.command(*line.split(), "--listen", "127.0.0.1:0", user="understudy:understudy"),
                                        stdout=subprocess.PIPE, text=True)
        try:
            self.url = _announced_address(self.process, "the installed daemon")
        except BaseException:
            self.process.kill()
            raise
        self.token = root.path("/var/lib/understudy/operator-token").read_text().strip()

    def get(self, path):
        headers = {"Authorization": "Bearer " + self.token, "Accept": "text/html" if path == "/" else "application/json"}
        return request("GET", self.url + path, headers=headers)

    def put(self, path, body):
        tag = self.get(path).headers["ETag"]
        return request("PUT", self.url + path, body, {"Authorization": "Bearer " + self.token, "If-Match": tag})

    def stop(self):
        """SIGTERM, for the daemon and not for the unshare that started it."""
        try:
            [daemon] = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            os.kill(int(daemon), signal.SIGTERM)
            assert self.process.wait(40) == 0
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()


def test_the_package_names_what_it_needs_and_marks_its_configuration(package):
    control = checked("dpkg-deb", "-I", package)
    version = re.search(r"^ Version: (\S+)", control, re.M).group(1)
    checked("dpkg", "--compare-versions", "0.1.0-1", "lt", version)
    for needed in ("libc6 (>=", "libssl3", "libsqlite3-0 (>=", "libboost-json1.", "ca-certificates", "tzdata"):
        assert needed in control, needed
    assert checked("dpkg-deb", "-I", package, "conffiles").split() == ["/etc/understudy/config.json", "/etc/understudy/environment"]
    contents = checked("dpkg-deb", "-c", package)
    assert re.search(r"^-rw------- root/root .* ./etc/understudy/environment$", contents, re.M)
    strangers = [line for line in contents.splitlines() if "root/root" not in line or "/include/" in line or line.endswith(".a")]
    assert strangers == []


def test_installed_in_a_bare_root_it_serves_health_and_dashboard(package, root):
    install(root, package)
    assert root.do("understudyd", "--version").startswith("understudyd ")
    assert root.do("stat", "-c", "%U %a", "/var/lib/understudy", "/etc/understudy/config.json",
                   "/etc/understudy/environment").split("\n")[:3] == ["understudy 700", "understudy 600", "root 600"]
    service = Service(root)
    try:
        assert service.get("/health").json["status"] == "ok"
        assert b'id="root"' in service.get("/").body
        assert service.put("/config", FLEET).status == 200, "the Config page can replace the file"
        assert len(service.get("/agents").json) == 3
    finally:
        service.stop()
    assert json.loads(root.path("/etc/understudy/config.json").read_text()) == FLEET
    root.do("apt-get", "purge", "-y", "-q", "understudy")
    assert not root.path("/etc/understudy").exists() and not root.path("/var/lib/understudy").exists()


def test_an_upgrade_and_a_removal_keep_state_and_configuration_and_a_purge_does_not(package, root, tmp_path):
    install(root, older(package, "0.1.0-1", tmp_path / "older"))
    database = root.path("/var/lib/understudy/understudy.db")
    with sqlite3.connect(database) as store:
        store.executescript((ROOT / "tests/data/store/daemon_v4.sql").read_text())
    root.path("/etc/understudy/config.json").write_text(json.dumps(FLEET))
    root.do("chown", "understudy:understudy", "/var/lib/understudy/understudy.db")

    install(root, package)
    assert not root.do("dpkg-query", "-W", "-f", "${Version}", "understudy").startswith("0.1.0")
    service = Service(root)
    try:
        agents = {agent["name"]: agent for agent in service.get("/agents").json}
        assert agents["reviewer-b"]["provider_state"]["pause_reason"] == "operator"
        assert agents["reviewer-a"]["provider_state"]["current_tier"] == 2
        assert service.get("/rollouts/ro-14ea3ca72aa0").json["status"] == "succeeded"
    finally:
        service.stop()

    root.do("apt-get", "remove", "-y", "-q", "understudy")
    assert not root.path("/usr/bin/understudyd").exists() and not root.path("/usr/share/understudy").exists()
    assert database.exists() and json.loads(root.path("/etc/understudy/config.json").read_text()) == FLEET
    install(root, package)
    service = Service(root)
    try:
        assert len(service.get("/agents").json) == 3
    finally:
        service.stop()
    root.do("apt-get", "purge", "-y", "-q", "understudy")
    left = root.do("find", "/etc", "/usr", "/var/lib", "-iname", "*understudy*")
    assert [line for line in left.split() if "/dpkg/" not in line and "/deb-systemd" not in line] == []
