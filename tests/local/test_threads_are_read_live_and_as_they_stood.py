from __future__ import annotations

from typing import Any

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt

from .asking import Log, asking, shape


def test_a_history_is_newest_first_and_shows_results(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    app.invoke(Command(resume="me"), thread)
    history = list(app.get_state_history(thread))
    assert [(s.metadata["source"], s.metadata["step"], s.next) for s in history] == [
        ("loop", 3, ()),
        ("loop", 2, ("last",)),
        ("loop", 1, ("ask",)),
        ("loop", 0, ("first",)),
        ("input", -1, ("__start__",)),
    ]
    assert [s.parent_config for s in history] == [*(s.config for s in history[1:]), None]
    assert history[2].tasks[0].result == {"log": ["ask:me"]}
    assert [question.value for question in history[2].interrupts] == ["who?"]


def test_a_history_is_filtered_cut_and_limited(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, {**thread, "metadata": {"who": "me"}})
    whole = list(app.get_state_history(thread))
    assert list(app.get_state_history(thread, limit=2)) == whole[:2]
    assert list(app.get_state_history(thread, before=whole[0].config)) == whole[1:]
    assert list(app.get_state_history(thread, filter={"source": "input"})) == whole[2:]
    assert list(app.get_state_history(thread, filter={"who": "you"})) == []


def test_the_head_is_live_and_its_id_is_the_record(saver: Any, thread: Any) -> None:
    builder = StateGraph(Log)
    for name in ("a", "b"):
        builder.add_node(name, lambda _, name=name: {"log": [f"{name}:{interrupt(name)}"]}).add_edge(START, name)
    app = builder.compile(checkpointer=saver)
    app.invoke({"log": []}, thread)
    asked = {question.value: question.id for question in app.get_state(thread).interrupts}
    app.invoke(Command(resume={asked["a"]: "yes"}), thread)

    live = app.get_state(thread)
    assert live.next == ("b",)
    assert live.values == {"log": ["a:yes"]}
    assert [question.value for question in live.interrupts] == ["b"]

    record = app.get_state(live.config)
    assert sorted(record.next) == ["a", "b"]
    assert record.values == {"log": []}
    assert sorted(question.value for question in record.interrupts) == ["a", "b"]


def test_a_graph_inside_is_seen_through_its_task(saver: Any, thread: Any) -> None:
    inner = asking([])
    app = StateGraph(Log).add_node("inner", inner).add_edge(START, "inner").compile(checkpointer=saver)
    app.invoke({"log": ["in"]}, thread)
    task = app.get_state(thread, subgraphs=True).tasks[0]
    assert task.state.values == {"log": ["in", "first"]}
    assert task.state.next == ("ask",)
    assert app.get_state(task.state.config).values == {"log": ["in", "first"]}
    assert app.get_state(app.get_state(thread).tasks[0].state).next == ("ask",)


def test_nothing_is_known_of_a_new_thread(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    assert app.get_state(thread).values == {}
    assert shape(app, thread) == []
