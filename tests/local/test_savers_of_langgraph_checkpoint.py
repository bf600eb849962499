"""What only concerns savers that others wrote."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint import memory, sqlite
from langgraph.checkpoint.sqlite import aio

from temporal_pregel.channels import UntrackedValue
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.core.ids import position_of
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.local.upstream import as_log
from temporal_pregel.types import Command, Send

from .asking import Log, asking


def test_our_own_saver_is_used_as_it_is() -> None:
    ours = InMemorySaver()
    assert as_log(ours, asking([])) is ours


def test_what_is_no_saver_is_refused() -> None:
    with pytest.raises(TypeError, match="Invalid checkpointer"):
        asking([], checkpointer=object())
    with pytest.raises(TypeError, match="Invalid checkpointer"):
        asking([], checkpointer=memory.InMemorySaver)


def test_a_checkpoint_has_their_format(thread: Any) -> None:
    saver = memory.InMemorySaver()
    builder = StateGraph(Log)
    for name in "abc":
        builder.add_node(name, lambda _, name=name: {"log": [name]})
    app = builder.add_edge(START, "a").add_edge(START, "b").add_edge(["a", "b"], "c").compile(checkpointer=saver)
    app.invoke({"log": []}, {**thread, "metadata": {"who": "me"}})
    found = list(saver.list(thread))
    assert [item.checkpoint["v"] for item in found] == [4] * 4
    assert found[1].checkpoint["channel_values"]["join:a+b:c"] == {"a", "b"}
    assert found[0].metadata == {"source": "loop", "step": 2, "parents": {}, "who": "me"}
    assert all(isinstance(version, str) for version in found[0].checkpoint["channel_versions"].values())
    assert [write[1:] for write in found[1].pending_writes] == [("log", ["c"])]
    ids = [item.checkpoint["id"] for item in found]
    assert ids == sorted(ids, reverse=True)


def test_a_branch_does_not_overwrite_the_values_of_another(thread: Any) -> None:
    saver = memory.InMemorySaver()
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread)
    place = app.get_state(thread).config
    for name in ("left", "right"):
        app.update_state(place, {"log": [name]})
    newest = [item.checkpoint["channel_values"]["log"] for item in saver.list(thread, limit=2)]
    assert newest == [["first", "right"], ["first", "left"]]


def test_new_ids_come_after_those_that_langgraph_made(thread: Any) -> None:
    from langgraph.checkpoint.base import empty_checkpoint

    saver = memory.InMemorySaver()
    old = empty_checkpoint()
    saver.put(
        {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}, old, {"source": "loop", "step": 7, "parents": {}}, {}
    )
    app = asking([], checkpointer=saver)
    app.invoke({"log": ["in"]}, thread)
    newest = app.get_state(thread)
    assert newest.values["log"] == ["in", "first"]
    assert newest.metadata["step"] == 10
    assert position_of(newest.config["configurable"]["checkpoint_id"]) == position_of(old["id"]) + 3


def test_sends_come_back_as_sends(thread: Any) -> None:
    saver = memory.InMemorySaver()
    builder = StateGraph(Log).add_node("work", lambda value: {"log": [value]})
    builder.add_conditional_edges(START, lambda _: [Send("work", "x"), Send("work", "y")])
    app = builder.compile(checkpointer=saver)
    app.invoke({"log": []}, thread, interrupt_before=["work"])
    assert app.get_state(thread).next == ("work", "work")
    assert app.invoke(None, thread) == {"log": ["x", "y"]}


def test_what_is_not_tracked_is_not_saved(thread: Any) -> None:
    class State(TypedDict):
        log: list[str]
        lock: Annotated[Any, UntrackedValue]

    saver = memory.InMemorySaver()
    builder = StateGraph(State).add_node("a", lambda _: {"log": ["a"], "lock": threading.Lock()})
    builder.add_node("b", lambda state: {"log": [type(state["lock"]).__name__]})
    app = builder.add_edge(START, "a").add_edge("a", "b").compile(checkpointer=saver)
    assert app.invoke({"log": []}, thread)["log"] == ["lock"]
    assert all("lock" not in item.checkpoint["channel_versions"] for item in saver.list(thread))
    assert all(channel != "lock" for item in saver.list(thread) for _, channel, _ in item.pending_writes)


async def test_a_saver_without_async_methods_says_so_in_an_async_run(thread: Any) -> None:
    with sqlite.SqliteSaver.from_conn_string(":memory:") as saver:
        app = asking([], checkpointer=saver)
        with pytest.raises(NotImplementedError, match="async"):
            await app.ainvoke({"log": []}, thread)


async def test_an_async_saver_is_awaited(thread: Any) -> None:
    async with aio.AsyncSqliteSaver.from_conn_string(":memory:") as saver:
        app = asking([], checkpointer=saver)
        await app.ainvoke({"log": []}, thread)
        assert (await app.ainvoke(Command(resume="me"), thread))["log"] == ["first", "ask:me", "last"]
        assert len([snapshot async for snapshot in app.aget_state_history(thread)]) == 5


def test_nothing_of_langgraph_is_imported_for_our_own_saver() -> None:
    code = """
import sys
from tests.local.asking import asking
from temporal_pregel.checkpoint.memory import InMemorySaver
asking([], checkpointer=InMemorySaver()).invoke({"log": []}, {"configurable": {"thread_id": "t"}})
assert not [name for name in sys.modules if name.split(".")[0] == "langgraph"]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
