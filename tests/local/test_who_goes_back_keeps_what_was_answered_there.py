"""A checkpoint in the past that is named with an answer: its superstep runs again with what it was given then."""

from __future__ import annotations

from typing import Any

from temporal_pregel.func import entrypoint, task
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

from .asking import Log, asking, at, outer, shape


def _two_questions(calls: list[str], **compiled: Any) -> Any:
    def ask(_: Log) -> dict[str, Any]:
        calls.append("ask")
        return {"log": [interrupt("first?"), interrupt("second?")]}

    def beside(_: Log) -> dict[str, Any]:
        calls.append("beside")
        return {"log": ["beside"]}

    builder = StateGraph(Log).add_node("ask", ask).add_node("beside", beside)
    return builder.add_edge(START, "ask").add_edge(START, "beside").compile(**compiled)


def test_what_was_answered_counts_and_the_new_answer_is_not_asked_for(saver: Any, thread: Any) -> None:
    calls: list[str] = []
    app = _two_questions(calls, checkpointer=saver)
    app.invoke({"log": []}, thread)
    place = app.get_state(thread).config
    app.invoke(Command(resume="x"), thread)
    app.invoke(Command(resume="y"), thread)
    before = shape(app, thread)
    calls.clear()
    assert app.invoke(Command(resume="z"), place) == {"log": ["x", "y", "beside"]}
    assert sorted(calls) == ["ask", "beside"]
    assert shape(app, thread) == [("loop", (), ["x", "y", "beside"]), *before]


def test_what_is_still_open_there_gets_the_answer(saver: Any, thread: Any) -> None:
    app = _two_questions([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="x", update={"log": ["with x"]}), thread)
    place = app.get_state(thread).config
    app.update_state(thread, {"log": ["elsewhere"]})
    assert app.invoke(Command(resume="y"), place) == {"log": ["with x", "x", "y", "beside"]}


def test_a_superstep_that_was_answered_at_once_is_remembered(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="old", update={"log": ["with it"]}), thread)
    again = app.invoke(Command(resume="new"), at(app, thread, "ask"))
    assert again["log"] == ["first", "with it", "ask:old", "last"]


def test_a_replay_knows_of_no_answer(saver: Any, thread: Any) -> None:
    app = _two_questions([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    place = app.get_state(thread).config
    app.invoke(Command(resume="x"), thread)
    assert [question.value for question in app.invoke(None, place)["__interrupt__"]] == ["first?"]


def test_an_update_at_a_checkpoint_is_a_branch_that_is_asked_anew(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="old"), thread)
    before = shape(app, thread)
    assert "__interrupt__" in app.invoke(Command(update={"log": ["more"]}), at(app, thread, "ask"))
    assert shape(app, thread) == [("fork", ("ask",), ["first", "more"]), *before]
    assert app.invoke(Command(resume="new"), thread)["log"] == ["first", "more", "ask:new", "last"]


def test_a_goto_at_the_end_of_a_thread_is_a_branch(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="x"), thread)
    app.invoke(Command(goto="last"), app.get_state(thread).config)
    assert shape(app, thread)[:2] == [
        ("loop", (), ["first", "ask:x", "last", "last"]),
        ("fork", ("last",), ["first", "ask:x", "last"]),
    ]


def test_graphs_inside_and_called_tasks_keep_their_answers_too(saver: Any, thread: Any) -> None:
    app = outer(asking([]), checkpointer=saver)
    app.invoke({"done": []}, thread)
    place = app.get_state(thread).config
    done = app.invoke(Command(resume="old"), thread)
    assert app.invoke(Command(resume="new"), place) == done

    @task
    def ask(question: str) -> Any:
        return interrupt(question)

    @entrypoint(checkpointer=saver)
    def both(_: int) -> list[Any]:
        return [interrupt("one?"), ask("two?").result()]

    other = {"configurable": {"thread_id": "functions"}}
    both.invoke(1, other)
    place = both.get_state(other).config
    both.invoke(Command(resume="a"), other)
    both.invoke(Command(resume="b"), other)
    assert both.invoke(Command(resume="c"), place) == ["a", "b"]
