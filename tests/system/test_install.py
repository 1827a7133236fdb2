"""What `cmake --install` brings, whether it is whole, and what the service's unit allows."""

import importlib.util
import json
import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from rig import ROOT, UNDERSTUDYD, Daemon, request

BUILD = Path(UNDERSTUDYD).resolve().parent


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"daemon/packaging/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    target = tmp_path_factory.mktemp("install") / "prefix"
    installed = run("cmake", "--install", BUILD, "--component", "daemon", "--prefix", target)
    assert installed.returncode == 0 and "Warning" not in installed.stderr, installed.stderr
    return target


def project_version():
    [version] = re.findall(r"^CMAKE_PROJECT_VERSION:STATIC=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.M)
    return version


def test_the_version_is_the_same_everywhere():
    version = project_version()
    assert run(UNDERSTUDYD, "--version").stdout == f"understudyd {version}\n"
    assert re.findall(r"^  version: (\S+)", (ROOT / "docs/openapi.yaml").read_text(), re.M) == [version]
    assert re.findall(r"^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text(), re.M)[0] == version


def test_programs_dashboard_units_documents_and_notices_are_installed(prefix):
    files = {str(file.relative_to(prefix)) for file in prefix.rglob("*") if file.is_file()}
    doc = "share/doc/understudy/"
    wanted = {"bin/understudyd", "bin/understudy-shim", "share/understudy/web/index.html",
              "lib/systemd/system/understudy.service", "lib/systemd/system/understudy.socket",
              "lib/sysusers.d/understudy.conf",
              *(doc + name for name in ("README.md", "CHANGELOG.md", "LICENSE", "THIRD-PARTY", "compose.yaml",
                                        "operations.md", "configuration.md", "example.json", "config.schema.json",
                                        "openapi.yaml", "monitoring/alerts.yml", "monitoring/grafana-dashboard.json"))}
    assert wanted <= files
    assert not (BUILD / "generated").exists() or "share/zsh/site-functions/_understudyd" in files, "outside of /usr"
    generated = {file.name for file in (BUILD / "generated").rglob("*") if file.is_file()}  # man pages, completions
    assert generated <= {os.path.basename(name) for name in files}
    expected = r"(bin/understudy|share/understudy/web/|share/doc/understudy/|lib/systemd/|lib/sysusers\.d/|share/man/man\d/"
    expected += r"understudy|share/bash-completion/|share/zsh/|share/fish/)"
    assert [name for name in files if not re.match(expected, name)] == []


def test_an_installed_daemon_serves_its_dashboard(prefix, tmp_path, monkeypatch):
    monkeypatch.setattr("rig.UNDERSTUDYD", str(prefix / "bin/understudyd"))
    fleet = Daemon(tmp_path / "fleet", {}).start()
    try:
        page = request("GET", fleet.url + "/", headers={"Accept": "text/html"})
        assert page.status == 200 and b'id="root"' in page.body
        assert request("GET", fleet.url + "/health").json["version"] == project_version()
    finally:
        fleet.end_everything()


def source_of(packages):
    """Their Debian source packages."""
    return set(run("dpkg-query", "-W", "-f", "${source:Package}\n", *packages).stdout.split())


def test_the_notices_name_everything_that_is_linked(prefix):
    text = (prefix / "share/doc/understudy/THIRD-PARTY").read_text()
    listed = set(re.search(r"Debian packages, whose notices follow: (.*)\.\n", text).group(1).split(", "))
    named = set(re.findall(r"Shared library: \[(.*)\]", run("readelf", "-d", UNDERSTUDYD).stdout))
    image = script("image")
    direct = [file for path, file in image.libraries(UNDERSTUDYD) if os.path.basename(path) in named]
    assert len(direct) > 5

    def compiler_as_one(sources):  # its runtime may be of a later one
        return {re.sub(r"^gcc-\d+$", "gcc", name) for name in sources}

    assert compiler_as_one(source_of(image.owners_of(direct).values())) <= compiler_as_one(source_of(listed))
    # Header libraries and static ones, which no loader knows.
    assert {"libprotozero-dev", "libsqlitecpp-dev", "libc6-dev"} <= listed and re.search(r"\blibboost1\.\d+-dev\b", text)
    for package in listed:
        assert Path("/usr/share/doc", package, "copyright").read_text().strip() in text, package


def test_the_notices_name_every_npm_package_that_the_dashboard_uses(prefix):
    text = (prefix / "share/doc/understudy/THIRD-PARTY").read_text()
    named = set(re.findall(r"^## (\S+) - [\d.]+", text, re.M))
    used = set()
    for file in (ROOT / "web/src").rglob("*.ts*"):
        if ".test." in file.name or ".stories." in file.name or "testing" in file.parts:
            continue
        for module in re.findall(r"^import (?!type)[^;]*?'((?:@[\w-]+/)?[\w][\w.-]*)[/']", file.read_text(), re.M):
            used.add(module)
    assert len(used) > 5 and used <= named
    assert text.count("Permission is hereby granted") >= len(named) / 2


def test_the_units_are_right_and_the_service_is_confined(prefix):
    units = prefix / "lib/systemd/system"
    verified = run("systemd-analyze", "verify", units / "understudy.service", units / "understudy.socket")
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    confined = run("systemd-analyze", "security", "--offline=true", "--threshold=40", units / "understudy.service")
    assert confined.returncode == 0, confined.stdout
    text = (units / "understudy.service").read_text()
    for line in ("User=understudy", "StateDirectory=understudy", "EnvironmentFile=-/etc/understudy/environment",
                 "WantedBy=multi-user.target", f"ExecStart={prefix}/bin/understudyd serve "):
        assert line in text


def test_the_configuration_of_a_new_installation_has_no_problem():
    checked = run(UNDERSTUDYD, "check", ROOT / "daemon/packaging/config.json")
    assert (checked.returncode, checked.stderr) == (0, "") and "no problems" in checked.stdout


def test_the_image_has_all_that_the_daemon_needs(prefix, tmp_path, as_root):
    image = script("image")
    layer = image.build_layer(str(prefix))
    image.write_image(layer, "1.2.3", tmp_path / "image.tar")
    with tarfile.open(tmp_path / "image.tar") as tar:
        index = json.load(tar.extractfile("index.json"))
        [loaded] = json.load(tar.extractfile("manifest.json"))
        manifest = json.load(tar.extractfile("blobs/sha256/" + index["manifests"][0]["digest"][7:]))
        settings = json.load(tar.extractfile(loaded["Config"]))
        assert loaded["RepoTags"] == ["understudy:1.2.3"] and settings["config"]["User"] == "65532:65532"
        assert loaded["Layers"] == ["blobs/sha256/" + manifest["layers"][0]["digest"][7:]]
        with tarfile.open(fileobj=tar.extractfile(loaded["Layers"][0])) as files:
            files.extractall(tmp_path / "root")
    root = tmp_path / "root"
    as_user = ("chroot", "--userspec=65532:65532", root, *settings["config"]["Entrypoint"])
    assert run(*as_user, "--version").stdout.startswith("understudyd ")
    assert run(*as_user, "check", "/etc/understudy/config.json").returncode == 0
    assert (root / "usr/share/doc/understudy/THIRD-PARTY").stat().st_size > 100_000
    assert (root / "etc/ssl/certs/ca-certificates.crt").read_text().count("BEGIN CERTIFICATE") > 50
    # A reset "3pm (Europe/Zagreb)" needs the time zones.
    line = json.dumps({"surface": "http", "status": 429, "body": "resets 3pm (Europe/Zagreb)", "now_ms": 1700000000000})
    assert "429" in run(*as_user, "classify", input=line + "\n").stdout
    assert image.build_layer(str(prefix)) == layer, "the same files give the same bytes"
