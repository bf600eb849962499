"""Generator functions are nodes on Temporal as they are in process."""

from __future__ import annotations

import operator
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, TypedDict

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command
from tests.temporal.conftest import Serve


class State(TypedDict):
    log: Annotated[list[Any], operator.add]


def yields(_: State) -> Iterator[Any]:
    yield [Command(update={"log": [1]})]
    yield [Command(update={"log": [2]}, goto="later")]


async def later(_: State) -> AsyncIterator[Any]:
    yield {"log": ["dropped"]}
    yield {"log": ["later"]}


async def test_what_they_yield_is_added_up_or_the_last_counts(serve: Serve, on, thread):
    builder = StateGraph(State).add_node("yields", yields).add_node("later", later).add_edge(START, "yields")
    app = builder.compile(name="yielding")
    async with serve(app) as client:
        found = await on(app, client).ainvoke({"log": []}, thread)
    assert found == await app.ainvoke({"log": []}) == {"log": [1, 2, "later"]}
