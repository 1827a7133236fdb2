"""The docker runtime with a real engine: runs the hidden cases of daemon_tests, and crashes the engine during one."""

import functools
import os
import pathlib
import subprocess

import pytest

from docker_engine import DockerEngine, EngineUnavailable

IMAGE = "understudy/busy:1"
DAEMON = pathlib.Path(os.environ.get("UNDERSTUDYD") or
                      pathlib.Path(__file__).parents[2] / "build/release/understudyd")
PROGRAM = DAEMON.parent / "tests" / "daemon_tests"


@functools.cache
def hidden_cases():
    if not PROGRAM.exists():
        return []
    listed = subprocess.run([PROGRAM, "[engine]", "--list-test-names-only"], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if line]


@pytest.fixture(scope="module")
def engine():
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    try:
        with DockerEngine() as private_engine:
            private_engine.import_image(IMAGE)
            yield private_engine
    except EngineUnavailable as reason:
        pytest.skip(str(reason))


def environment(engine):
    return dict(os.environ, UNDERSTUDY_TEST_ENGINE=engine.host, UNDERSTUDY_TEST_IMAGE=IMAGE)


def test_there_are_cases():
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    assert len(hidden_cases()) >= 8


@pytest.mark.parametrize("case", hidden_cases())
def test_real_engine(engine, case):
    name = case.replace(",", "\\,")  # a comma would be an "or"
    ran = subprocess.run([PROGRAM, name, "--warn", "NoTests"], env=environment(engine), capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr + engine.log_tail()


def test_nothing_is_left_behind(engine):
    assert engine.json("GET", "/containers/json?all=1") == []


def test_an_engine_that_crashes_under_a_task(engine):
    with subprocess.Popen([PROGRAM, "[engine-restart]"], env=environment(engine), text=True,
                          stdout=subprocess.PIPE) as driver:
        lines = []
        for line in driver.stdout:
            lines.append(line)
            if line.strip() == "ready":
                break
        engine.kill()
        engine.start()
        rest, _ = driver.communicate(timeout=120)
        assert driver.returncode == 0, "".join(lines) + rest + engine.log_tail()
