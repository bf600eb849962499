"""Savers that make no objects but of classes they were told of, as under LANGGRAPH_STRICT_MSGPACK."""

from __future__ import annotations

import logging
import operator
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint import memory, sqlite
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, Send, interrupt


class Mood(Enum):
    GOOD = "good"


@dataclass
class Author:
    mood: Mood


class Draft(BaseModel):
    author: Author


class Hidden(BaseModel):
    text: str


class State(TypedDict):
    log: Annotated[list[Any], operator.add]
    draft: Draft


class Inner(TypedDict):
    hidden: Hidden


DRAFT = Draft(author=Author(Mood.GOOD))


def _strict() -> JsonPlusSerializer:
    return JsonPlusSerializer(allowed_msgpack_modules=None)


SAVERS: dict[str, Callable[[Any], Any]] = {
    "memory": lambda serde: memory.InMemorySaver(serde=serde),
    "sqlite": lambda serde: sqlite.SqliteSaver(sqlite3.connect(":memory:", check_same_thread=False), serde=serde),
}


def _graph(saver: Any = None) -> Any:
    builder = StateGraph(State).add_node("ask", lambda _: {"log": [interrupt("one")], "draft": DRAFT})
    builder.add_node("use", lambda state: {"log": [state["draft"]]}).add_node("again", lambda _: interrupt("two"))
    builder.add_edge(START, "ask")
    builder.add_conditional_edges("ask", lambda state: [Send("use", state), Send("again", state)])
    return builder.compile(checkpointer=saver)


@pytest.mark.parametrize("kind", SAVERS)
def test_a_strict_saver_makes_what_the_schemas_name_and_what_the_engine_keeps(kind: str, thread: Any) -> None:
    app = _graph(SAVERS[kind](_strict()))
    app.invoke({"log": []}, thread)
    assert app.get_state(thread).interrupts[0].value == "one"
    app.invoke(Command(resume=1), thread)
    assert app.get_state(thread).values == {"log": [1, DRAFT], "draft": DRAFT}
    assert app.get_state(thread).interrupts[0].value == "two"
    app.invoke(Command(resume={}), thread)
    assert app.get_state(thread).values["log"] == [1, DRAFT]


def test_a_strict_saver_that_a_config_lends_knows_them_too(thread: Any) -> None:
    saver = memory.InMemorySaver(serde=_strict())
    lent = {"configurable": {**thread["configurable"], "__pregel_checkpointer": saver}}
    app = _graph()
    app.invoke({"log": []}, lent)
    app.invoke(Command(resume=1), lent)
    assert app.get_state(lent).values["draft"] == DRAFT


@pytest.mark.parametrize("found", [True, False])
def test_the_classes_of_graphs_inside_are_known(thread: Any, *, found: bool) -> None:
    inner = StateGraph(Inner).add_node("a", lambda _: {"hidden": Hidden(text="x")})
    inner.add_node("b", lambda state: {"hidden": Hidden(text=state["hidden"].text + str(interrupt("?")))})
    graph = inner.add_edge(START, "a").add_edge("a", "b").compile()
    builder = StateGraph(State)
    if found:
        builder.add_node("inside", graph)
    else:
        places = {"graph": graph}  # not known before it runs

        def inside(_: State) -> dict[str, Any]:
            return {"log": [places["graph"].invoke({})["hidden"].text]}

        builder.add_node("inside", inside)
    app = builder.add_edge(START, "inside").compile(checkpointer=memory.InMemorySaver(serde=_strict()))
    app.invoke({"log": []}, thread)
    assert app.invoke(Command(resume=1), thread)["log"] == ([] if found else ["x1"])


def test_what_no_schema_names_is_not_made(thread: Any) -> None:
    builder = StateGraph(State).add_node("a", lambda _: {"log": [Hidden(text="x")]})
    app = builder.add_edge(START, "a").compile(checkpointer=memory.InMemorySaver(serde=_strict()))
    app.invoke({"log": []}, thread)
    assert app.get_state(thread).values["log"] == [{"text": "x"}]


def test_nothing_is_said_of_our_own_classes_where_all_are_made(thread: Any, caplog: Any) -> None:
    app = _graph(memory.InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=True)))
    with caplog.at_level(logging.WARNING):
        app.invoke({"log": []}, thread)
        app.invoke(Command(resume=1), thread)
        assert app.get_state(thread).interrupts[0].value == "two"
    assert "temporal_pregel" not in caplog.text
