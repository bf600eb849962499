"""A user's own codec works unchanged; garbage for it is refused like any other malformed input."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue
from temporalio.converter import DataConverter, PayloadCodec

from temporal_pregel import Command
from tests.temporal.asking import one_asker
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
def client(client: Client) -> Client:
    """A client whose payloads nobody else can read."""
    config = client.config()
    config["data_converter"] = dataclasses.replace(DataConverter.default, payload_codec=Turned())
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
