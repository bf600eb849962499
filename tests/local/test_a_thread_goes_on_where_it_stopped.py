from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.errors import EmptyInputError
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

from .asking import Log, asking


def test_an_answer_goes_to_its_question_and_finished_nodes_stay_finished(saver: Any, thread: Any) -> None:
    calls: list[str] = []
    app = asking(calls, checkpointer=saver)
    asked = app.invoke({"log": []}, thread)
    assert [question.value for question in asked["__interrupt__"]] == ["who?"]
    assert app.invoke(Command(resume="me"), thread) == {"log": ["first", "ask:me", "last"]}
    assert calls == ["first", "ask", "ask", "last"]


def test_the_state_of_a_thread_survives_the_graph_object(saver: Any, thread: Any) -> None:
    asking([], checkpointer=saver).invoke({"log": []}, thread)
    assert asking([], checkpointer=saver).invoke(Command(resume="me"), thread)["log"] == ["first", "ask:me", "last"]


def test_a_second_input_is_added_to_the_first(saver: Any, thread: Any) -> None:
    builder = StateGraph(Log).add_node("say", lambda _: {"log": ["said"]}).add_edge(START, "say")
    app = builder.compile(checkpointer=saver)
    app.invoke({"log": ["a"]}, thread)
    assert app.invoke({"log": ["b"]}, thread) == {"log": ["a", "said", "b", "said"]}
    assert app.invoke({"log": ["c"]}, {"configurable": {"thread_id": "other"}}) == {"log": ["c", "said"]}


def test_what_finished_beside_a_failure_is_not_run_again(saver: Any, thread: Any) -> None:
    runs = {"well": 0, "ill": 0}

    def well(_: Log) -> dict[str, Any]:
        runs["well"] += 1
        return {"log": ["well"]}

    def ill(_: Log) -> dict[str, Any]:
        runs["ill"] += 1
        if runs["ill"] == 1:
            raise ValueError("once")
        return {"log": ["ill"]}

    builder = StateGraph(Log).add_node("ill", ill).add_node("well", well)
    app = builder.add_edge(START, "ill").add_edge(START, "well").compile(checkpointer=saver)
    with pytest.raises(ValueError, match="once"):
        app.invoke({"log": []}, {**thread, "max_concurrency": 2})
    first = runs["well"]
    assert app.invoke(None, thread) == {"log": ["ill", "well"]}
    assert runs == {"well": max(first, 1), "ill": 2}


def test_an_update_that_comes_with_an_answer_counts_once(saver: Any, thread: Any) -> None:
    def ask(_: Log) -> dict[str, Any]:
        return {"log": ["".join(interrupt(question) for question in "abc")]}

    app = StateGraph(Log).add_node("ask", ask).add_edge(START, "ask").compile(checkpointer=saver)
    app.invoke({"log": []}, thread)
    for turn in "123":
        result = app.invoke(Command(resume=turn, update={"log": [f"u{turn}"]}), thread)
    assert sorted(result["log"]) == ["123", "u1", "u2", "u3"]


def test_a_thread_that_has_nothing_yet_can_not_go_on(saver: Any, thread: Any) -> None:
    with pytest.raises(EmptyInputError):
        asking([], checkpointer=saver).invoke(None, thread)


def test_a_checkpoint_of_a_thread_that_has_nothing_yet_is_no_place_to_go_on_from(saver: Any) -> None:
    nowhere = {"configurable": {"thread_id": "t", "checkpoint_id": "unknown"}}
    with pytest.raises(EmptyInputError):
        asking([], checkpointer=saver).invoke(None, nowhere)


async def test_async_runs_do_the_same(async_saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=async_saver)
    await app.ainvoke({"log": []}, thread)
    assert (await app.aget_state(thread)).next == ("ask",)
    assert (await app.ainvoke(Command(resume="me"), thread))["log"] == ["first", "ask:me", "last"]
    assert len([snapshot async for snapshot in app.aget_state_history(thread)]) == 5
