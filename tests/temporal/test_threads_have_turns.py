"""A thread that is over goes on with its next input, from the state that it has: the same on both engines."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import END, START, Command, InMemorySaver, Send, StateGraph, interrupt
from temporal_pregel.temporal.state_cache import CACHE
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]
    value: int
    other: str


def fails_on_two(state: State) -> State:
    if state["value"] == 2:
        raise ValueError("no twos")
    return {"said": ["b"]}


def asks_on_two(state: State) -> State:
    return {"said": [interrupt("two?")]} if state["value"] == 2 else {"said": ["b"]}


def graph(name: str, second: Any) -> Any:
    builder = StateGraph(State).add_node("a", lambda state: {"said": [f"a{state['value']}"]}).add_node("b", second)
    return builder.add_edge(START, "a").add_edge("a", "b").add_edge("b", END)


def routed(name: str) -> Any:
    """Sends, a barrier, a deferred node and a key that only some turns write."""
    builder = StateGraph(State)
    builder.add_node("a", lambda state: {"said": ["a"]}).add_node("b", lambda arg: {"said": [arg]})
    builder.add_node("joined", lambda state: {"other": f"{len(state['said'])}"}).add_node(
        "late", lambda s: {}, defer=True
    )
    builder.add_edge(START, "a").add_conditional_edges(START, lambda s: [Send("b", s["value"])], ["b"])
    return builder.add_edge(["a", "b"], "joined").add_edge("a", "late")


BUILT = {
    "plain": graph("plain", lambda state: {"said": ["b"]}),
    "fails": graph("fails", fails_on_two),
    "asks": graph("asks", asks_on_two),
    "routed": routed("routed"),
}
INPUTS = ({"value": 1, "said": ["x"]}, {"value": 2}, {"value": 3, "said": ["y"]}, {"other": "z"})


async def turn(app: Any, given: Any, thread: dict[str, Any]) -> Any:
    """What a call gives, or raises; and the state after it."""
    try:
        result = await app.ainvoke(given, thread)
    except Exception as error:
        result = {"error": "no twos" in str(error)}
    asked = (result or {}).pop("__interrupt__", ())
    state = await app.aget_state(thread)
    return result, [question.value for question in asked], state.values, state.next


@pytest.mark.parametrize(("kind", "answers"), [*((kind, True) for kind in BUILT), ("asks", False)])
async def test_two_turns_and_more_do_what_they_do_in_process(serve: Serve, on, thread, kind, answers):
    local, app = BUILT[kind].compile(name=kind, checkpointer=InMemorySaver()), BUILT[kind].compile(name=kind)
    async with serve(app) as client:
        durable = on(app, client)
        for given in INPUTS:
            expected = await turn(local, given, thread)
            assert await turn(durable, given, thread) == expected
            if not answers:
                continue
            if (await local.aget_state(thread)).interrupts:
                answer = Command(resume="yes")
                expected = await turn(local, answer, thread)
                assert await turn(durable, answer, thread) == expected
        step = (await local.aget_state(thread)).metadata["step"]
        assert (await durable.aget_state(thread)).metadata["step"] == step


async def test_a_worker_that_knows_nothing_of_the_thread_goes_on_with_it(serve: Serve, on, thread):
    app = BUILT["asks"].compile(name="restarted")
    for given, said in (({"value": 1}, ["a1", "b"]), ({"value": 2}, ["a1", "b", "a2"])):
        async with serve(app) as client:
            assert (await on(app, client).ainvoke(given, thread))["said"] == said
        CACHE.clear()
    async with serve(app) as client:
        durable = on(app, client)
        assert (await durable.ainvoke(Command(resume=1), thread))["said"] == ["a1", "b", "a2", 1]
        assert (await durable.ainvoke({"value": 3}, thread))["said"] == ["a1", "b", "a2", 1, "a3", "b"]


async def test_no_id_of_a_thread_comes_twice(serve: Serve, on, thread):
    app = (
        StateGraph(State).add_node("ask", lambda s: {"said": [interrupt("?")]}).add_edge(START, "ask").compile(name="i")
    )
    seen: list[str] = []
    async with serve(app) as client:
        durable = on(app, client)
        for _ in range(3):
            seen += [item.id for item in (await durable.ainvoke({"value": 1}, thread))["__interrupt__"]]
            seen.append((await durable.aget_state(thread)).config["configurable"]["checkpoint_id"])
            await durable.ainvoke(Command(resume=1), thread)
            seen.append((await durable.aget_state(thread)).config["configurable"]["checkpoint_id"])
    assert len(set(seen)) == 9
    assert [key for key in seen if "-" in key] == sorted(key for key in seen if "-" in key)


async def test_a_turn_that_writes_nothing_to_show_gives_nothing(serve: Serve, on, thread):
    class Output(TypedDict):
        value: int

    builder = StateGraph(State, output_schema=Output).add_node("n", lambda state: {"said": ["n"]}).add_edge(START, "n")
    local, app = builder.compile(name="quiet", checkpointer=InMemorySaver()), builder.compile(name="quiet")
    async with serve(app) as client:
        for given in ({"value": 1}, {"other": "x"}):
            expected = await local.ainvoke(given, thread)
            assert await on(app, client).ainvoke(given, thread) == expected
    assert expected is None
