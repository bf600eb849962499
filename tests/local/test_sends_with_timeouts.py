"""A Send may bring a timeout of its own, in place of its node's."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver
from temporal_pregel.errors import NodeTimeoutError
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Send, TimeoutPolicy
from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.values import TypeRegistry


class State(TypedDict, total=False):
    value: int


async def slow(state: State) -> State:
    await asyncio.sleep(0.2)
    return {"value": 1}


def sending(node: Any, **options: Any) -> Any:
    builder = StateGraph(State).add_node("slow", node, timeout=options.pop("own", None))
    builder.add_conditional_edges(START, lambda state: [Send("slow", {}, **options)], ["slow"])
    return builder.compile(checkpointer=InMemorySaver())


def test_it_is_the_sends_time_that_counts() -> None:
    app = sending(slow, own=5, timeout=TimeoutPolicy(idle_timeout=0.02))
    with pytest.raises(NodeTimeoutError) as raised:
        asyncio.run(app.ainvoke({}, {"configurable": {"thread_id": "t"}}))
    assert (raised.value.node, raised.value.kind, raised.value.idle_timeout) == ("slow", "idle", 0.02)


def test_it_has_to_be_above_zero_and_makes_sends_differ() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        Send("slow", {}, timeout=0)
    send = Send("slow", {}, timeout=timedelta(seconds=2))
    assert (send.timeout, send == Send("slow", {})) == (TimeoutPolicy(run_timeout=2.0), False)
    assert "timeout=TimeoutPolicy(run_timeout=2.0" in repr(send)


def test_a_sync_node_can_not_be_stopped() -> None:
    with pytest.raises(ValueError, match="only supported for async nodes"):
        sending(lambda state: state, timeout=1).invoke({}, {"configurable": {"thread_id": "t"}})


@pytest.mark.parametrize(
    ("timeout", "said"),
    [
        (1, 1.0),
        (TimeoutPolicy(idle_timeout=2), {"idle_timeout": 2}),
        (
            TimeoutPolicy(run_timeout=1, idle_timeout=2, refresh_on="heartbeat"),
            {"run_timeout": 1, "idle_timeout": 2, "refresh_on": "heartbeat"},
        ),
    ],
)
def test_it_comes_back_as_it_was_written(timeout: Any, said: Any) -> None:
    codec, send = TypeRegistry().codec(Any), Send("slow", {}, timeout=timeout)
    text = codec.encode(send)
    assert json.loads(text) == {"$send": {"node": "slow", "arg": {}, "timeout": said}}
    assert codec.decode(text) == send


@pytest.mark.parametrize("said", ["1", True, 0, {"run_timeout": "soon"}, {"nonsense": 1}])
def test_a_client_that_writes_it_wrongly_is_told(said: Any) -> None:
    with pytest.raises(UndecodableValue):
        TypeRegistry().codec(Any).decode(json.dumps({"$send": {"node": "slow", "arg": {}, "timeout": said}}))
