"""What each annotation of a state schema says about its key."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NotRequired, Required, TypedDict

import pytest
from pydantic import BaseModel

from temporal_pregel import StateGraph
from temporal_pregel.channels import BinaryOperatorAggregate, EphemeralValue, LastValue, Topic, UntrackedValue
from temporal_pregel.managed import IsLastStep, RemainingSteps

TOPIC = Topic(str, accumulate=True)


class Everything(TypedDict):
    plain: int
    added: Annotated[list[int], operator.add]
    fleeting: Annotated[str, EphemeralValue]
    listed: Annotated[list[str], TOPIC, "a note after it"]
    noted: Annotated[int, "only a note"]
    perhaps: NotRequired[Annotated[list[int], operator.add]]
    surely: Annotated[Required[int], "needed"]
    left: RemainingSteps
    last: NotRequired[IsLastStep]


@dataclass
class AsDataclass:
    total: Annotated[int, operator.add]
    kept: Annotated[str, UntrackedValue] = ""
    shared: ClassVar[int] = 3


class AsModel(BaseModel):
    total: Annotated[int, operator.add]
    text: str | None = None


def kinds(schema: Any) -> dict[str, type]:
    return {key: type(channel) for key, channel in StateGraph(schema).channels.items()}


def test_a_typed_dict_gives_one_channel_a_key_in_order() -> None:
    assert list(kinds(Everything).items()) == [
        ("plain", LastValue),
        ("added", BinaryOperatorAggregate),
        ("fleeting", EphemeralValue),
        ("listed", Topic),
        ("noted", LastValue),
        ("perhaps", BinaryOperatorAggregate),
        ("surely", LastValue),
    ]


def test_managed_values_are_no_channels() -> None:
    assert list(StateGraph(Everything).managed) == ["left", "last"]


def test_a_channel_knows_its_key_and_its_type() -> None:
    channels = StateGraph(Everything).channels
    assert {key: channel.key for key, channel in channels.items()} == {key: key for key in channels}
    assert channels["fleeting"].typ is str
    assert channels["perhaps"].typ == list[int]
    assert channels["surely"].typ is int
    assert TOPIC.key == ""  # the schema's own object is not the graph's


def test_dataclasses_and_models_are_read_alike() -> None:
    assert kinds(AsDataclass) == {"total": BinaryOperatorAggregate, "kept": UntrackedValue}
    assert kinds(AsModel) == {"total": BinaryOperatorAggregate, "text": LastValue}


@pytest.mark.parametrize("schema", [list, Annotated[list[int], operator.add]])
def test_a_schema_without_fields_is_one_channel(schema: Any) -> None:
    assert list(kinds(schema)) == ["__root__"]


def test_an_instance_where_a_type_belongs_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="Invalid state_schema"), pytest.raises(TypeError):
        StateGraph({"a": int})
