import os

import pytest

from rig import Daemon, Provider
from upstream import Upstream


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes or is exhaustive; ./dev test --all runs it")


@pytest.fixture
def provider():
    """provider(script) starts another scripted provider."""
    started = []

    def start(script=None):
        started.append(Provider(script))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def upstream():
    """upstream(behave) starts a provider inside the test."""
    started = []

    def start(behave=None, port=0):
        started.append(Upstream(behave, port))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def daemon(tmp_path):
    """daemon(config, **more) starts the daemon with its own state directory."""
    started = []

    def start(config, name="daemon", **more):
        started.append(Daemon(tmp_path / name, config, **more))
        return started[-1].start()

    yield start
    for one in started:
        one.end_everything()


@pytest.fixture(scope="session")
def as_root():
    if os.geteuid() != 0:
        pytest.skip("needs root")
