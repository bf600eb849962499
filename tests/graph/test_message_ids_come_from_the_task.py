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
from temporal_pregel.nodes.run import run_task


@pytest.fixture(autouse=True)
def _plain_dicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "langchain_core.messages", raising=False)


def chat(state: MessagesState) -> dict[str, Any]:
    return {"messages": [("ai", "hello"), {"role": "assistant", "content": "mine", "id": "my own"}]}


def graph(**options: Any) -> Any:
    return StateGraph(MessagesState).add_node(chat).add_edge(START, "chat").compile(**options)


def writes(thread: str) -> list[list[Any]]:
    """What the tasks of a run on ``thread`` wrote, superstep by superstep."""
    plan = graph().plan
    loop = Loop(plan, State.initial(plan), limit=5, thread=thread)
    run = RunContext(plan, {}, cells=loop.state.cells, thread=thread)
    loop.begin([(START, {"messages": "hi"})])
    found = []
    while tasks := loop.tick():
        for task in tasks:
            run_task(task, run)
            found.append([write for write in task.writes or () if write[0] == "messages"])
        loop.commit()
    return found


def test_every_written_message_has_one() -> None:
    for _, value in (write for step in writes("t") for write in step):
        assert all(item["id"] for item in ([value] if isinstance(value, dict) else value))


def test_they_are_the_same_on_every_attempt_at_a_thread() -> None:
    assert writes("t") == writes("t")
    assert writes("t") != writes("another")


def test_one_that_is_given_is_kept() -> None:
    assert writes("t")[1][0][1][1]["id"] == "my own"


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
    assert add_messages.prepare({"role": "user", "content": "x"}, lambda place: f"id {place}") == {
        "role": "user",
        "content": "x",
        "id": "id 0",
    }
