"""Whatever is done to a thread, and whichever saver keeps it: a delta channel reads as a channel does whose whole value
is kept in every checkpoint."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.checkpoint import memory, sqlite
from langgraph.checkpoint.base import BaseCheckpointSaver

from temporal_pregel.channels import DeltaChannel
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.errors import EmptyInputError, InvalidUpdateError
from temporal_pregel.graph import END, START, StateGraph
from temporal_pregel.types import Command, StateUpdate, interrupt


def extend(held: list[str], writes: Sequence[list[str]]) -> list[str]:
    return [*held, *(item for write in writes for item in write)]


class Log(TypedDict):
    log: Annotated[list[str], DeltaChannel(extend, snapshot_frequency=5)]
    plain: Annotated[list[str], operator.add]
    other: int


def both(mark: str) -> dict[str, Any]:
    return {"log": [mark], "plain": [mark]}


def ask(state: Log) -> dict[str, Any]:
    return both("asked " + interrupt("what?")) if len(state["plain"]) % 3 == 0 else {"other": 1}


def graph(saver: Any) -> Any:
    builder = StateGraph(Log)
    builder.add_node("z", lambda state: both("z"))
    builder.add_node("ask", ask)
    builder.add_node("after", lambda state: both("after"))
    builder.add_edge(START, "z").add_edge(START, "ask").add_edge("z", "after")
    return builder.compile(checkpointer=saver)


class WalksByItself(memory.InMemorySaver):
    """A saver without a shortcut for the walk back."""

    get_delta_channel_history = BaseCheckpointSaver.get_delta_channel_history


class KnowsNoWrites(memory.InMemorySaver):
    """A saver from before writes had paths."""

    def put_writes(self, config: Any, writes: Any, task_id: str) -> None:  # type: ignore[override]
        super().put_writes(config, writes, task_id)


SAVERS: list[Callable[[], Any]] = [InMemorySaver, memory.InMemorySaver, WalksByItself, KnowsNoWrites]
DURABILITY = st.sampled_from(["sync", "async", "exit"])
AT = st.none() | st.integers(0, 30)
REFUSALS = (InvalidUpdateError, EmptyInputError, ValueError, RuntimeError)
ACTS = st.one_of(
    st.tuples(st.just("invoke"), AT, DURABILITY),
    st.tuples(st.just("answer"), AT, DURABILITY),
    st.tuples(st.just("replay"), AT, DURABILITY),
    st.tuples(st.just("command"), AT, DURABILITY),
    st.tuples(st.just("update"), AT, st.sampled_from(["z", "ask", "after", "__input__"])),
    st.tuples(st.just("clear"), AT, st.just(END)),
    st.tuples(st.just("copy"), AT, st.just("__copy__")),
    st.tuples(st.just("several"), AT, st.just("z")),
)


def act(app: Any, thread: Any, number: int, kind: str, at: int | None, how: str) -> None:
    """Do one thing, to the newest checkpoint or to an older one."""
    places = [thread, *(found.config for found in app.get_state_history(thread))]
    place = thread if at is None else places[at % len(places)]
    mark = f"{kind}{number}"
    if kind == "invoke":
        app.invoke(both(mark), place, durability=how)
    elif kind == "answer":
        app.invoke(Command(resume=mark), place, durability=how)
    elif kind == "replay":
        app.invoke(None, place, durability=how)
    elif kind == "command":
        app.invoke(Command(update=both(mark), goto="after"), place, durability=how)
    elif kind == "several":
        app.bulk_update_state(
            place,
            [[StateUpdate(both(mark), "z"), StateUpdate(both(mark + "b"), "after")], [StateUpdate(both(mark), how)]],
        )
    else:
        app.update_state(place, both(mark) if kind == "update" else None, as_node=how)


def differences(app: Any, thread: Any) -> list[Any]:
    found = ((state.values.get("log", []), state.values.get("plain", [])) for state in app.get_state_history(thread))
    return [pair for pair in found if pair[0] != pair[1]]


@pytest.mark.parametrize("saver", SAVERS, ids=lambda saver: f"{saver.__module__}.{saver.__name__}")
@settings(max_examples=40, deadline=None)
@given(acts=st.lists(ACTS, min_size=1, max_size=6))
def test_all_branches_of_a_thread(saver: Callable[[], Any], acts: list[Any]) -> None:
    app, thread = graph(saver()), {"configurable": {"thread_id": "t"}}
    app.invoke(both("in"), thread)
    for number, (kind, at, how) in enumerate(acts):
        with contextlib.suppress(*REFUSALS):  # what can't be done there is done nowhere
            act(app, thread, number, kind, at, how)
        assert differences(app, thread) == []


def test_a_saver_in_a_file() -> None:
    thread = {"configurable": {"thread_id": "t"}}
    with sqlite.SqliteSaver.from_conn_string(":memory:") as saver:
        app = graph(saver)
        for number, (kind, at) in enumerate([("invoke", None), ("answer", None), ("replay", 3), ("update", 5)] * 3):
            act(app, thread, number, kind, at, "z" if kind == "update" else "async")
        assert differences(app, thread) == []
