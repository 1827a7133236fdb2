"""Run by Agent-lightning's own Python: its client while the store is away. Prints what to do with the store, and continues
when it reads a line."""

import asyncio
import logging
import sys
import time

import absent  # noqa: F401  before the package
import aiohttp
from agentlightning.store.client_server import LightningStoreClient
from agentlightning.types import OtelResource, Span, TraceStatus
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

URL = sys.argv[1]


async def ask_for(what):
    print(what, flush=True)
    assert (await asyncio.to_thread(sys.stdin.readline)).strip() == "done"


def span(ids, number):
    return Span(rollout_id=ids[0], attempt_id=ids[1], sequence_id=number, trace_id="0" * 31 + "1", span_id=f"{number:016x}",
                parent_id=None, name="work", status=TraceStatus(status_code="OK"), attributes={}, events=[], links=[],
                start_time=1.0, end_time=2.0, context=None, parent=None, resource=OtelResource(attributes={}, schema_url=""))


def export(endpoint, ids):
    provider = TracerProvider(resource=Resource({"agentlightning.rollout_id": ids[0], "agentlightning.attempt_id": ids[1]}))
    kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with provider.get_tracer("test").start_as_current_span("exported late"):
        pass
    return OTLPSpanExporter(endpoint=endpoint, timeout=30).export(kept.get_finished_spans())


async def kept_connections_break(store, ids):
    """The usual client tries again at once."""
    await asyncio.gather(*(store.get_rollout_by_id(ids[0]) for _ in range(10)))  # ten connections
    await ask_for("kill and start")
    found = await asyncio.gather(*(store.get_rollout_by_id(ids[0]) for _ in range(10)), store.add_span(span(ids, 1)),
                                 store.enqueue_rollout("after the kill"))
    assert all(one.status == "preparing" for one in found[:10]) and found[10].sequence_id == 1 and found[11].input == "after the kill"


async def nobody_is_there(store, patient, ids):
    await ask_for("stop")
    began = time.monotonic()
    try:
        await store.enqueue_rollout("lost")
        raise AssertionError("enqueued where nobody is")
    except aiohttp.ClientConnectorError:
        pass  # it checked the health four times and gave up
    assert 0.7 < time.monotonic() - began < 15
    assert await store.dequeue_rollout() is None
    await ask_for("start soon")
    answers = await asyncio.gather(
        patient.enqueue_rollout("later"), patient.add_span(span(ids, 2)), patient.update_attempt(*ids, status="running"),
        patient.get_next_span_sequence_id(*ids), patient.query_rollouts(), patient.update_worker("w"),
        asyncio.to_thread(export, patient.otlp_traces_endpoint(), ids))
    assert answers[0].input == "later" and answers[1].sequence_id == 2 and answers[2].status == "running"
    assert answers[5].worker_id == "w" and answers[6] is SpanExportResult.SUCCESS
    names = [one.name for one in await patient.query_spans(ids[0])]
    assert sorted(names) == ["exported late", "work", "work"], names


async def nobody_answers(hasty, ids):
    """Connected, but without an answer: each call runs out of time, and is tried again when the store is well."""
    await hasty.statistics()
    await ask_for("freeze for a while")
    began = time.monotonic()
    attempt, added, _ = await asyncio.gather(hasty.update_attempt(*ids, status="succeeded"), hasty.add_span(span(ids, 3)),
                                             hasty.statistics())
    assert time.monotonic() - began > 1
    assert attempt.status == "succeeded"
    assert added is None or added.sequence_id == 3  # None: the first request had arrived too
    assert [one.sequence_id for one in await hasty.query_spans(ids[0], span_id=f"{3:016x}")] == [3]
    assert (await hasty.get_rollout_by_id(ids[0])).status == "succeeded"


async def main():
    logging.disable(logging.CRITICAL)
    store = LightningStoreClient(URL)
    patient = LightningStoreClient(URL, health_retry_delays=(0.25,) * 60)
    hasty = LightningStoreClient(URL, request_timeout=1.0, health_retry_delays=(0.25,) * 60)
    try:
        started = await store.start_rollout("work", worker_id="w")
        ids = (started.rollout_id, started.attempt.attempt_id)
        await kept_connections_break(store, ids)
        await nobody_is_there(store, patient, ids)
        await nobody_answers(hasty, ids)
        inputs = [one.input for one in await store.query_rollouts()]
        assert set(inputs) == {"work", "after the kill", "later"}, inputs
    finally:
        for one in (store, patient, hasty):
            await one.close()
    print("carried over every outage")


asyncio.run(main())
