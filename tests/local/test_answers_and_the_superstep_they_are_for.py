"""An answer is for the superstep that goes on with it, and nobody is asked for one that would come to nothing."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver
from temporal_pregel.channels import AnyValue
from temporal_pregel.errors import GraphRecursionError, InvalidUpdateError
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

THREAD: Any = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    value: int


def ask(state: State) -> State:
    return {"log": [f"{interrupt('first?')}, {interrupt('second?')}"]}


def asked(answer: Any) -> list[Any]:
    """The questions that are open after an answer to the first of two."""
    app = StateGraph(State).add_node("ask", ask).add_edge(START, "ask").compile(checkpointer=InMemorySaver())
    app.invoke({"log": []}, THREAD)
    return [question.value for question in app.invoke(Command(resume=answer), THREAD)["__interrupt__"]]


def test_an_empty_mapping_answers_nothing() -> None:
    assert asked({}) == ["first?"]


@pytest.mark.parametrize("answer", [False, 0, "", [], {"a": 1}], ids=repr)
def test_all_else_is_an_answer_however_empty(answer: Any) -> None:
    assert asked(answer) == ["second?"]


def test_an_answer_that_nobody_asked_for_is_not_kept_for_a_later_superstep() -> None:
    builder = StateGraph(State).add_node("step", lambda state: {"log": ["step"]}).add_node("ask", ask)
    app = builder.add_edge(START, "step").add_edge("step", "ask").compile(checkpointer=InMemorySaver())
    with pytest.raises(GraphRecursionError):
        app.invoke({"log": []}, {**THREAD, "recursion_limit": 1})
    app.update_state(THREAD, {"log": ["edited"]}, as_node=START)
    assert app.get_state(THREAD).next == ("step",)
    found = app.invoke(Command(resume="early"), THREAD)
    assert [question.value for question in found["__interrupt__"]] == ["first?"]


def test_writes_that_clash_beside_a_question_end_the_run_before_anybody_is_asked() -> None:
    builder = StateGraph(State).add_node("ask", ask)
    for name in ("one", "two"):
        builder.add_node(name, lambda state: {"value": 1}).add_edge(START, name)
    app = builder.add_edge(START, "ask").compile(checkpointer=InMemorySaver())
    with pytest.raises(InvalidUpdateError, match="value"):
        app.invoke({"log": []}, THREAD)


def test_a_deferred_node_behind_start_runs_at_once() -> None:
    builder = StateGraph(State).add_node("last", lambda state: {"log": ["last"]}, defer=True)
    assert builder.add_edge(START, "last").compile().invoke({"log": ["in"]})["log"] == ["in", "last"]


def test_an_answer_that_was_not_used_because_a_sibling_failed_is_kept() -> None:
    broken = [True]

    def fail(state: State) -> State:
        if broken:
            raise ValueError("not yet")
        return {"log": ["healed"]}

    builder = StateGraph(State).add_node("a", fail).add_node("ask", ask).add_edge(START, "a").add_edge(START, "ask")
    app = builder.compile(checkpointer=InMemorySaver(), interrupt_before=["a"])
    app.invoke({"log": []}, THREAD)
    with pytest.raises(ValueError, match="not yet"):
        app.invoke(Command(resume="early"), THREAD)
    broken.clear()
    assert [question.value for question in app.invoke(None, THREAD)["__interrupt__"]] == ["second?"]
    assert app.invoke(Command(resume="late"), THREAD)["log"] == ["healed", "early, late"]


def test_an_answer_that_was_used_is_used_up_when_its_node_fails_later(saver: Any) -> None:
    broken = [True]

    def ask_twice(state: State) -> State:
        first = interrupt("first?")
        if broken:
            raise ValueError("not yet")
        return {"log": [first, interrupt("second?")]}

    app = StateGraph(State).add_node("ask", ask_twice).add_edge(START, "ask").compile(checkpointer=saver)
    app.invoke({"log": []}, THREAD)
    with pytest.raises(ValueError, match="not yet"):
        app.invoke(Command(resume="a"), THREAD)
    broken.clear()
    assert [question.value for question in app.invoke(None, THREAD)["__interrupt__"]] == ["second?"]
    assert app.invoke(Command(resume="b"), THREAD)["log"] == ["a", "b"]


class Fleeting(TypedDict, total=False):
    value: Annotated[int, AnyValue]


def test_what_is_shown_beside_a_question_is_what_it_was_if_nobody_wrote_to_it() -> None:
    builder = StateGraph(Fleeting).add_node("write", lambda state: {"value": 8})
    builder.add_node("ask", lambda state: {"value": interrupt("how many?")}).add_node("idle", lambda state: None)
    builder.add_node("end", lambda state: None)
    builder.add_edge(START, "write").add_edge("write", "ask").add_edge("write", "idle").add_edge("idle", "end")
    assert builder.compile(checkpointer=InMemorySaver()).invoke({}, THREAD)["value"] == 8


def test_what_has_faded_by_then_is_not_shown_beside_a_question() -> None:
    builder = StateGraph(Fleeting).add_node("write", lambda state: {"value": 8}).add_node("idle", lambda state: None)
    builder.add_node("ask", lambda state: {"value": interrupt("how many?")})
    builder.add_edge(START, "write").add_edge("write", "idle").add_edge("idle", "ask")
    assert "value" not in builder.compile(checkpointer=InMemorySaver()).invoke({}, THREAD)
