"""A turn that ends in a question gives the output as it stands, though it has not written it."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.func import entrypoint
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

from .running import BOTH, Run

THREAD = {"configurable": {"thread_id": "t"}}


class Number(TypedDict):
    number: int


class Result(TypedDict):
    result: int


class Both(Number, Result): ...


def function() -> Any:
    @entrypoint(checkpointer=InMemorySaver())
    def graph(given: Number) -> Result:
        interrupt("go on?")
        return {"result": given["number"]}

    return graph


def graph() -> Any:
    def ask(state: Number) -> Result:
        interrupt("go on?")
        return {"result": state["number"]}

    builder = StateGraph(Both, input_schema=Number, output_schema=Result)
    return builder.add_node("ask", ask).add_edge(START, "ask").compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize("build", [function, graph])
@pytest.mark.parametrize("run", BOTH)
def test_the_question_of_a_later_turn_comes_with_the_result_of_the_earlier_one(build: Any, run: Run) -> None:
    app = build()
    assert run(app, {"number": 1}, THREAD).keys() == {"__interrupt__"}
    assert run(app, Command(resume=True), THREAD) == {"result": 1}
    shown = run(app, {"number": 2}, THREAD)
    assert shown.pop("__interrupt__")[0].value == "go on?"
    assert shown == {"result": 1}


class Log(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    number: int


@pytest.mark.parametrize("run", BOTH)
def test_what_has_a_value_from_the_start_comes_with_the_first_question(run: Run) -> None:
    builder = StateGraph(Log).add_node("ask", lambda _: {"log": [interrupt("go on?")]}).add_edge(START, "ask")
    shown = run(builder.compile(checkpointer=InMemorySaver()), {}, THREAD)
    assert shown.pop("__interrupt__")[0].value == "go on?"
    assert shown == {"log": []}


@pytest.mark.parametrize("run", BOTH)
def test_questions_are_not_written_into_what_the_caller_gave(run: Run) -> None:
    builder = StateGraph(dict).add_node("ask", lambda _: {"answer": interrupt("go on?")}).add_edge(START, "ask")
    given = {"number": 1}
    shown = run(builder.compile(checkpointer=InMemorySaver()), given, THREAD)
    assert shown.keys() == {"number", "__interrupt__"}
    assert given == {"number": 1}
