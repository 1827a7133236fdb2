"""What `./dev run` tells a newcomer. The compiler, the packages and the daemon are stand-ins."""

import os
import shutil
import socket
import subprocess

import pytest

from rig import ROOT

TOOLS = ["bash", "basename", "cat", "cksum", "cmp", "cp", "cut", "dirname", "env", "find", "grep", "mkdir", "mv", "readlink",
         "sed", "tail", "touch", "tr"]


@pytest.fixture
def checkout(tmp_path):
    """A checkout in which everything is built; its daemon prints its arguments."""
    root = tmp_path / "a checkout"  # with a space
    for folder in ("web/src", "web/public", "web/dist", "web/node_modules", "docs", "build/release", "build/tools/node", "bin"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "dev", root / "dev")
    for file in ("web/index.html", "web/dist/index.html", "web/tsconfig.json", "web/vite.config.ts", "web/package-lock.json",
                 "web/node_modules/.lock-installed.json", "web/toolchain.txt", "build/tools/node/toolchain.txt",
                 "docs/openapi.yaml", "build/release/build.ninja", "build/.web-built"):
        (root / file).write_text("")
    for tool in TOOLS:
        (root / "bin" / tool).symlink_to(shutil.which(tool))
    script(root / "bin/dpkg-query", "echo 'ii '")
    script(root / "bin/cmake", "exit 0")
    script(root / "build/release/understudyd", 'echo "understudyd $*"')
    return root


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def dev(checkout, *args, cwd=None, **env):
    return subprocess.run([checkout / "dev", *args], capture_output=True, text=True, timeout=30, cwd=cwd,
                          env={"PATH": str(checkout / "bin"), **env})


def missing_packages(checkout, who):
    script(checkout / "bin/dpkg-query", "exit 1")
    script(checkout / "bin/id", f"echo {who}")


def test_without_root_and_sudo_the_line_to_hand_on_is_printed_and_nothing_is_done(checkout):
    missing_packages(checkout, 1000)
    told = dev(checkout, "run")
    assert told.returncode == 1 and told.stdout == ""
    lines = [line.strip() for line in told.stderr.splitlines() if "apt-get install" in line]
    assert len(lines) == 1 and lines[0].startswith("apt-get install --no-install-recommends g++ cmake ")
    assert "libcli11-dev" in lines[0] and "sudo" not in told.stderr and "not found" not in told.stderr
    assert not (checkout / "build/logs").exists()


def test_the_packages_are_those_of_this_release(checkout):
    missing_packages(checkout, 1000)
    release = dict(line.split("=", 1) for line in open("/etc/os-release").read().splitlines() if "=" in line)
    names = dev(checkout, "run").stderr.split()
    is_12 = release.get("VERSION_ID", "").strip('"') == "12"
    assert ("libboost1.81-dev" in names, "libboost-dev" in names) == (is_12, not is_12)


def test_packages_are_installed_quietly_and_a_failure_is_shown(checkout):
    missing_packages(checkout, 0)
    script(checkout / "bin/apt-get", 'echo "noise of apt" >&2')
    told = dev(checkout, "run", "--listen", "127.0.0.1:0")
    assert told.returncode == 0 and "noise" not in told.stderr
    assert [line for line in told.stderr.splitlines() if "installing" in line and "a minute or two" in line]
    shutil.rmtree(checkout / "build/logs")
    for stamp in (checkout / "build").glob(".setup-*"):
        stamp.unlink()
    script(checkout / "bin/apt-get", 'echo "E: no such package" >&2; exit 100')
    told = dev(checkout, "run", "--listen", "127.0.0.1:0")
    assert told.returncode == 1 and "E: no such package" in told.stderr and "apt-get install" in told.stderr


@pytest.mark.parametrize("args, served", [
    (["--listen", "127.0.0.1:9001"], "serve --demo --listen 127.0.0.1:9001"),
    (["--verbose", "--listen=127.0.0.1:9001"], "serve --demo --verbose --listen=127.0.0.1:9001"),
    (["--demo", "--listen", "127.0.0.1:9001"], "serve --demo --listen 127.0.0.1:9001"),
    (["--config", "fleet.json"], "serve --config fleet.json"),
    (["--config=fleet.json"], "serve --config=fleet.json"),
    (["--state-dir", "/s"], "serve --state-dir /s"),
])
def test_run_starts_the_demo_unless_a_fleet_is_named(checkout, args, served):
    told = dev(checkout, "run", *args)
    assert (told.returncode, told.stdout) == (0, f"understudyd {served}\n"), told.stderr
    assert told.stderr == ""


def test_files_are_named_from_where_it_was_called(checkout, tmp_path):
    script(checkout / "build/release/understudyd", 'echo "$PWD"')
    assert dev(checkout, "run", "--config", "fleet.json", cwd=tmp_path).stdout == f"{tmp_path}\n"


@pytest.mark.parametrize("has_home", [True, False])
def test_caches_are_in_the_checkout_where_there_is_no_home(checkout, tmp_path, has_home):
    script(checkout / "bin/cmake", 'echo "caches: $CCACHE_DIR $npm_config_cache"')
    told = dev(checkout, "run", "--state-dir", "/s", HOME=str(tmp_path) if has_home else "/proc/none").stderr
    assert told == ("caches:  \n" if has_home else f"caches: {checkout}/build/cache/ccache {checkout}/build/cache/npm\n")


def test_a_package_needs_nothing_of_the_tests(checkout):
    (checkout / "build/release/build.ninja").unlink()
    script(checkout / "bin/cmake", 'echo "$*" >&2')
    assert "--preset release -DUNDERSTUDY_BUILD_TESTS=OFF\n" in dev(checkout, "package").stderr


@pytest.mark.parametrize("args", [[], ["--demo"]])
def test_a_taken_port_is_told_before_the_build(checkout, args):
    try:
        taken = socket.create_server(("127.0.0.1", 8787))
    except OSError:
        taken = None  # somebody else's daemon will do
    script(checkout / "bin/cmake", "echo building; exit 1")
    told = dev(checkout, "run", *args)
    if taken:
        taken.close()
    assert told.returncode == 1 and "building" not in told.stdout + told.stderr
    assert "./dev run --listen 127.0.0.1:8788" in told.stderr


@pytest.mark.parametrize("said", ["--listen {}", "--listen={}", "--config fleet.json --listen {}", "--verbose --listen {} --demo"])
def test_a_taken_port_of_ones_own_choice_is_told_too(checkout, said):
    script(checkout / "bin/cmake", "echo building; exit 1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = dev(checkout, "run", *said.format(address).split())
    assert told.returncode == 1 and told.stdout == "", told
    assert told.stderr.startswith(f"dev: another program listens on {address}; choose another port")


@pytest.mark.parametrize("ask", ["-h", "--help"])
def test_help_on_run_installs_and_builds_nothing(checkout, ask):
    missing_packages(checkout, 1000)
    told = dev(checkout, "run", ask)
    assert (told.returncode, told.stderr) == (0, "") and "--listen ADDR:PORT" in told.stdout


def test_the_line_budget_fails_where_git_lists_nothing(tmp_path):
    """In a tarball, or without git."""
    (tmp_path / "tests/architecture").mkdir(parents=True)
    shutil.copy(ROOT / "tests/architecture/budget.sh", tmp_path / "tests/architecture")
    for env in ({"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}, {"PATH": str(tmp_path)}):
        assert subprocess.run([shutil.which("bash"), "tests/architecture/budget.sh"], cwd=tmp_path, env=env, capture_output=True,
                              timeout=20).returncode != 0
