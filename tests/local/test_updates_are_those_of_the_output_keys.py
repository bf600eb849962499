"""The ``updates`` stream shows of what nodes write what its reader wants: ``output_keys``, or all."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

from .running import BOTH, BOTH_STREAMS, Run


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    value: int


class Output(TypedDict):
    log: list[str]


GIVEN: State = {"log": [], "value": 0}
NAMES = ["both", "value", "idle", "twice"]


def graph(**schemas: Any) -> Any:
    builder = StateGraph(State, **schemas).add_node("both", lambda _: {"log": ["both"], "value": 1})
    builder.add_node("value", lambda _: {"value": 2}).add_node("idle", lambda _: None)
    builder.add_node("twice", lambda _: [{"log": ["one"]}, Command(update={"log": ["two"], "value": 3})])
    for before, name in zip([START, *NAMES], NAMES, strict=False):
        builder.add_edge(before, name)
    return builder.compile()


CASES: list[tuple[Any, list[Any]]] = [
    ("value", [1, 2, None, 3]),
    ("log", [["both"], None, None, [["one"], ["two"]]]),
    (["value"], [{"value": 1}, {"value": 2}, None, {"value": 3}]),
    (["log"], [{"log": ["both"]}, None, None, [{"log": ["one"]}, {"log": ["two"]}]]),
    ([], [None, None, None, None]),
]


@pytest.mark.parametrize("run", BOTH_STREAMS)
@pytest.mark.parametrize(("keys", "shown"), CASES, ids=lambda case: str(case) if isinstance(case, str) else None)
def test_a_key_gives_bare_values_and_a_list_gives_dicts(run: Run, keys: Any, shown: list[Any]) -> None:
    found = run(graph(), GIVEN, stream_mode="updates", output_keys=keys)
    assert found == [{name: update} for name, update in zip(NAMES, shown, strict=True)]
    both = run(graph(), GIVEN, stream_mode=["values", "updates"], output_keys=keys)
    assert [part for mode, part in both if mode == "updates"] == found


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_all_is_shown_where_no_keys_are_named(run: Run) -> None:
    for options in ({}, {"output_keys": None}):
        found = run(graph(output_schema=Output), GIVEN, stream_mode="updates", **options)
        assert found[:2] == [{"both": {"log": ["both"], "value": 1}}, {"value": {"value": 2}}]


@pytest.mark.parametrize("run", BOTH)
def test_invoke_shows_the_output(run: Run) -> None:
    found = run(graph(output_schema=Output), GIVEN, stream_mode="updates")
    assert found[:2] == [{"both": {"log": ["both"]}}, {"value": None}]


def test_graphs_inside_show_their_output_and_tasks_all_that_they_wrote() -> None:
    app = StateGraph(State).add_node("inner", graph(output_schema=Output)).add_edge(START, "inner").compile()
    parts = list(app.stream(GIVEN, stream_mode=["updates", "tasks"], subgraphs=True, output_keys="value"))
    shown = [part for ns, mode, part in parts if mode == "updates"]
    assert shown[:2] == [{"both": {"log": ["both"]}}, {"value": None}]
    assert shown[-1] == {"inner": None}
    ended = [part["result"] for ns, mode, part in parts if mode == "tasks" and "result" in part]
    assert ended[0] == {"log": ["both"], "value": 1}


def test_questions_are_shown_whatever_the_keys() -> None:
    builder = StateGraph(State).add_node("ask", lambda _: {"value": interrupt("?"), "log": ["asked"]})
    app = builder.add_edge(START, "ask").compile(checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "t"}}
    (asked,) = app.stream(GIVEN, thread, stream_mode="updates", output_keys="log")
    assert [question.value for question in asked["__interrupt__"]] == ["?"]
    assert list(app.stream(Command(resume=1), thread, stream_mode="updates", output_keys="log")) == [{"ask": ["asked"]}]
