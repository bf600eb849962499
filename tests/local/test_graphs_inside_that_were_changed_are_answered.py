"""Somebody changes the state of a graph inside another one, which has asked, and then gives the answer."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import StateGraph, interrupt
from temporal_pregel.types import Command


class Log(TypedDict):
    log: Annotated[list[Any], operator.add]


def graph(nodes: dict[str, Any], **options: Any) -> Any:
    builder, before = StateGraph(Log), "__start__"
    for name, action in nodes.items():
        builder.add_node(name, action).add_edge(before, name)
        before = name
    return builder.compile(**options)


def asks(state: Log) -> Log:
    return {"log": [interrupt("?")]}


def inner() -> Any:
    return graph({"writes": lambda state: {"log": ["wrote"]}, "asks": asks})


def asked(app: Any, thread: Any, *, depth: int = 1) -> Any:
    """The state of the graph inside that asks; it is ``depth`` graphs deep."""
    state = app.get_state(thread, subgraphs=True)
    for _ in range(depth):
        state = state.tasks[0].state
    return state


@pytest.mark.parametrize("author", [{}, {"as_node": "writes"}])
def test_an_answer_without_an_id_is_the_changed_graph_s(saver: Any, thread: Any, author: Any) -> None:
    app = graph({"inside": inner()}, checkpointer=saver)
    app.invoke({"log": ["in"]}, thread)
    app.update_state(asked(app, thread).config, {"log": ["changed"]}, **author)
    assert app.invoke(Command(resume=5), thread) == {"log": ["in", "in", "wrote", "changed", 5]}
    assert app.get_state(thread).next == ()


def test_a_graph_inside_a_changed_one_is_answered_too(saver: Any, thread: Any) -> None:
    app = graph({"outer": graph({"first": lambda state: {"log": []}, "inside": inner()})}, checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.update_state(asked(app, thread).config, {"log": ["changed"]}, as_node="first")
    assert app.invoke(Command(resume=5), thread)["log"].count(5) == 1


def test_a_changed_graph_two_graphs_deep_is_answered_too(saver: Any, thread: Any) -> None:
    app = graph({"outer": graph({"inside": inner()})}, checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.update_state(asked(app, thread, depth=2).config, {"log": ["changed"]})
    assert app.invoke(Command(resume=5), thread) == {"log": ["wrote", "changed", 5]}


def test_an_answer_by_the_id_of_the_question_before_the_change_is_nobody_s(saver: Any, thread: Any) -> None:
    app = graph({"inside": inner()}, checkpointer=saver)
    app.invoke({"log": []}, thread)
    (question,) = app.get_state(thread).interrupts
    app.update_state(asked(app, thread).config, {"log": ["changed"]})
    (again,) = app.invoke(Command(resume={question.id: 5}), thread)["__interrupt__"]
    assert again.id != question.id
    assert app.invoke(Command(resume=6), thread) == {"log": ["wrote", "changed", 6]}


def test_a_changed_graph_does_not_take_the_answer_to_another_graph_s_question(saver: Any, thread: Any) -> None:
    stops = graph({"first": lambda state: {"log": ["first"]}, "asks": asks}, interrupt_before=["asks"])
    both = StateGraph(Log).add_node("changed", stops).add_node("inside", inner())
    app = both.add_edge("__start__", "changed").add_edge("__start__", "inside").compile(checkpointer=saver)
    app.invoke({"log": []}, thread)

    app.update_state(asked(app, thread).config, {"log": ["more"]})
    (question,) = app.invoke(Command(resume=5), thread)["__interrupt__"]

    assert app.invoke(Command(resume={question.id: 6}), thread) == {"log": ["first", "more", 6, "wrote", 5]}
