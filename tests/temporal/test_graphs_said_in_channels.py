"""A graph that is said in channels runs on Temporal as it does in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.channels import LastValue
from temporal_pregel.pregel import NodeBuilder, Pregel
from tests.temporal.conftest import Serve

CHANNELS = {key: LastValue(int) for key in ("one", "two", "middle", "sum")}


def graph(inputs: Any, outputs: Any) -> Pregel:
    first = NodeBuilder().subscribe_to("one", "two").do(lambda given: sum(given.values())).write_to("middle")
    second = NodeBuilder().subscribe_only("middle").do(lambda value: value * 10).write_to("sum")
    nodes = {"first": first, "second": second}
    return Pregel(nodes=nodes, channels=CHANNELS, input_channels=inputs, output_channels=outputs, name="channels")


@pytest.mark.parametrize(
    ("inputs", "outputs", "given", "result"),
    [("one", "sum", 3, 30), (["one", "two"], ["middle", "sum"], {"one": 3, "two": 4}, {"middle": 7, "sum": 70})],
)
async def test_it_takes_and_gives_bare_values_or_fields(
    serve: Serve, on, thread, inputs: Any, outputs: Any, given: Any, result: Any
) -> None:
    app = graph(inputs, outputs)
    async with serve(app) as client:
        assert await on(app, client).ainvoke(given, thread) == app.invoke(given) == result


async def test_its_drawing_leads_from_the_input_along_the_channels(serve: Serve, on, thread) -> None:
    app = graph("one", "sum")
    async with serve(app) as client:
        await on(app, client).ainvoke(3, thread)
        drawn = await client.get_workflow_handle(thread["configurable"]["thread_id"]).query("graph")
    assert drawn.split("\n")[1:-1] == [
        '  n0(["start"])',
        '  n1["first"]',
        '  n2["second"]',
        '  n3(["end"])',
        "  n0 --> n1",
        "  n1 --> n2",
        "  n2 --> n3",
    ]
