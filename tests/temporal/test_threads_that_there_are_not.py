"""A thread that nobody has begun, or that has no name: what whoever asks for it is told."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.client import Client

from temporal_pregel.channels import EphemeralValue, LastValue
from temporal_pregel.errors import EmptyInputError
from temporal_pregel.pregel import NodeBuilder, Pregel
from temporal_pregel.temporal.raised import ThreadNotFoundError
from tests.temporal.graphs import adder
from tests.temporal.test_runs_are_drained import both


async def parts(app: Any, given: Any, thread: Any) -> Any:
    return [part async for part in app.astream(given, thread)]


async def result(app: Any, given: Any, thread: Any) -> Any:
    return await app.ainvoke(given, thread)


@pytest.mark.parametrize("engine", ["in process", "on Temporal"])
@pytest.mark.parametrize("call", [result, parts])
async def test_without_an_input_it_does_not_begin(client: Client, on, thread, engine, call):
    app = adder()
    runs = both(app) if engine == "in process" else on(app, client)
    with pytest.raises(EmptyInputError) as raised:
        await call(runs, None, thread)
    assert isinstance(raised.value, ThreadNotFoundError) == (engine == "on Temporal")


@pytest.mark.parametrize("engine", ["in process", "on Temporal"])
@pytest.mark.parametrize("call", [result, parts])
async def test_with_an_input_for_nobody_it_does_not_begin(client: Client, on, thread, engine, call):
    node = NodeBuilder().subscribe_only("given").write_to("made")
    channels = {"given": EphemeralValue(int), "made": LastValue(int)}
    app = Pregel(
        nodes={"node": node}, channels=channels, input_channels=["given"], output_channels=["made"], name="nobody"
    )
    runs = both(app) if engine == "in process" else on(app, client)
    for given in ({"other": 1}, {}):
        with pytest.raises(EmptyInputError, match="Received no input for given"):
            await call(runs, given, thread)


@pytest.mark.parametrize("given", [{"value": 1}, None], ids=str)
@pytest.mark.parametrize("call", [result, parts])
async def test_an_empty_id_can_not_be_that_of_a_workflow(client: Client, on, call, given):
    with pytest.raises(ValueError, match=r"config\['configurable'\]\['thread_id'\] is empty"):
        await call(on(adder(), client), given, {"configurable": {"thread_id": ""}})
