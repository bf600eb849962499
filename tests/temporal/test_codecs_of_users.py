"""A user's own codec works unchanged; garbage for it is refused like any other malformed input."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from temporal_pregel import Command
from tests.temporal.asking import one_asker, two_askers
from tests.temporal.conftest import Serve

ENCODING = b"binary/turned"


class Turned(PayloadCodec):
    """Writes every payload backwards, and refuses what is not written so."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata={"encoding": ENCODING}, data=each.SerializeToString()[::-1]) for each in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        for each in payloads:
            if each.metadata["encoding"] != ENCODING:
                raise ValueError("not turned")
        return [Payload.FromString(each.data[::-1]) for each in payloads]


@pytest.fixture
def codec() -> PayloadCodec:
    return Turned()


@pytest.fixture
def client(client: Client, codec: PayloadCodec) -> Client:
    """A client whose payloads nobody else can read."""
    config = client.config()
    config["data_converter"] = dataclasses.replace(DataConverter.default, payload_codec=codec)
    return Client(**config)


async def test_everything_in_the_history_goes_through_the_codec(serve: Serve, on, thread):
    app = one_asker("secret")
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": "a secret"}, thread)
        await on(app, own).ainvoke(Command(resume="an answer"), thread)
        history = (await own.get_workflow_handle(thread["configurable"]["thread_id"]).fetch_history()).to_json()
        assert "draft" not in history
        assert "review" in history  # activity types and ids are the server's


async def test_garbage_for_the_codec_is_refused(serve: Serve, client: Client, server, task_queue):
    plain = await server.client()
    async with serve(one_asker()):
        bad = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"1"))
        refused = await plain.start_workflow("asker", bad, id=str(uuid.uuid4()), task_queue=task_queue)
        with pytest.raises(WorkflowFailureError) as failed:
            await client.get_workflow_handle(refused.id).result()
        assert failed.value.cause.type == "InvalidInput"
        good = await client.start_workflow("asker", {"draft": ""}, id=str(uuid.uuid4()), task_queue=task_queue)
        await good.execute_update("wait")
        await plain.get_workflow_handle(good.id).signal("resume", bad)
        rejected = (await good.query("state"))["rejected"]
        assert [(each["what"], each["code"]) for each in rejected] == [("signal", "undecodable")]
        await good.signal("resume", "yes")
        assert (await good.result())["said"] == ["yes"]


class Bound(PayloadCodec, WithSerializationContext):
    """Reads only what was written for the same workflow and activity, as a codec with keys for each would."""

    def __init__(self, owner: bytes = b"") -> None:
        self.owner = owner

    def with_context(self, context: SerializationContext) -> Bound:
        assert isinstance(context, WorkflowSerializationContext | ActivitySerializationContext)
        return Bound(f"{context.workflow_id} {getattr(context, 'activity_type', '')}".encode())

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata={"owner": self.owner}, data=each.SerializeToString()) for each in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        for each in payloads:
            if each.metadata["owner"] != self.owner:
                raise ValueError(f"for {each.metadata['owner']!r}, read by {self.owner!r}")
        return [Payload.FromString(each.data) for each in payloads]


@pytest.mark.parametrize("codec", [Bound()])
async def test_a_codec_is_told_whose_payload_it_has(serve: Serve, task_queue, thread):
    app = two_askers("owned")
    async with serve(app) as own:
        durable = app.on(own, task_queue=task_queue)
        _, right = (await durable.ainvoke({"draft": ""}, thread))["__interrupt__"]
        await durable.ainvoke(Command(resume={right.id: 2}), thread)
        await durable.ainvoke(Command(resume=1), thread)
        assert (await durable.aget_state(thread)).values["said"] == [("left", 1), "quiet", ("right", 2)]
        bare = await own.start_workflow("owned", {"draft": ""}, id=str(uuid.uuid4()), task_queue=task_queue)
        assert (await bare.execute_update("wait"))["status"] == "waiting"
        for config in (thread, {"configurable": {"thread_id": bare.id}}):
            seen = [part async for part in durable.afollow(config, stream_mode="values")]
            assert seen[0]["draft"] == ""
