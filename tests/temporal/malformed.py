"""Everything that a client may send, mostly nonsense, and who sends it."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from temporal_pregel.wire.errors import WireError
from temporal_pregel.wire.payloads import parse
from temporal_pregel.wire.v1.run_pb2 import RunOptions

KINDS = ("start", "signal", "update", "query")
TYPED = {"InvalidInput", "EmptyInputError", "InvalidUpdateError", "NodeError", "GraphNotFound"}


def payload(data: bytes, encoding: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


def as_json(value: Any) -> RawValue:
    return payload(json.dumps(value).encode(), b"json/plain")


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
tagged = st.sampled_from(["$ref", "$object", "$enum", "$datetime", "$send", "$command", "$map", "$x", "$$x"])
trees = st.recursive(
    leaves | st.dictionaries(tagged, leaves, max_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | tagged, inner, max_size=3),
    max_leaves=8,
)
encodings = st.sampled_from(
    [b"json/plain", b"json/protobuf", b"binary/null", b"binary/plain", b"binary/encrypted", b"", b"\xff"]
)
values = st.one_of(
    trees.map(as_json),
    st.builds(payload, st.binary(max_size=30), encodings),
    st.just(payload(b"[" * 5_000, b"json/plain")),
    st.just(RawValue(Payload(data=b"x"))),
)
options = st.sampled_from(
    ["recursion_limit", "plan", "context", "tags", "configurable", "nonsense", "interrupt_before", "metadata"]
)
arguments = st.one_of(
    st.lists(values, max_size=3),
    st.tuples(st.just(as_json({"value": 1})), st.dictionaries(options, trees, max_size=2).map(as_json)).map(list),
)
names = st.sampled_from(["resume", "wait", "state", "interrupts", "graph", "value", "nonsense", "x" * 300, "résumé"])
sendings = st.tuples(st.sampled_from(KINDS), names, arguments)


UPDATES_AT_ONCE = 5
"""The server takes 10 per run."""


class Sender:
    """Sends one thing after the other; each is taken or refused by a typed error."""

    def __init__(self, client: Client, handle: WorkflowHandle[Any, Any], task_queue: str) -> None:
        self.client = client
        self.handle = handle
        self.task_queue = task_queue
        self.gate = asyncio.Semaphore(UPDATES_AT_ONCE)

    async def send(self, kind: str, name: str, args: list[Any]) -> None:
        try:
            await getattr(self, kind)(name, args)
        except (WorkflowUpdateFailedError, WorkflowQueryFailedError):
            return

    async def start(self, name: str, args: list[Any]) -> None:
        graph = "adder" if name == "resume" else name
        run = await self.client.start_workflow(graph, args=args, id=str(uuid.uuid4()), task_queue=self.task_queue)
        cause = await asyncio.wait_for(cause_of(run), 20)
        assert cause is None or (isinstance(cause, ApplicationError) and cause.type in TYPED), cause
        assert "WORKFLOW_TASK_FAILED" not in str(await run.fetch_history())

    async def signal(self, name: str, args: list[Any]) -> None:
        await self.handle.signal(name, args=args)

    async def update(self, name: str, args: list[Any]) -> None:
        async with self.gate:
            await asyncio.wait_for(self.handle.execute_update(name, args=args), 20)

    async def query(self, name: str, args: list[Any]) -> None:
        await self.handle.query(name, args=args)


async def cause_of(run: WorkflowHandle[Any, Any]) -> BaseException | None:
    """Why a run failed, None if it ended well."""
    try:
        await run.result()
    except WorkflowFailureError as failed:
        return failed.cause
    return None


def answers(what: tuple[str, str, list[Any]]) -> bool:
    """Whether this is a proper answer, which would end the waiting run."""
    kind, name, args = what
    if name != "resume" or kind not in ("signal", "update"):
        return False
    return len(args) == 1 or (kind == "update" and len(args) == 2 and are_options(args[1]))


def are_options(given: RawValue) -> bool:
    """Whether this is what may come with an answer."""
    try:
        parse(given, RunOptions)
    except WireError:
        return False
    return True
