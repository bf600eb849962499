"""A graph's nodes aren't held to annotations: whatever stands in a channel is kept, and never made to fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from temporal_pregel.wire.values import TypeRegistry, decode, encode
from tests.wire.strategies import CLASSES, Color, Doc, Leaf, Point, same, values


class Old(BaseModel):
    name: str


@dataclass
class New:
    name: str


class State(TypedDict):
    when: datetime
    docs: list[Doc]


DECLARED = [
    int,
    float,
    str,
    datetime,
    date | str,
    set[int],
    set[int] | list[int],
    tuple[int, str],
    tuple[Leaf, ...],
    dict[int, str],
    dict[str, date],
    Color,
    Color | str,
    Doc,
    Doc | Leaf | None,
    Doc | dict[str, Any],
    list[Doc],
    Point,
    bytes,
    State,
    Annotated[list[Old | New], "reducer"],
]
TYPES = TypeRegistry(*CLASSES, *DECLARED)
CASES: list[tuple[Any, Any]] = [
    (int, "5"),
    (float, 5),
    (int, True),
    (datetime, "2025-01-01T00:00:00"),
    (datetime, date(2025, 1, 1)),
    (set[int], [2, 1]),
    (tuple[int, str], [1, "a"]),
    (tuple[int, str], (1, "a", "b")),
    (dict[int, str], {"1": "a"}),
    (dict[int, str], {1: "a", "1": "b"}),
    (Color, "red"),
    (Color | str, "red"),
    (Color | str, Color.RED),
    (Doc, {"title": "t"}),
    (Doc | dict[str, Any], {"title": "t"}),
    (Doc | dict[str, Any], Doc(title="t")),
    (bytes, "abc"),
    (Annotated[list[Old | New], "reducer"], [New("a"), Old(name="a"), {"name": "a"}]),
    (State, {"when": "now", "docs": {"title": "t"}, "other": {1}}),
    (State, [1]),
]


@pytest.mark.parametrize(("declared", "value"), CASES, ids=str)
def test_a_value_of_another_type_comes_back_as_it_was(declared: Any, value: Any) -> None:
    assert same(decode(encode(value, declared, types=TYPES), declared, types=TYPES), value)


@given(st.sampled_from(DECLARED), values)
def test_any_value_survives_any_declared_type(declared: Any, value: Any) -> None:
    text = encode(value, declared, types=TYPES)
    assert same(decode(text, declared, types=TYPES), value)
