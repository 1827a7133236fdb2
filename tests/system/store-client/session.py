"""Run by Agent-lightning's own Python (see test_store_client.py): every method of its client against a store."""

import asyncio
import sys

import absent  # noqa: F401  before the package
from agentlightning.store.client_server import LightningStoreClient
from agentlightning.types import LLM, OtelResource, PromptTemplate, RolloutConfig, Span, TraceStatus


def span(rollout_id, attempt_id, sequence_id, name="work", **more):
    return Span(rollout_id=rollout_id, attempt_id=attempt_id, sequence_id=sequence_id, trace_id="0" * 31 + "1",
                span_id=f"{sequence_id:016x}", parent_id=None, name=name, status=TraceStatus(status_code="OK"),
                attributes={"i": 1, "f": 1.0, "l": [1, 2]}, events=[], links=[], start_time=1.0, end_time=2.5,
                context=None, parent=None, resource=OtelResource(attributes={}, schema_url=""), **more)


async def resources(client):
    assert await client.get_latest_resources() is None
    added = await client.add_resources({"main": LLM(endpoint="http://e", model="m")})
    assert added.version == 1 and added.resources["main"].model == "m"
    text = {"p": PromptTemplate(template="t {x}", engine="f-string")}
    assert (await client.update_resources("own", text)).version == 1
    assert (await client.update_resources("own", text)).version == 2
    assert (await client.get_latest_resources()).resources_id == "own"
    assert (await client.get_resources_by_id(added.resources_id)).resources_id == added.resources_id
    assert await client.get_resources_by_id("nobody") is None
    found = await client.query_resources(resources_id_contains="ow", sort_by="version", sort_order="desc", limit=3)
    assert [one.resources_id for one in found] == ["own"]


async def queue(client):
    first = await client.enqueue_rollout({"q": 1.0, "big": 10 ** 30}, mode="train", metadata={"run": "x"},
                                         config=RolloutConfig(max_attempts=2, retry_condition=["failed"]))
    assert first.status == "queuing" and first.input == {"q": 1.0, "big": 10 ** 30} and first.resources_id == "own"
    taken = await client.dequeue_rollout(worker_id="w-1")
    assert taken.rollout_id == first.rollout_id and taken.attempt.sequence_id == 1
    assert await client.dequeue_rollout() is None
    await client.update_attempt(first.rollout_id, "latest", status="running")
    await client.update_attempt(first.rollout_id, "latest", status="failed")
    assert (await client.get_rollout_by_id(first.rollout_id)).status == "requeuing"
    again = await client.dequeue_rollout(worker_id="w-1")
    assert again.attempt.sequence_id == 2
    await client.update_attempt(first.rollout_id, again.attempt.attempt_id, status="succeeded", metadata={"m": 1})
    attempts = await client.query_attempts(first.rollout_id)
    assert [one.status for one in attempts] == ["failed", "succeeded"]
    assert (await client.get_latest_attempt(first.rollout_id)).metadata == {"m": 1}
    assert [one.rollout_id for one in await client.wait_for_rollouts(rollout_ids=[first.rollout_id, "ro-x"], timeout=0.05)] \
        == [first.rollout_id]
    return first.rollout_id


async def rollouts(client, known):
    started = await client.start_rollout("x", worker_id="w-2")
    assert started.status == "preparing" and started.attempt.worker_id == "w-2"
    further = await client.start_attempt(started.rollout_id)
    assert further.attempt.sequence_id == 2
    changed = await client.update_rollout(started.rollout_id, status="cancelled", metadata=None)
    assert changed.status == "cancelled" and changed.metadata is None
    assert await client.get_rollout_by_id("ro-nobody") is None
    page = await client.query_rollouts(status_in=["succeeded"], sort_by="start_time", sort_order="desc", limit=5)
    assert [one.rollout_id for one in page] == [known]
    assert len(await client.query_rollouts()) == 2
    assert len(await client.query_rollouts(rollout_id_in=[started.rollout_id])) == 1


async def spans(client):
    started = await client.start_rollout("traced")
    ids = (started.rollout_id, started.attempt.attempt_id)
    assert await client.get_next_span_sequence_id(*ids) == 1
    kept = await client.add_span(span(*ids, 2))
    assert kept.attributes == {"i": 1, "f": 1.0, "l": [1, 2]}
    assert await client.add_span(span(*ids, 2)) is None
    await client.add_many_spans([span(*ids, 3), span(*ids, 4, "other")])
    found = await client.query_spans(ids[0], "latest")
    assert [one.sequence_id for one in found] == [2, 3, 4]
    assert [one.name for one in await client.query_spans(ids[0], name_contains="oth")] == ["other"]
    assert (await client.get_rollout_by_id(ids[0])).status == "running"
    return ids


async def exported(client, ids):
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    provider = TracerProvider(resource=Resource({"agentlightning.rollout_id": ids[0], "agentlightning.attempt_id": ids[1]}))
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=client.otlp_traces_endpoint())))
    tracer = provider.get_tracer("test")

    def work():
        with tracer.start_as_current_span("outer") as outer:
            outer.set_attribute("tokens", 12)
            with tracer.start_as_current_span("inner"):
                pass

    await asyncio.to_thread(work)
    found = {one.name: one for one in await client.query_spans(ids[0])}
    assert found["inner"].parent_id == found["outer"].span_id and found["outer"].attributes["tokens"] == 12
    assert found["inner"].sequence_id == 5 and found["outer"].sequence_id == 6


async def workers(client):
    beat = await client.update_worker("w-9", heartbeat_stats={"cpu": 1.5})
    assert beat.heartbeat_stats == {"cpu": 1.5} and beat.status == "unknown"
    assert (await client.get_worker_by_id("w-9")).last_heartbeat_time is not None
    assert await client.get_worker_by_id("nobody") is None
    assert "w-9" in [one.worker_id for one in await client.query_workers(worker_id_contains="w-")]


async def main(url):
    client = LightningStoreClient(url)
    try:
        await resources(client)
        known = await queue(client)
        await rollouts(client, known)
        await exported(client, await spans(client))
        await workers(client)
        statistics = await client.statistics()
        assert statistics["total_rollouts"] == 3 and statistics["total_spans"] == 5
    finally:
        await client.close()
    print("every method answered as its client expects")


asyncio.run(main(sys.argv[1]))
