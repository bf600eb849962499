"""JSON Schema of what a graph takes and gives."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Annotated, Any, NotRequired, TypedDict

import pytest
from pydantic import BaseModel

from temporal_pregel import START, StateGraph


class AsTypedDict(TypedDict):
    items: Annotated[list[int], operator.add]
    text: NotRequired[str]


class Part(TypedDict):
    text: str


@dataclass
class AsDataclass:
    items: list[int]
    text: str = "x"
    more: list[int] = field(default_factory=list)
    maybe: int | None = None


class AsModel(BaseModel):
    items: list[int]
    text: str = "x"


ITEMS = {"items": {"type": "integer"}, "type": "array"}


def app(schema: Any, **options: Any) -> Any:
    return StateGraph(schema, **options).add_node("n", lambda state: None).add_edge(START, "n").compile(name="G")


@pytest.mark.parametrize(
    ("schema", "title"), [(AsTypedDict, "AsTypedDict"), (AsDataclass, "GInput"), (AsModel, "AsModel")]
)
def test_fields_are_properties_and_what_has_no_default_is_required(schema: Any, title: str) -> None:
    told = app(schema).get_input_jsonschema()
    assert told["properties"]["items"] == {**ITEMS, "title": "Items"}
    assert (told["required"], told["title"], told["type"]) == (["items"], title, "object")


def test_a_state_without_fields_is_its_type() -> None:
    told = app(Annotated[list[int], operator.add]).get_output_jsonschema()
    assert told == {**ITEMS, "title": "GOutput", "default": None}


def test_input_output_and_context_have_their_own() -> None:
    graph = app(AsTypedDict, input_schema=Part, output_schema=AsTypedDict, context_schema=AsModel)
    assert graph.get_input_jsonschema()["required"] == ["text"]
    assert graph.get_output_jsonschema()["required"] == ["items"]
    assert graph.get_context_jsonschema()["title"] == "AsModel"
    assert app(AsTypedDict).get_context_jsonschema() is None


@pytest.mark.parametrize("schema", [AsTypedDict, AsDataclass, AsModel])
def test_models_check_values(schema: Any) -> None:
    model = app(schema).get_input_schema()
    assert model.model_validate({"items": ["1"]}).model_dump()["items"] == [1]
    with pytest.raises(ValueError, match="items"):
        model.model_validate({"items": "none"})
