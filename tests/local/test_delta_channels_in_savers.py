"""What a saver of whole states is given of a delta channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint import memory
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from temporal_pregel.channels import DeltaChannel
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.graph.message import _messages_delta_reducer
from temporal_pregel.pregel import _checkpoint
from temporal_pregel.types import Overwrite, StateUpdate

LOG = "log"


def extend(held: list[Any], writes: Sequence[list[Any]]) -> list[Any]:
    return [*held, *(item for write in writes for item in write)]


def graph(saver: Any, frequency: int = 100, reducer: Any = extend, wrote: Any = ("n",)) -> Any:
    channel = DeltaChannel(reducer, snapshot_frequency=frequency)
    State = TypedDict("State", {LOG: Annotated[list[Any], channel], "other": int})  # type: ignore[misc]
    builder = StateGraph(State).add_node("n", lambda state: {LOG: wrote if type(wrote) is Overwrite else list(wrote)})
    return builder.add_edge(START, "n").compile(checkpointer=saver)


def snapshots(saver: Any, thread: Any) -> list[Any]:
    """Of each checkpoint, the newest first, what it has of the channel."""
    return [found.checkpoint["channel_values"].get(LOG) for found in saver.list(thread)]


def counts(saver: Any, thread: Any) -> Any:
    return saver.get_tuple(thread).metadata.get("counters_since_delta_snapshot")


def test_checkpoints_hold_no_value_until_one_is_due(thread: Any) -> None:
    saver = memory.InMemorySaver()
    app = graph(saver, frequency=3)
    app.invoke({LOG: ["a"]}, thread)
    assert snapshots(saver, thread) == [None] * 3
    assert counts(saver, thread) == {LOG: [2, 3]}
    app.invoke({LOG: ["b"]}, thread)
    due = _DeltaSnapshot(["a", "n", "b"])
    assert snapshots(saver, thread)[:3] == [None, due, None]
    assert app.get_state(thread).values == {LOG: ["a", "n", "b", "n"]}


def test_an_overwrite_is_a_snapshot(thread: Any) -> None:
    saver = memory.InMemorySaver()
    app = graph(saver, wrote=Overwrite(["new"]))
    app.invoke({LOG: ["a"]}, thread)
    assert snapshots(saver, thread)[0] == _DeltaSnapshot(["new"])
    assert counts(saver, thread) is None


def test_a_channel_that_rests_gets_a_snapshot_too(thread: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_checkpoint, "DELTA_MAX_SUPERSTEPS_SINCE_SNAPSHOT", 5)
    saver = memory.InMemorySaver()
    app = graph(saver, wrote=())
    app.invoke({LOG: ["a"]}, thread)
    before = app.get_state(thread).next
    for _ in range(2):
        app.update_state(thread, {"other": 1}, as_node="n")
    assert snapshots(saver, thread)[0] == _DeltaSnapshot(["a"])
    assert app.get_state(thread).next == before == ()


def test_a_run_that_saves_at_its_end_puts_its_writes_under_an_empty_checkpoint(thread: Any) -> None:
    saver = memory.InMemorySaver()
    app = graph(saver)
    app.invoke({LOG: ["a"]}, thread, durability="exit")
    assert [found.metadata["step"] for found in saver.list(thread)] == [1, -2]
    assert [state.values for state in app.get_state_history(thread)] == [{LOG: ["a", "n"]}, {LOG: []}]


def test_a_saver_that_can_not_give_the_writes_back_gets_values(thread: Any) -> None:
    class Old(memory.InMemorySaver):
        def put_writes(self, config: Any, writes: Any, task_id: str) -> None:  # type: ignore[override]
            super().put_writes(config, writes, task_id)

    saver = Old()
    app = graph(saver)
    app.invoke({LOG: ["a"]}, thread)
    assert snapshots(saver, thread)[0] == ["a", "n"] == app.get_state(thread).values[LOG]


def test_updates_are_kept_under_the_ids_that_they_are_given(thread: Any) -> None:
    saver = memory.InMemorySaver()
    app = graph(saver)
    app.invoke({LOG: ["a"]}, thread)
    place = app.get_state(thread).config
    app.bulk_update_state(thread, [[StateUpdate({LOG: [key]}, "n", key) for key in ("k1", "k2")]])
    assert {task for task, _, _ in saver.get_tuple(place).pending_writes} == {"k1", "k2"}
    assert app.get_state(thread).values[LOG] == ["a", "n", "k1", "k2"]


def test_an_update_starts_a_thread_where_its_input_would_have_led(thread: Any) -> None:
    saver = memory.InMemorySaver()
    app = graph(saver)
    app.update_state(thread, {LOG: ["a"]}, as_node="n")
    assert [state.metadata["step"] for state in app.get_state_history(thread)] == [0]
    assert snapshots(saver, thread) == [_DeltaSnapshot(["a"])]


@pytest.mark.parametrize(
    "given", ["hi", ("user", "hi"), ["hi"], [HumanMessage("hi")], {"role": "user", "content": "hi"}]
)
def test_messages_get_their_ids_before_they_are_written(thread: Any, given: Any) -> None:
    app = graph(memory.InMemorySaver(), reducer=_messages_delta_reducer, wrote=())
    app.invoke({LOG: given}, thread)
    first, second = (app.get_state(thread).values[LOG][0].id for _ in range(2))
    assert first
    assert first == second
