"""A Command changes the state of a run that waits, and where it goes, as it does in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, Command, MessagesState, Send, StateGraph, interrupt
from temporal_pregel.checkpoint.memory import InMemorySaver
from tests.temporal.asking import Talk, one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import around, chain


def talk(checkpointer: Any = None) -> Any:
    """Two questions at once about a draft, and nodes that only a Command leads to."""
    builder = StateGraph(Talk)
    builder.add_node("write", lambda state: {"draft": state["draft"] + "w"})
    for node in ("first", "second"):
        builder.add_node(node, lambda state, node=node: {"said": [node, interrupt(f"{node} {state['draft']}?")]})
        builder.add_edge("write", node)
    builder.add_node("quiet", lambda state: {"said": ["quiet"]})
    builder.add_node("sent", lambda arg: {"said": [arg]})
    builder.add_edge(START, "write")
    return builder.compile(name="talk", checkpointer=checkpointer)


def answers(ids: dict[str, str], answer: Any, *nodes: str) -> dict[str, Any]:
    """An answer for each of these nodes' questions."""
    return {key: answer for value, key in ids.items() if value.startswith(nodes)}


TURNS = {
    "nothing": [lambda ids: None],
    "an update": [lambda ids: Command(update={"draft": "new"})],
    "pairs": [lambda ids: Command(update=[("draft", "a"), ("said", ["b"])])],
    "a goto": [lambda ids: Command(goto="quiet")],
    "a Send": [lambda ids: Command(goto=[Send("sent", {"x": 1}), "quiet"])],
    "an answer too": [lambda ids: Command(resume=answers(ids, 1, "first"), update={"said": ["u"]}, goto="write")],
    "several": [
        lambda ids: Command(resume=answers(ids, 1, "first"), goto="quiet"),
        lambda ids: Command(update={"draft": "z"}),
        lambda ids: None,
    ],
}
"""What is sent, given the ids of the open questions by their texts."""


@pytest.mark.parametrize("turns", TURNS.values(), ids=TURNS)
async def test_it_does_what_it_does_in_process(serve: Serve, on, thread, turns):
    here, there = talk(InMemorySaver()), talk()
    async with serve(there) as client:
        engines = (here, on(there, client))
        results = [await engine.ainvoke({"draft": ""}, thread) for engine in engines]
        for turn in [*turns, lambda ids: Command(resume=answers(ids, 7, "first", "second"))]:
            assert told(results[1]) == told(results[0])
            results = [
                await engine.ainvoke(turn(ids_of(result)), thread)
                for engine, result in zip(engines, results, strict=True)
            ]
        assert told(results[1]) == told(results[0])


def ids_of(result: dict[str, Any]) -> dict[str, str]:
    return {question.value: question.id for question in result.get("__interrupt__", ())}


def told(result: dict[str, Any]) -> tuple[Any, ...]:
    return result["said"], result["draft"], sorted(ids_of(result))


async def test_a_bare_client_says_it_as_json(serve: Serve, on, thread, client):
    app = one_asker()
    async with serve(app) as own:
        await on(app, own).ainvoke({"draft": ""}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        await handle.signal("resume", {"$command": {"resume": "yes", "update": {"said": ["before"]}}})
        assert await handle.result() == {"draft": "hello", "said": ["before", "yes"]}


async def test_graphs_inside_keep_their_questions(serve: Serve, on, thread):
    app = around("outer", one_asker("inner"), schema=Talk)
    async with serve(app) as own:
        durable = on(app, own)
        asked = await durable.ainvoke({"draft": ""}, thread)
        again = await durable.ainvoke(Command(update={"said": ["outside"]}), thread)
        assert again["__interrupt__"] == asked["__interrupt__"]
        assert (await durable.ainvoke(Command(resume="yes"), thread))["said"] == ["outside", "yes"]


async def test_new_messages_get_ids_that_every_replay_gives(serve: Serve, on, thread):
    ask = {"ask": lambda state: {"messages": [("ai", interrupt("?"))]}}
    app = chain("chat", MessagesState, ask)
    async with serve(app, max_cached_workflows=0) as own:
        durable = on(app, own)
        await durable.ainvoke({"messages": [("user", "hi")]}, thread)
        await durable.ainvoke(Command(update={"messages": [("user", "more")]}), thread)
        first, second = [(await durable.aget_state(thread)).values["messages"] for _ in range(2)]
        assert len(first) == 2
        assert first == second
