"""A delta channel durably: its writes enter the history, and every replay folds them to the same value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, StateGraph
from temporal_pregel.channels import DeltaChannel
from temporal_pregel.types import Overwrite, Send
from tests.temporal.conftest import Serve


def extend(held: list[str], writes: Sequence[list[str]]) -> list[str]:
    return [*held, *(item for write in writes for item in write)]


class Log(TypedDict, total=False):
    log: Annotated[list[str], DeltaChannel(extend, snapshot_frequency=2)]


def fan(state: Log) -> Any:
    return [Send("part", {"part": place}) for place in range(3)]


def deltas() -> Any:
    builder = StateGraph(Log)
    builder.add_node("clear", lambda state: {"log": Overwrite([f"cleared {len(state['log'])}"])})
    builder.add_node("part", lambda given: {"log": [f"part {given['part']}"]})
    builder.add_node("end", lambda state: {"log": [f"end {len(state['log'])}"]})
    builder.add_edge(START, "clear").add_conditional_edges("clear", fan, ["part"]).add_edge("part", "end")
    return builder.compile(name="deltas")


@pytest.mark.parametrize("cached", [100, 0])
async def test_it_gives_what_it_gives_in_process(serve: Serve, on, thread, cached: int):
    app = deltas()
    polls = {} if cached else {"max_concurrent_workflow_task_polls": 2}
    async with serve(app, max_cached_workflows=cached, **polls) as client:
        durable = on(app, client)
        result = await durable.ainvoke({"log": ["a", "b"]}, thread)
        assert result == app.invoke({"log": ["a", "b"]})
        assert result["log"] == ["cleared 2", "part 0", "part 1", "part 2", "end 4"]
        assert (await durable.aget_state(thread)).values == result
