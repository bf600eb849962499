"""An input that does not fit the schema ends the run before anything runs, and says where it does not."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from temporalio.client import WorkflowFailureError
from typing_extensions import TypedDict

from temporal_pregel.temporal.raised import GraphRunError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain


class Inner(TypedDict):
    name: str
    sizes: list[int]


class Typed(TypedDict):
    value: int
    inner: Inner
    log: Annotated[list[Any], operator.add]


class Model(BaseModel):
    value: int
    inner: Inner = {"name": "", "sizes": []}
    log: Annotated[list[Any], operator.add] = []


@dataclass
class Data:
    value: int
    inner: Inner = field(default_factory=lambda: {"name": "", "sizes": []})
    log: Annotated[list[Any], operator.add] = field(default_factory=list)


GRAPHS = {schema: chain(schema.__name__, schema, {"node": lambda state: {}}) for schema in (Typed, Model, Data)}

UNFIT = [
    ({"value": "x"}, "$.value: "),
    ({"value": 1, "inner": {"name": "a", "sizes": [1, "x"]}}, "$.inner.sizes[1]: "),
    ({"value": 1, "inner": []}, "$.inner: "),
]


@pytest.mark.parametrize("schema", GRAPHS, ids=lambda schema: schema.__name__)
async def test_a_wrong_type_is_an_invalid_input_for_every_client(serve: Serve, on, client, task_queue, thread, schema):
    app = GRAPHS[schema]
    async with serve(app) as own:
        for place, (given, path) in enumerate(UNFIT):
            run = f"{thread['configurable']['thread_id']}-{place}"
            handle = await client.start_workflow(app.name, given, id=run, task_queue=task_queue)
            with pytest.raises(WorkflowFailureError) as failed:
                await handle.result()
            assert failed.value.cause.type == "InvalidInput"
            assert path in failed.value.cause.message
            assert "fit the graph's input schema" in failed.value.cause.message
            assert [each["what"] for each in (await handle.query("state"))["rejected"]] == ["start"]
            with pytest.raises(GraphRunError) as raised:
                await on(app, own).ainvoke(given)
            assert raised.value.type == "InvalidInput"
            assert path in str(raised.value)


TAKEN = [
    (Typed, {"value": 1}, {"value": 1, "log": []}),
    (Typed, {"value": 1, "more": "x"}, {"value": 1, "log": []}),
    (Typed, {"value": None}, {"value": None, "log": []}),
    (Typed, {"log": ["anything", 1]}, {"log": ["anything", 1]}),
    (Model, {"value": 1, "more": "x"}, {"value": 1, "log": []}),
    (Data, {"value": 1, "more": "x"}, {"value": 1, "log": []}),
]


@pytest.mark.parametrize(("schema", "given", "output"), TAKEN)
async def test_missing_and_further_keys_are_taken_as_in_process(serve: Serve, on, schema, given, output):
    app = GRAPHS[schema]
    async with serve(app) as own:
        assert await on(app, own).ainvoke(given) == await app.ainvoke(given) == output
