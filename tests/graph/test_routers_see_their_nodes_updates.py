"""A router runs in its node's task: it sees the state with that node's updates in it, through its own schema."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

import pytest
from pydantic import BaseModel

from temporal_pregel import END, START, Command, Send, StateGraph
from temporal_pregel.managed import RemainingSteps


class State(TypedDict):
    total: Annotated[int, operator.add]
    text: str
    left: RemainingSteps


class Totals(BaseModel):
    total: int


def add(state: State) -> dict[str, Any]:
    return {"total": 1}


def seen_by(router: Any, *, source: str = "add", given: dict[str, Any] | None = None) -> Any:
    seen: list[Any] = []

    def look(state: Any) -> str:
        seen.append(state)
        return END

    look.__annotations__ = {"state": router} if router else {}
    graph = StateGraph(State).add_node(add).add_edge(START, "add").add_conditional_edges(source, look).compile()
    graph.invoke({"total": 5, "text": "t"} if given is None else given, {"recursion_limit": 10})
    return seen[0]


def test_reducers_have_been_applied_to_its_nodes_update() -> None:
    assert seen_by(None) == {"total": 6, "text": "t", "left": 9}


def test_its_annotation_says_what_it_reads() -> None:
    assert seen_by(Totals) == Totals(total=6)


def test_a_router_of_start_sees_the_input() -> None:
    assert seen_by(None, source=START) == {"total": 5, "text": "t", "left": 10}


def test_keys_that_are_no_channels_show_through() -> None:
    def loose(state: State) -> dict[str, Any]:
        return {"note": "not in the schema"}

    graph = StateGraph(State).add_node(loose).add_node(add).add_edge(START, "loose")
    graph.add_conditional_edges("loose", lambda state: "add" if "note" in state else END)
    assert graph.compile().invoke({"total": 1})["total"] == 2


def route(answer: Any, ends: Any = None) -> Any:
    graph = StateGraph(State).add_node(add).add_node("again", add).add_edge(START, "add")
    return graph.add_conditional_edges("add", lambda state: answer, ends).compile().invoke({"total": 0})["total"]


@pytest.mark.parametrize(
    ("answer", "ends", "total"),
    [
        (END, None, 1),
        ("again", None, 2),
        (["again", END], None, 2),
        (Send("again", {}), None, 2),
        ([Send("again", {}), Send("again", {})], ["again"], 3),
        (True, {True: "again", False: END}, 2),
        (False, {True: "again", False: END}, 1),
    ],
)
def test_its_answer_says_what_runs(answer: Any, ends: Any, total: int) -> None:
    assert route(answer, ends) == total


def test_an_answer_that_was_not_announced_is_an_error() -> None:
    with pytest.raises(KeyError):
        route("elsewhere", {"again": "again"})


def test_its_literal_result_says_its_ends() -> None:
    def choose(state: State) -> Literal["add", "__end__"]:
        return END

    graph = StateGraph(State).add_node(add).add_conditional_edges("add", choose)
    assert graph.branches["add"]["choose"].ends == {"add": "add", END: END}


def test_a_command_says_its_ends() -> None:
    def leap(state: State) -> Command[Literal["add"]] | None:
        return Command(goto="add")

    graph = StateGraph(State).add_node(add).add_node(leap).add_edge(START, "leap")
    assert graph.nodes["leap"].ends == ("add",)
    assert graph.compile().invoke({"total": 0})["total"] == 1
