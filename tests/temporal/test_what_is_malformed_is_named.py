"""What a client sends wrongly is told apart: its own fault by a stable code, in the refusal and in `state`."""

from __future__ import annotations

import uuid

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError

from tests.temporal.malformed import as_json, payload


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


NO_STARTS = [
    [],
    [as_json({}), as_json({}), as_json({})],
    [payload(b"x", b"?")],
    [as_json({"value": 1}), as_json({"limit": 1})],
]


@pytest.mark.parametrize("args", NO_STARTS)
async def test_a_malformed_start_ends_the_run_and_says_so_in_state(client: Client, waiting, args):
    _, task_queue = waiting
    handle = await client.start_workflow("adder", args=args, id=str(uuid.uuid4()), task_queue=task_queue)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert failed.value.cause.type == "InvalidInput"
    assert [each["what"] for each in (await handle.query("state"))["rejected"]] == ["start"]


async def test_an_unknown_graph_ends_the_run_at_once_and_still_answers(client: Client, waiting):
    _, task_queue = waiting
    handle = await client.start_workflow("addr", {"value": 1}, id=str(uuid.uuid4()), task_queue=task_queue)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert failed.value.cause.type == "GraphNotFound"
    assert "No graph is called 'addr'" in failed.value.cause.message
    assert (await handle.query("state"))["error"]["type"] == "GraphNotFound"
