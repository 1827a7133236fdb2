"""The real client, agentlightning 0.3.0 from PyPI, with the store."""

import os
import signal
import subprocess
import threading
from urllib.parse import urlsplit

from store_client import needs_client, run, start

pytestmark = needs_client


def test_every_method_of_the_client(daemon):
    assert "every method answered" in run("session.py", daemon({}).url)


def test_a_trace_comes_back_as_opentelemetry_sent_it(daemon):
    assert "the trace is the same" in run("traced.py", daemon({}).url)


def test_the_client_survives_outages(daemon):
    store = daemon({})
    store.args += ["--listen", urlsplit(store.url).netloc]
    later = []

    def in_a_while(what):
        later.append(threading.Timer(2, what))
        later[-1].start()

    def freeze():
        os.kill(store.process.pid, signal.SIGSTOP)
        in_a_while(lambda: os.kill(store.process.pid, signal.SIGCONT))

    done = {"kill and start": lambda: (store.kill(), store.start()), "stop": store.stop,
            "start soon": lambda: in_a_while(store.start), "freeze for a while": freeze}
    with start("outage.py", store.url, stdin=subprocess.PIPE) as client:
        watch = threading.Timer(120, client.kill)
        watch.start()
        said = ""
        for line in client.stdout:
            said = line.strip()
            if said in done:
                done[said]()
                client.stdin.write("done\n")
                client.stdin.flush()
        watch.cancel()
        for one in later:
            one.join()
        assert said == "carried over every outage", client.stderr.read()[-4000:]
