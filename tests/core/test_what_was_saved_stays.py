"""A log keeps what was written, whatever a node does later to the objects; and it keeps no more than that."""

from __future__ import annotations

import operator
import threading
import tracemalloc
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, InMemorySaver, StateGraph, interrupt
from temporal_pregel.types import Command

CONFIG = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    doc: dict[str, Any]
    log: Annotated[list[str], operator.add]


def build(**nodes: Any) -> Any:
    builder = StateGraph(State)
    names = list(nodes)
    for name, node in nodes.items():
        builder.add_node(name, node)
    for start, end in zip([START, *names], [*names, END], strict=True):
        builder.add_edge(start, end)
    return builder.compile(checkpointer=InMemorySaver())


def past(app: Any) -> list[Any]:
    """The values of ``doc``, oldest first."""
    return [state.values.get("doc") for state in reversed(list(app.get_state_history(CONFIG)))]


def test_a_node_that_changes_what_it_returned_changes_nothing_saved() -> None:
    mine: dict[str, Any] = {"lines": ["one"]}

    def scribble(state: State) -> None:
        mine["lines"].append("two")

    app = build(write=lambda state: {"doc": mine}, scribble=scribble)
    app.invoke({}, CONFIG)
    assert past(app) == [None, None, {"lines": ["one"]}, {"lines": ["one"]}]


def test_a_node_that_changes_its_input_in_place_changes_nothing_saved() -> None:
    def scribble(state: State) -> None:
        state["doc"]["lines"].append("two")

    app = build(scribble=scribble)
    app.invoke({"doc": {"lines": ["one"]}}, CONFIG)
    assert past(app)[1:] == [{"lines": ["one"]}] * 2


def test_a_caller_that_changes_its_input_changes_nothing_saved() -> None:
    given: dict[str, Any] = {"doc": {"lines": []}}
    app = build(a=lambda state: None)
    app.invoke(given, CONFIG)
    given["doc"]["lines"].append("late")
    assert app.get_state(CONFIG).values["doc"] == {"lines": []}


def test_what_a_finished_sibling_wrote_is_kept_as_it_was_while_another_asks() -> None:
    mine: dict[str, Any] = {"n": 1}
    builder = StateGraph(State)
    builder.add_node("writes", lambda state: {"doc": mine})
    builder.add_node("asks", lambda state: {"log": [interrupt("?")]})
    builder.add_edge(START, "writes")
    builder.add_edge(START, "asks")
    app = builder.compile(checkpointer=InMemorySaver())
    app.invoke({}, CONFIG)
    mine["n"] = 2
    assert app.invoke(Command(resume="yes"), CONFIG) == {"doc": {"n": 1}, "log": ["yes"]}


def test_a_value_that_nothing_can_serialize_is_kept_too() -> None:
    lock = threading.Lock()
    app = build(a=lambda state: {"doc": {"lock": lock, "list": [1]}})
    app.invoke({}, CONFIG)
    assert app.get_state(CONFIG).values["doc"]["list"] == [1]


def memory_of(steps: int) -> int:
    """Bytes that a thread holds after ``steps`` supersteps that each append a line of 1 KB."""
    builder = StateGraph(State)
    builder.add_node("a", lambda state: {"log": [f"{len(state['log']):1000}"]})
    builder.add_edge(START, "a")
    builder.add_conditional_edges("a", lambda state: "a" if len(state["log"]) < steps else END)
    app = builder.compile(checkpointer=InMemorySaver())
    tracemalloc.start()
    try:
        app.invoke({"log": []}, {**CONFIG, "recursion_limit": steps + 5})
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_memory_grows_by_what_changed() -> None:
    memory_of(10)
    short, long = memory_of(100), memory_of(400)
    assert long < 6 * short
    assert long < 400 * 1000 * 5
