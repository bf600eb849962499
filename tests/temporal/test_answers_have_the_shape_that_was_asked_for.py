"""A question may say what its answer looks like, on Temporal too; an answer that doesn't goes back to who gave it."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from pydantic import BaseModel, ValidationError

from temporal_pregel import START, Command, StateGraph, interrupt
from temporal_pregel.errors import is_invalid_resume
from temporal_pregel.temporal.raised import AnswerRefusedError
from temporal_pregel.types import RetryPolicy
from tests.temporal.conftest import Serve


class Decision(BaseModel):
    approved: bool


class State(TypedDict, total=False):
    answer: Any
    other: Any
    decision: Decision


RIGHT, WRONG = {"approved": True}, {"approved": "perhaps"}


def ask(schema: Any = Decision) -> Any:
    return lambda state: {"answer": interrupt("ok?", response_schema=schema)}


def asking(name: str, node: Any, **options: Any) -> Any:
    return StateGraph(State).add_node("ask", node, **options).add_edge(START, "ask").compile(name=name)


def called(inner: Any) -> Any:
    """A node whose function invokes a graph."""
    return lambda state: {"answer": inner.invoke({})["answer"]}


async def rejected(client: Any, thread: dict[str, Any]) -> list[tuple[str, str]]:
    seen = await client.get_workflow_handle(thread["configurable"]["thread_id"]).query("state")
    return [(item["what"], item["code"]) for item in seen.get("rejected", ())]


ALONE = {"$ref": "#/$defs/Yes"}


SCHEMAS = [
    (Decision, Decision.model_json_schema(), Decision(**RIGHT)),
    ({"type": "object"}, {"type": "object"}, RIGHT),
    (ALONE, ALONE, RIGHT),
]


@pytest.mark.parametrize(("schema", "shown", "answer"), SCHEMAS)
async def test_a_question_shows_its_schema_and_the_node_gets_its_type(serve: Serve, on, thread, schema, shown, answer):
    app = asking("shaped", ask(schema))
    async with serve(app) as client:
        durable = on(app, client)
        (question,) = (await durable.ainvoke({}, thread))["__interrupt__"]
        assert question.response_schema == shown
        assert (await durable.aget_state(thread)).interrupts == (question,)
        seen = await client.get_workflow_handle(thread["configurable"]["thread_id"]).query("interrupts")
        assert list(seen[0]["response_schema"].values()) == list(shown.values())
        assert await durable.ainvoke(Command(resume=RIGHT), thread) == {"answer": answer}


INSIDE = {
    "a node": asking("node", ask(), retry_policy=RetryPolicy(retry_on=Exception, initial_interval=0)),
    "a node with an error handler": asking("handled", ask(), error_handler=lambda state: {"answer": "handled"}),
    "an error handler": asking("handler", lambda state: 1 / 0, error_handler=ask()),
    "a graph that is a node": asking("node_graph", asking("inner", ask())),
    "a graph that a node invokes": asking("function", called(asking("called", ask()))),
}


@pytest.mark.parametrize("app", INSIDE.values(), ids=INSIDE)
async def test_a_wrong_answer_leaves_the_question_open(serve: Serve, on, thread, app):
    async with serve(app) as client:
        durable = on(app, client)
        (question,) = (await durable.ainvoke({}, thread))["__interrupt__"]
        for _ in range(2):
            with pytest.raises(AnswerRefusedError, match=r"approved\s+Input should be a valid boolean") as raised:
                await durable.ainvoke(Command(resume=WRONG), thread)
            assert (is_invalid_resume(raised.value), raised.value.interrupt_id) == (True, question.id)
        assert await durable.ainterrupts(thread) == (question,)
        assert await rejected(client, thread) == [("answer", "invalid_answer")] * 2
        assert await durable.ainvoke(Command(resume=RIGHT), thread) == {"answer": Decision(**RIGHT)}


async def test_a_wrong_answer_by_a_signal_is_seen_in_the_state(serve: Serve, on, thread):
    app = asking("signalled", ask())
    async with serve(app) as client:
        durable = on(app, client)
        asked = await durable.ainvoke({}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        await handle.signal("resume", WRONG)
        await handle.execute_update("wait")
        assert await rejected(client, thread) == [("answer", "invalid_answer")]
        assert list(await durable.ainterrupts(thread)) == asked["__interrupt__"]
        await handle.signal("resume", RIGHT)
        assert (await handle.result())["answer"] == {"$object": ["Decision", RIGHT]}


async def test_others_that_were_answered_finish(serve: Serve, on, thread):
    sent: list[Any] = []

    async def right(state: State) -> State:
        answer = interrupt("right?", response_schema=Decision)
        await asyncio.sleep(0.01)
        sent.append(answer)
        return {"other": "done"}

    builder = StateGraph(State).add_node("right", right).add_node("wrong", ask())
    app = builder.add_edge(START, "right").add_edge(START, "wrong").compile(name="several")
    async with serve(app) as client:
        durable = on(app, client)
        keys = {item.value: item.id for item in (await durable.ainvoke({}, thread))["__interrupt__"]}
        with pytest.raises(ValueError, match=keys["ok?"]):
            await durable.ainvoke(Command(resume={keys["right?"]: RIGHT, keys["ok?"]: WRONG}), thread)
        assert [item.value for item in await durable.ainterrupts(thread)] == ["ok?"]
        await durable.ainvoke(Command(resume={keys["ok?"]: RIGHT}), thread)
    assert sent == [Decision(**RIGHT)]


async def test_the_second_of_two_answers_does_not_fit(serve: Serve, on, thread):
    def node(state: State) -> State:
        return {"answer": [interrupt("first?"), interrupt("second?", response_schema=Decision)]}

    app = asking("second", node)
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({}, thread)
        await durable.ainvoke(Command(resume=1), thread)
        with pytest.raises(AnswerRefusedError):
            await durable.ainvoke(Command(resume=WRONG), thread)
        assert await durable.ainvoke(Command(resume=RIGHT), thread) == {"answer": [1, Decision(**RIGHT)]}


async def test_an_error_thereafter_is_the_nodes_own(serve: Serve, on, thread):
    def node(state: State) -> State:
        interrupt("ok?", response_schema=Decision)
        Decision(approved="perhaps")  # type: ignore[arg-type]
        return {}

    app = asking("own_error", node)
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({}, thread)
        with pytest.raises(Exception, match="ValidationError") as raised:
            await durable.ainvoke(Command(resume=RIGHT), thread)
        assert not isinstance(raised.value, (AnswerRefusedError, ValidationError))


async def test_a_schema_that_is_no_json_ends_the_run(serve: Serve, on, thread):
    app = asking("no_json", ask({"type": object()}))
    async with serve(app) as client:
        with pytest.raises(Exception, match="response_schema of a question of ask is no JSON"):
            await on(app, client).ainvoke({}, thread)
