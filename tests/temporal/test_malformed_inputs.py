"""Whatever a client sends is taken or refused with a reason: no workflow task fails, no run hangs."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
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

from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder

KINDS = ("start", "signal", "update", "query")
TYPED = {"InvalidInput", "EmptyInputError", "InvalidUpdateError", "NodeError", "GraphNotFound"}
EXAMPLES, WIDTH = 40, 50


def payload(data: bytes, encoding: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


def as_json(value: Any) -> RawValue:
    return payload(json.dumps(value).encode(), b"json/plain")


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
tagged = st.sampled_from(["$ref", "$object", "$enum", "$datetime", "$send", "$map", "$x", "$$x"])
trees = st.recursive(
    leaves | st.dictionaries(tagged, leaves, max_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | tagged, inner, max_size=3),
    max_leaves=8,
)
encodings = st.sampled_from([b"json/plain", b"json/protobuf", b"binary/null", b"binary/plain", b"binary/encrypted", b"", b"\xff"])
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


@pytest_asyncio.fixture
async def waiting(serve: Serve, client: Client, task_queue: str) -> AsyncIterator[tuple[WorkflowHandle[Any, Any], str]]:
    """A run that waits for an answer, while all this comes."""
    async with serve(adder(), one_asker()):
        handle = await client.start_workflow("asker", {"draft": ""}, id=str(uuid.uuid4()), task_queue=task_queue)
        while (await handle.query("state"))["status"] != "waiting":
            await asyncio.sleep(0.02)
        yield handle, task_queue


UPDATES_AT_ONCE = 5
"""The server takes 10 per run."""


async def send(
    client: Client, handle: WorkflowHandle[Any, Any], task_queue: str, gate: asyncio.Semaphore, what: tuple[str, str, list[Any]]
) -> None:
    """Send one thing; it is taken or refused by a typed error."""
    kind, name, args = what
    try:
        if kind == "start":
            started = await client.start_workflow(name if name != "resume" else "adder", args=args, id=str(uuid.uuid4()), task_queue=task_queue)
            try:
                await asyncio.wait_for(started.result(), 20)
            except WorkflowFailureError as failed:
                assert isinstance(failed.cause, ApplicationError)
                assert failed.cause.type in TYPED, failed.cause
            assert "WORKFLOW_TASK_FAILED" not in str(await started.fetch_history())
        elif kind == "signal":
            await handle.signal(name, args=args)
        elif kind == "update":
            async with gate:
                await asyncio.wait_for(handle.execute_update(name, args=args), 20)
        else:
            await handle.query(name, args=args)
    except (WorkflowUpdateFailedError, WorkflowQueryFailedError) as refused:
        assert getattr(refused, "message", "") or str(refused.cause)


def answers(what: tuple[str, str, list[Any]]) -> bool:
    """Whether this is a proper answer, which would end the waiting run."""
    return what[0] in ("signal", "update") and what[1] == "resume" and len(what[2]) == 1


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(sent=st.lists(sendings.filter(lambda what: not answers(what)), min_size=WIDTH, max_size=WIDTH))
async def test_two_thousand_malformed_things_harm_nobody(client: Client, waiting, sent):
    handle, task_queue = waiting
    gate = asyncio.Semaphore(UPDATES_AT_ONCE)
    await asyncio.gather(*(send(client, handle, task_queue, gate, each) for each in sent))
    state = await handle.query("state")
    assert state["status"] == "waiting"
    if any(kind == "signal" for kind, _, _ in sent):
        assert state["rejected"]
    assert "WORKFLOW_TASK_FAILED" not in str(await handle.fetch_history())


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], "one_argument"),
        ([as_json(1), as_json(2)], "one_argument"),
        ([payload(b"{", b"json/plain")], "bad_json"),
        ([payload(b"x", b"binary/encrypted")], "unknown_encoding"),
        ([payload(b"\xff", b"json/plain")], "not_utf8"),
        ([as_json({"$object": ["os.system", "ls"]})], "VALUE_NOT_DECODABLE"),
    ],
)
async def test_a_malformed_answer_is_refused_and_seen_in_state(client: Client, waiting, args, code):
    handle, _ = waiting
    await handle.signal("resume", args=args)
    rejected = (await handle.query("state"))["rejected"]
    assert [(each["what"], each["name"], each["code"]) for each in rejected] == [("signal", "resume", code)]
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update("resume", args=args)
    await handle.signal("resume", "yes")
    assert (await handle.result())["said"] == ["yes"]


@pytest.mark.parametrize("args", [[], [as_json({}), as_json({}), as_json({})], [payload(b"x", b"?")], [as_json({"value": 1}), as_json({"limit": 1})]])
async def test_a_malformed_start_ends_the_run_and_says_so_in_state(client: Client, waiting, args):
    _, task_queue = waiting
    handle = await client.start_workflow("adder", args=args, id=str(uuid.uuid4()), task_queue=task_queue)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert failed.value.cause.type == "InvalidInput"
    assert [each["what"] for each in (await handle.query("state"))["rejected"]] == ["start"]


async def test_an_unknown_graph_ends_the_run_at_once_and_names_those_that_there_are(client: Client, waiting):
    _, task_queue = waiting
    handle = await client.start_workflow("addr", {"value": 1}, id=str(uuid.uuid4()), task_queue=task_queue)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert failed.value.cause.type == "GraphNotFound"
    assert "adder, asker" in failed.value.cause.message
