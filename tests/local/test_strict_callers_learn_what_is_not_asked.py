"""A run that is told to be strict refuses answers to what nobody asks, before anything is written."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver, interrupt
from temporal_pregel.constants import CONFIG_KEY_STRICT_RESUME
from temporal_pregel.errors import UnknownInterruptError
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command

STRICT = {"configurable": {"thread_id": "t", CONFIG_KEY_STRICT_RESUME: True}}
UNKNOWN = "0" * 32


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def asks(*questions: str, then: Any = None) -> Any:
    def ask(state: State) -> State:
        answers = [str(interrupt(question)) for question in questions]
        if then is not None:
            then()
        return {"log": answers}

    return ask


def graph(**nodes: Any) -> Any:
    builder = StateGraph(State)
    for name, node in nodes.items():
        builder.add_node(name, node).add_edge(START, name)
    app = builder.compile(checkpointer=InMemorySaver())
    app.invoke({"log": []}, STRICT)
    return app


def ids(app: Any) -> dict[str, str]:
    return {item.value: item.id for item in app.get_state(STRICT).interrupts}


def test_an_unknown_id_is_refused_and_nothing_changes() -> None:
    app = graph(a=asks("a?"), b=asks("b?"))
    before, open_ids = app.get_state(STRICT), ids(app)
    with pytest.raises(UnknownInterruptError, match=f"already-consumed interrupt: {UNKNOWN}") as refused:
        app.invoke(Command(resume={UNKNOWN: "x", open_ids["a?"]: "1"}), STRICT)
    assert (refused.value.reason, refused.value.interrupt_ids) == ("not_pending", (UNKNOWN,))
    assert refused.value.pending_ids == tuple(sorted(open_ids.values()))
    assert app.get_state(STRICT) == before


@pytest.mark.parametrize(("answer", "reason"), [({}, "empty_map"), ("yes", "ambiguous")])
def test_an_answer_that_names_none_of_several_is_refused(answer: Any, reason: str) -> None:
    with pytest.raises(UnknownInterruptError) as refused:
        graph(a=asks("a?"), b=asks("b?")).invoke(Command(resume=answer), STRICT)
    assert refused.value.reason == reason


def test_an_answer_given_twice_is_refused() -> None:
    app = graph(a=asks("first?", "second?"))
    first = ids(app)["first?"]
    app.invoke(Command(resume={first: "1"}), STRICT)
    with pytest.raises(UnknownInterruptError, match=first):
        app.invoke(Command(resume={first: "1"}), STRICT)
    assert app.invoke(Command(resume={ids(app)["second?"]: "2"}), STRICT) == {"log": ["1", "2"]}


def test_a_task_that_failed_after_its_answer_may_be_answered_again() -> None:
    def fail_once() -> None:
        if failures:
            raise failures.pop()

    failures = [KeyError("once")]
    app = graph(a=asks("a?", then=fail_once))
    card = ids(app)["a?"]
    with pytest.raises(KeyError):
        app.invoke(Command(resume={card: "1"}), STRICT)
    app.invoke(Command(resume={card: "2"}), STRICT)
    assert app.get_state(STRICT).next == ()


def test_an_earlier_checkpoint_is_not_looked_at() -> None:
    app = graph(a=asks("a?"))
    paused, card = app.get_state(STRICT).config, ids(app)["a?"]
    app.invoke(Command(resume={card: "1"}), STRICT)
    back = {"configurable": {**STRICT["configurable"], **paused["configurable"]}}
    assert app.invoke(Command(resume={card: "2"}), back) == {"log": ["1"]}
