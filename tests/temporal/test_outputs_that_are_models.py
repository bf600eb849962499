"""What `ainvoke` gives where states are models: as in process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

from temporal_pregel import START, Command, StateGraph, interrupt
from tests.temporal.conftest import Serve
from tests.temporal.test_runs_are_drained import both


class Model(BaseModel):
    value: int = 0
    said: str = ""


@dataclass
class Data:
    value: int = 0
    said: str = ""


@pytest.mark.parametrize("schema", [Model, Data])
@pytest.mark.parametrize("options", [{}, {"version": "v2"}, {"version": "v2", "output_keys": ["value"]}], ids=str)
async def test_it_is_what_it_is_in_process(serve: Serve, on, thread, schema, options):
    def add(state: Any) -> dict[str, Any]:
        return {"value": state.value + 1}

    def ask(state: Any) -> dict[str, Any]:
        return {"said": interrupt("who?")}

    builder = StateGraph(schema).add_sequence([add, ask]).add_edge(START, "add")
    app = builder.compile(name="models")
    local = both(app)
    async with serve(app) as client:
        durable = on(app, client)
        for given in ({"value": 1}, Command(resume="me")):
            here = await local.ainvoke(given, thread, **options)
            there = await durable.ainvoke(given, thread, **options)
            assert repr(there).partition("Interrupt(")[0] == repr(here).partition("Interrupt(")[0]
    if "version" in options:
        assert there.value == here.value == ({"value": 2} if "output_keys" in options else schema(value=2, said="me"))
