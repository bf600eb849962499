"""A context is what the graph's ``context_schema`` says, also where it is given as a dict; as in process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from temporal_pregel import START, Runtime, StateGraph
from tests.temporal.conftest import Serve


class Said(TypedDict, total=False):
    said: str


@dataclass
class User:
    name: str
    greeting: str = "hello"


class Model(BaseModel):
    name: str
    greeting: str = "hello"


class Plain(TypedDict):
    name: str


def greet(state: Said, runtime: Runtime[Any]) -> Said:
    return {"said": f"{type(runtime.context).__name__} {runtime.context}"}


def greeter(name: str, schema: Any, **nested: Any) -> Any:
    builder = StateGraph(Said, context_schema=schema)
    builder.add_node("greet", nested.get("node", greet))
    builder.add_edge(START, "greet")
    return builder.compile(name=name)


@pytest.mark.parametrize("schema", [User, Model, Plain, None], ids=str)
async def test_a_dict_becomes_what_the_schema_says(serve: Serve, on, thread, schema):
    app, given = greeter("greeter", schema), {"name": "Ann"}
    async with serve(app) as client:
        result = await on(app, client).ainvoke({"said": ""}, thread, context=given)
    assert result == await app.ainvoke({"said": ""}, context=given)


@pytest.mark.parametrize("inner", [User, None], ids=str)
async def test_a_graph_inside_is_given_the_context_of_the_graph_around_it(serve: Serve, on, thread, inner):
    app = greeter("outer", User, node=greeter("inner", inner))
    async with serve(app) as client:
        result = await on(app, client).ainvoke({"said": ""}, thread, context={"name": "Ann"})
    assert result == await app.ainvoke({"said": ""}, context={"name": "Ann"})


async def test_a_context_that_lacks_a_field_is_refused_before_anything_runs(serve: Serve, on, thread):
    app = greeter("greeter", User)
    async with serve(app) as client:
        with pytest.raises(TypeError, match="name"):
            await on(app, client).ainvoke({"said": ""}, thread, context={"greeting": "hi"})
