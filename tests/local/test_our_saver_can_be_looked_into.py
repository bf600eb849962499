"""Our saver, read as savers of langgraph-checkpoint are."""

from __future__ import annotations

import operator
import subprocess
import sys
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint import memory
from langgraph.checkpoint.base import CheckpointTuple

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, Send, interrupt

from .asking import asking, outer


class State(TypedDict):
    log: Annotated[list[Any], operator.add]
    n: int


def _told(saver: Any, thread: Any) -> list[CheckpointTuple]:
    """The checkpoints of a thread that had a question, Sends and a barrier, newest first."""
    builder = StateGraph(State).add_node("ask", lambda _: {"log": [interrupt("?")], "n": 1})
    builder.add_node("beside", lambda _: {"log": ["beside"]}).add_node("each", lambda n: {"log": [n]})
    builder.add_node("both", lambda _: {})
    builder.add_edge(START, "ask").add_edge(START, "beside").add_edge(["ask", "beside"], "both")
    builder.add_conditional_edges("ask", lambda _: [Send("each", 1), Send("each", 2)])
    app = builder.compile(checkpointer=saver)
    app.invoke({"log": [], "n": 0}, {**thread, "metadata": {"who": "me"}})
    app.invoke(Command(resume="yes"), thread)
    app.update_state(thread, {"n": 5}, as_node="both")
    return list(saver.list(thread))


def test_checkpoints_are_those_that_another_saver_gives(thread: Any) -> None:
    for ours, theirs in zip(_told(InMemorySaver(), thread), _told(memory.InMemorySaver(), thread), strict=True):
        assert isinstance(ours, CheckpointTuple)
        assert ours.config == theirs.config
        assert ours.parent_config == theirs.parent_config
        assert ours.metadata == theirs.metadata
        assert ours.checkpoint.keys() == theirs.checkpoint.keys()
        for key in ("v", "id", "channel_values"):
            assert ours.checkpoint[key] == theirs.checkpoint[key]
        assert ours.checkpoint["channel_versions"].keys() == theirs.checkpoint["channel_versions"].keys()
        assert ours.checkpoint["versions_seen"]["__input__"] == {}


def test_what_tasks_wrote_stands_beside_the_checkpoint_they_started_from(thread: Any) -> None:
    told = _told(InMemorySaver(), thread)
    asked = next(each for each in told if each.metadata["step"] == 0)
    writes = [(channel, value) for _, channel, value in asked.pending_writes or ()]
    assert [value[0].value for channel, value in writes if channel == "__interrupt__"] == ["?"]
    assert ("__resume__", ["yes"]) in writes
    assert ("log", ["yes"]) in writes
    assert ("log", ["beside"]) in writes
    assert len({task for task, _, _ in asked.pending_writes or ()} - {"00000000-0000-0000-0000-000000000000"}) == 2
    assert told[0].pending_writes == []


def test_one_is_found_by_its_id_and_none_where_there_is_none(thread: Any) -> None:
    saver = InMemorySaver()
    told = _told(saver, thread)
    assert saver.get_tuple(thread) == told[0]
    assert saver.get_tuple(told[2].config) == told[2]
    assert saver.get(told[2].config) == told[2].checkpoint
    assert saver.get_tuple({"configurable": {"thread_id": "other"}}) is None
    assert saver.get({"configurable": {"thread_id": "t", "checkpoint_id": "nothing"}}) is None
    assert list(saver.list({"configurable": {"thread_id": "other"}})) == []


def test_lists_are_filtered_limited_and_cut(thread: Any) -> None:
    saver = InMemorySaver()
    told = _told(saver, thread)
    assert list(saver.list(thread, limit=2)) == told[:2]
    assert list(saver.list(thread, before=told[1].config)) == told[2:]
    assert list(saver.list(thread, filter={"source": "update"})) == told[:1]
    assert list(saver.list(told[3].config)) == [told[3]]


def test_all_namespaces_and_threads_are_listed_where_none_is_named(thread: Any) -> None:
    saver = InMemorySaver()
    app = outer(asking([]), checkpointer=saver)
    for name in ("t", "u"):
        app.invoke({"done": []}, {"configurable": {"thread_id": name}})
    spaces = [each.config["configurable"]["checkpoint_ns"].split(":")[0] for each in saver.list(thread)]
    assert sorted(set(spaces)) == ["", "inner"]
    assert len(list(saver.list(None))) == 2 * len(spaces)
    assert len(list(saver.list({"configurable": {"thread_id": "t", "checkpoint_ns": ""}}))) == spaces.count("")


async def test_whoever_awaits_reads_the_same(thread: Any) -> None:
    saver = InMemorySaver()
    told = _told(saver, thread)
    assert await saver.aget_tuple(thread) == told[0]
    assert await saver.aget(thread) == told[0].checkpoint
    assert [each async for each in saver.alist(thread)] == told
    await saver.adelete_thread("t")
    assert await saver.aget_tuple(thread) is None
    assert list(saver.list(None)) == []


async def test_writing_goes_through_runs(thread: Any) -> None:
    with InMemorySaver() as saver:
        for refused in (saver.put, saver.put_writes):
            with pytest.raises(NotImplementedError, match="update_state"):
                refused(thread, {}, {}, {})
    async with InMemorySaver() as saver:
        with pytest.raises(NotImplementedError, match="update_state"):
            await saver.aput(thread, {}, {}, {})


def test_reading_imports_nothing_of_langgraph() -> None:
    code = """
import sys
from tests.local.asking import asking
from temporal_pregel.checkpoint.memory import InMemorySaver
thread = {"configurable": {"thread_id": "t"}}
saver = InMemorySaver()
asking([], checkpointer=saver).invoke({"log": []}, thread)
assert saver.get_tuple(thread).checkpoint["channel_values"]["log"] == ["first"]
assert not [name for name in sys.modules if name.split(".")[0] == "langgraph"]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
