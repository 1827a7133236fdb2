"""Run by Agent-lightning's own Python: `runners.py URL DIRECTORY ROLLOUTS RUNNERS SEED`.

One process enqueues rollouts, the others work on them until DIRECTORY/stop exists. Some die in the middle of an attempt and
are started again. What the store acknowledged is recorded in DIRECTORY/*.jsonl.
"""

import asyncio
import gc
import logging
import os
import random
import sys
from pathlib import Path

import absent  # noqa: F401  before the package
from agentlightning.store.client_server import LightningStoreClient
from agentlightning.types import EnqueueRolloutRequest, OtelResource, RolloutConfig, Span, TraceStatus
from journal import Journal
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

CRASHED = 17
TRIED_AGAIN = RolloutConfig(unresponsive_seconds=2.5, timeout_seconds=60, max_attempts=8,
                            retry_condition=["failed", "unresponsive", "timeout"])
TRIED_ONCE = RolloutConfig(unresponsive_seconds=2.5, timeout_seconds=60)
ONCE_EVERY = 50  # this many have one attempt, which fails

URL, DIRECTORY, ROLLOUTS, RUNNERS, SEED = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])


def client():
    """Retries for longer than by default: a restart on a loaded machine may take some seconds."""
    return LightningStoreClient(URL, health_retry_delays=(0.1, 0.2, 0.5, 1, 1, 2, 2, 4), retry_delays=(0.1, 1.0, 2.0, 5.0))


def asked_for(n):
    return EnqueueRolloutRequest(input={"n": n}, mode="train", config=TRIED_ONCE if n % ONCE_EVERY == 0 else TRIED_AGAIN)


async def enqueue():
    journal = Journal(DIRECTORY / "enqueued.jsonl")
    store = client()
    for begin in range(0, ROLLOUTS, 5):
        while begin % 20 == 0 and (await store.statistics())["queued"] > 100:
            await asyncio.sleep(0.05)
        for rollout in await store.enqueue_many_rollouts([asked_for(n) for n in range(begin, min(begin + 5, ROLLOUTS))]):
            journal.write("enqueued", rollout=rollout.rollout_id, n=rollout.input["n"])
    await store.close()
    (DIRECTORY / "all-enqueued").touch()


def span(ids, sequence_id, span_id):
    return Span(rollout_id=ids[0], attempt_id=ids[1], sequence_id=sequence_id, trace_id=f"{sequence_id:032x}", span_id=span_id,
                parent_id=None, name="step", status=TraceStatus(status_code="OK"), attributes={"step": sequence_id}, events=[],
                links=[], start_time=1.0, end_time=2.0, context=None, parent=None,
                resource=OtelResource(attributes={}, schema_url=""))


class Runner:
    def __init__(self, index):
        self.name = f"runner-{index}"
        self.journal = Journal(DIRECTORY / f"{self.name}.jsonl")
        self.store = client()
        self.exporter = OTLPSpanExporter(endpoint=self.store.otlp_traces_endpoint(), compression=Compression.Gzip, timeout=30)

    async def run(self):
        while True:
            taken = await self.store.dequeue_rollout(worker_id=self.name)
            if taken is not None:
                await self.work(taken)
            elif (DIRECTORY / "stop").exists():
                break
            else:
                await asyncio.sleep(0.05)
        await self.store.close()

    async def work(self, taken):
        ids = (taken.rollout_id, taken.attempt.attempt_id)
        nth = taken.attempt.sequence_id
        chance = random.Random(f"{SEED} {taken.input['n']} {nth}")
        self.journal.write("taken", rollout=ids[0], attempt=ids[1], nth=nth)
        crash = chance.choice(["at once", "traced", "reported"]) if chance.random() < 0.03 and nth <= 2 else None
        self.crash_if(crash == "at once")
        await self.trace(ids, chance)
        self.crash_if(crash == "traced")
        fails = taken.input["n"] % ONCE_EVERY == 0 or (chance.random() < 0.05 and nth <= 3)
        status = "failed" if fails else "succeeded"
        attempt = await self.store.update_attempt(*ids, status=status, metadata={"by": self.name})
        self.journal.write("reported", rollout=ids[0], attempt=ids[1], status=attempt.status)
        self.crash_if(crash == "reported")

    async def trace(self, ids, chance):
        kind = chance.random()
        if kind < 0.1:
            await asyncio.to_thread(self.export, ids)
            return
        spans = [f"{chance.getrandbits(64):016x}" for _ in range(2 if kind < 0.2 else 1)]
        if kind < 0.4:
            for span_id in spans:
                number = await self.store.get_next_span_sequence_id(*ids)
                await self.store.add_span(span(ids, number, span_id))
        else:
            await self.store.add_many_spans([span(ids, 2 * n + 1, span_id) for n, span_id in enumerate(spans)])
        for span_id in spans:
            self.journal.write("traced", rollout=ids[0], attempt=ids[1], span=span_id)

    def export(self, ids):
        provider = TracerProvider(resource=Resource({"agentlightning.rollout_id": ids[0], "agentlightning.attempt_id": ids[1]}),
                                  shutdown_on_exit=False)
        kept = InMemorySpanExporter()
        provider.add_span_processor(SimpleSpanProcessor(kept))
        tracer = provider.get_tracer("runner")
        with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
            pass
        spans = kept.get_finished_spans()
        acknowledged = self.exporter.export(spans) is SpanExportResult.SUCCESS
        self.journal.write("exported" if acknowledged else "not exported", rollout=ids[0], attempt=ids[1])
        for one in spans if acknowledged else ():
            self.journal.write("traced", rollout=ids[0], attempt=ids[1], span=f"{one.context.span_id:016x}")

    def crash_if(self, so):
        if so:
            self.journal.write("crash")
            os._exit(CRASHED)


def fork(work):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        asyncio.run(work())
        code = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def main():
    logging.disable(logging.CRITICAL)  # it logs every call that finds no daemon
    gc.freeze()
    children = {fork(enqueue): None}
    children.update({fork(Runner(index).run): index for index in range(RUNNERS)})
    failures = 0
    while children:
        pid, status = os.wait()
        index = children.pop(pid)
        if os.waitstatus_to_exitcode(status) == CRASHED:
            children[fork(Runner(index).run)] = index
        elif status != 0:
            failures += 1
    return 1 if failures else 0


sys.exit(main())
