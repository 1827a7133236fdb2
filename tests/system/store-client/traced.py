"""Run by Agent-lightning's own Python: sends a gzipped trace of OpenTelemetry's SDK and checks what the store has."""

import asyncio
import sys

import absent  # noqa: F401  before the package
from agentlightning.store.client_server import LightningStoreClient
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, Status, StatusCode

STEPS = 300
SERVICE = {"service.name": "tests", "process.pid": 7}


def trace(endpoint, ids):
    """The spans as the SDK has them."""
    provider = TracerProvider(resource=Resource({**SERVICE, "agentlightning.rollout_id": ids[0],
                                                 "agentlightning.attempt_id": ids[1]}))
    kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, compression=Compression.Gzip),
                                                   max_export_batch_size=100))
    tracer = provider.get_tracer("test", "1.0")
    with tracer.start_as_current_span("run", attributes={"text": "ünï\n", "flag": True, "int": 2 ** 53 + 1, "real": 0.1}) as run:
        before = run.get_span_context()
        for n in range(STEPS):
            with tracer.start_as_current_span(f"step {n}", attributes={"n": n, "list": ["a", "b"], "reals": [1.0, 2.5]}) as step:
                step.add_event("token", {"index": n}, timestamp=1_700_000_000_123_456_789)
        with tracer.start_as_current_span("linked", links=[Link(before, {"why": "because"})]) as linked:
            linked.set_status(Status(StatusCode.OK))
        try:
            with tracer.start_as_current_span("broken"):
                raise ValueError("no such file")
        except ValueError:
            pass
    provider.shutdown()  # sends the rest
    return kept.get_finished_spans()


def check(sent, got):
    assert got.trace_id == f"{sent.context.trace_id:032x}" and got.name == sent.name
    assert got.parent_id == (f"{sent.parent.span_id:016x}" if sent.parent else None)
    as_sent = {key: list(value) if isinstance(value, tuple) else value for key, value in sent.attributes.items()}
    assert got.attributes == as_sent, (got.attributes, as_sent)
    assert {key: type(value) for key, value in got.attributes.items()} == {key: type(value) for key, value in as_sent.items()}
    assert got.start_time == sent.start_time / 1e9 and got.end_time == sent.end_time / 1e9
    assert got.status.status_code == sent.status.status_code.name and got.status.description == sent.status.description
    assert [(one.name, one.timestamp) for one in got.events] == [(one.name, one.timestamp / 1e9) for one in sent.events]
    assert [dict(one.attributes) for one in got.events] == [dict(one.attributes) for one in sent.events]
    assert [(one.context.span_id, dict(one.attributes)) for one in got.links] == [
        (f"{one.context.span_id:016x}", dict(one.attributes)) for one in sent.links]
    assert {**got.resource.attributes, **SERVICE} == got.resource.attributes


async def main(url):
    client = LightningStoreClient(url)
    try:
        started = await client.start_rollout("traced")
        ids = (started.rollout_id, started.attempt.attempt_id)
        sent = await asyncio.to_thread(trace, client.otlp_traces_endpoint(), ids)
        found = await client.query_spans(ids[0], ids[1])
        by_id = {one.span_id: one for one in found}
        assert len(found) == len(by_id) == len(sent) == STEPS + 3
        for one in sent:
            check(one, by_id[f"{one.context.span_id:016x}"])
        # They are numbered in the order they ended.
        assert [one.span_id for one in found] == [f"{one.context.span_id:016x}" for one in sent]
        assert [one.sequence_id for one in found] == list(range(1, len(sent) + 1))
        broken = next(one for one in found if one.name == "broken")
        assert broken.status.description == "ValueError: no such file" and broken.events[0].name == "exception"
        assert (await client.get_rollout_by_id(ids[0])).status == "running"
    finally:
        await client.close()
    print("the trace is the same")


asyncio.run(main(sys.argv[1]))
