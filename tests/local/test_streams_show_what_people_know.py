"""What streams show: the whole state, the checkpoint a run goes on from, and graphs inside if one asks for them."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

from temporal_pregel import InMemorySaver, interrupt
from temporal_pregel.config import get_stream_writer
from temporal_pregel.constants import CONFIG_KEY_NODE_FINISHED
from temporal_pregel.func import entrypoint, task
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command

THREAD = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    a: int
    b: int


class Out(TypedDict):
    b: int


def graph(node: Any, **options: Any) -> Any:
    return StateGraph(State, output_schema=Out).add_node("n", node).add_edge(START, "n").compile(**options)


def test_values_are_the_state_and_the_result_is_the_output() -> None:
    app = graph(lambda state: {"b": 2})
    assert list(app.stream({"a": 1}, stream_mode="values")) == [{"a": 1}, {"a": 1, "b": 2}]
    assert app.invoke({"a": 1}) == {"b": 2}


def test_a_run_that_goes_on_shows_the_checkpoint_that_it_starts_from() -> None:
    app = graph(lambda state: {"b": interrupt("ok?")}, checkpointer=InMemorySaver())
    app.invoke({"a": 1}, THREAD)
    first = next(iter(app.stream(Command(resume=3), THREAD, stream_mode="checkpoints")))
    assert (first["metadata"]["step"], first["next"], first["values"]) == (0, ["n"], {"a": 1})
    (asked,) = first["tasks"][0]["interrupts"]
    assert (asked["value"], asked["response_schema"]) == ("ok?", None)


def test_tasks_show_their_results_by_channel_and_calls_each_time() -> None:
    @task
    def no() -> bool:
        return False

    @entrypoint(checkpointer=InMemorySaver())
    def whole(given: int) -> Any:
        return [no().result(), interrupt("ok?")]

    shown = list(whole.stream(1, THREAD, stream_mode="tasks"))
    assert [(part["name"], part.get("result")) for part in shown] == [
        ("whole", None),
        ("no", None),
        ("no", {"__return__": False}),
        ("whole", {}),
    ]
    again = list(whole.stream(Command(resume=1), THREAD, stream_mode="tasks"))
    assert [(part["name"], part.get("result")) for part in again] == [
        ("whole", None),
        ("no", None),
        ("whole", {"__end__": [False, 1]}),
    ]


def test_what_graphs_inside_write_is_shown_to_those_who_want_subgraphs() -> None:
    def write(state: State) -> State:
        get_stream_writer()("inside")
        return {"b": 1}

    outer = graph(graph(write))
    assert list(outer.stream({}, stream_mode="custom")) == []
    assert [part for _, part in outer.stream({}, stream_mode="custom", subgraphs=True)] == ["inside"]


def test_a_caller_may_be_told_of_every_node_that_ends() -> None:
    ended: list[str] = []
    config = {"configurable": {CONFIG_KEY_NODE_FINISHED: ended.append}}
    graph(graph(lambda state: {"b": 1})).invoke({}, config)
    assert ended == ["n", "n"]


def test_a_reader_that_leaves_waits_until_nodes_have_stopped() -> None:
    stopped: list[bool] = []

    async def slow(state: State) -> State:
        try:
            await asyncio.sleep(5)
        finally:
            stopped.append(True)
        return {}

    builder = StateGraph(State).add_node("slow", slow).add_node("quick", lambda state: {"a": 1})
    app = builder.add_edge(START, "slow").add_edge(START, "quick").compile()

    async def main() -> None:
        stream = app.astream({})
        assert await anext(stream) == {"quick": {"a": 1}}
        await stream.aclose()
        assert stopped == [True]

    asyncio.run(main())


def test_questions_of_a_state_without_fields_are_told() -> None:
    builder = StateGraph(list).add_node("n", lambda state: interrupt("ok?")).add_edge(START, "n")
    asked = builder.compile(checkpointer=InMemorySaver()).invoke([1], THREAD)
    assert [item.value for item in asked["__interrupt__"]] == ["ok?"]


def test_a_router_sees_what_an_update_gives_beside_the_state() -> None:
    builder = StateGraph(State).add_node("n", lambda state: None).add_node("m", lambda state: None).add_edge(START, "n")
    builder.add_conditional_edges("n", lambda state: state["extra"], ["m"])
    app = builder.compile(checkpointer=InMemorySaver())
    app.update_state(THREAD, {"a": 1, "extra": "m"}, as_node="n")
    assert app.get_state(THREAD).next == ("m",)
