"""New messages get their ids before a task's writes leave it, so that the reducer is pure."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from temporal_pregel import START, InMemorySaver, MessagesState, StateGraph
from temporal_pregel.core.loop import Loop
from temporal_pregel.core.state import State
from temporal_pregel.graph.message import add_messages
from temporal_pregel.nodes.context import RunContext
from temporal_pregel.nodes.messages import new_ids_from
from temporal_pregel.nodes.run import run_task


@pytest.fixture(autouse=True)
def _plain_dicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "langchain_core.messages", raising=False)


def chat(state: MessagesState) -> dict[str, Any]:
    return {"messages": [("ai", "hello"), {"role": "assistant", "content": "mine", "id": "my own"}]}


def graph(**options: Any) -> Any:
    return StateGraph(MessagesState).add_node(chat).add_edge(START, "chat").compile(**options)


def written(app: Any) -> list[Any]:
    """What the tasks of a run wrote, superstep by superstep, before any reducer saw it."""
    loop = Loop(app.plan, State.initial(app.plan), limit=5, thread="t")
    run = RunContext(app.plan, {}, cells=loop.state.cells, thread="t")
    loop.begin([(START, {"messages": "hi"})])
    found: list[Any] = []
    while tasks := loop.tick():
        for task in tasks:
            run_task(task, run)
            found.extend(value for key, value in task.writes or () if key == "messages")
        loop.commit()
    return found


def test_every_written_message_has_one() -> None:
    single, several = written(graph())
    assert single["id"]
    assert [bool(item["id"]) for item in several] == [True, True]


def test_one_that_is_given_is_kept() -> None:
    assert written(graph())[1][1]["id"] == "my own"


def test_code_that_is_replayed_gives_them_from_its_own_source() -> None:
    def ids() -> list[str]:
        numbers = map(str, range(9))
        with new_ids_from(lambda: next(numbers)):
            return [message["id"] for message in graph().plan.nodes["chat"].code.write(chat({"messages": []}))[0][1]]

    assert ids() == ids() == ["0", "my own"]


def test_two_runs_on_threads_of_one_name_never_share_one() -> None:
    config = {"configurable": {"thread_id": "t"}}
    first = graph(checkpointer=InMemorySaver()).invoke({"messages": "hi"}, config)["messages"]
    second = graph(checkpointer=InMemorySaver()).invoke({"messages": [*first, "and?"]}, config)["messages"]
    assert [item["content"] for item in second] == ["hi", "hello", "mine", "and?", "hello"]


def test_without_a_thread_two_runs_never_share_one() -> None:
    app = graph()
    first = app.invoke({"messages": "hi"})["messages"]
    second = app.invoke({"messages": [*first, "and now?"]})["messages"]
    assert [item["content"] for item in second] == ["hi", "hello", "mine", "and now?", "hello"]


def test_a_thread_grows() -> None:
    app = graph(checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "t"}}
    app.invoke({"messages": "hi"}, config)
    again = app.invoke({"messages": "hi"}, config)["messages"]
    assert [item["content"] for item in again] == ["hi", "hello", "mine", "hi", "hello"]


def test_a_single_message_stays_single() -> None:
    message = {"role": "user", "content": "x"}
    with new_ids_from(lambda: "new"):
        assert add_messages.prepare(message) == {**message, "id": "new"}
