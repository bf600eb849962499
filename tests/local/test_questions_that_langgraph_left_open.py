"""A thread that LangGraph itself interrupted can be answered here; where it can't, that is said."""

from __future__ import annotations

import operator
import warnings
from typing import Annotated, Any, TypedDict

import pytest
from langgraph import graph as their_graph
from langgraph import types as their_types
from langgraph.checkpoint import memory, sqlite

from temporal_pregel import graph, types


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def build(library: Any, asks: Any, saver: Any, askers: tuple[str, ...] = ("ask",)) -> Any:
    def ask(_: Log) -> dict[str, Any]:
        return {"log": [asks.interrupt("q1"), asks.interrupt("q2")]}

    builder = library.StateGraph(Log).add_node("first", lambda _: {"log": ["first"]}).add_edge("__start__", "first")
    for name in askers:
        builder.add_node(name, ask).add_edge("first", name)
    return builder.compile(checkpointer=saver)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("answered", [False, True])
def test_the_only_question_is_shown_and_answered(thread: Any, kind: str, answered: bool) -> None:
    with sqlite.SqliteSaver.from_conn_string(":memory:") as file:
        saver = file if kind == "sqlite" else memory.InMemorySaver()
        theirs = build(their_graph, their_types, saver)
        theirs.invoke({"log": []}, thread)
        if answered:
            theirs.invoke(their_types.Command(resume="X"), thread)
        ours = build(graph, types, saver)
        assert [item.value for item in ours.get_state(thread).interrupts] == ["q2" if answered else "q1"]
        if not answered:
            asked = ours.invoke(types.Command(resume="X"), thread)
            assert [item.value for item in asked["__interrupt__"]] == ["q2"]
        [question] = ours.get_state(thread).interrupts
        assert ours.invoke(types.Command(resume={question.id: "Y"}), thread) == {"log": ["first", "X", "Y"]}


def test_of_several_tasks_nobody_can_tell_which_asked(thread: Any) -> None:
    saver = memory.InMemorySaver()
    build(their_graph, their_types, saver, ("ask", "other")).invoke({"log": []}, thread)
    with pytest.warns(RuntimeWarning, match="'t' has questions that LangGraph left open .* Answer open questions"):
        build(graph, types, saver, ("ask", "other")).get_state(thread)


def test_our_own_open_questions_are_no_surprise(thread: Any) -> None:
    ours = build(graph, types, memory.InMemorySaver(), ("ask", "other"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours.invoke({"log": []}, thread)
        assert len(ours.get_state(thread).interrupts) == 2
