"""A value of its declared type is written as a person expects, without tags, and comes back equal."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NewType, NotRequired, TypedDict, TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, RootModel, field_validator

from temporal_pregel.wire.values import decode, encode
from tests.wire.strategies import same

T = TypeVar("T")
UserId = NewType("UserId", int)


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: Annotated[int, Field(ge=0)] = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    born: date | None = None


class Split(BaseModel):
    words: list[str]

    @field_validator("words", mode="before")
    @classmethod
    def split(cls, given: Any) -> Any:
        return given.split()  # fails on the list that it made


class Numbers(RootModel[list[int]]):
    pass


class Box(BaseModel, Generic[T]):
    content: T


@dataclass
class Node:
    name: str
    children: list[Node]


class State(TypedDict):
    when: NotRequired[datetime]
    pets: Annotated[list[Cat | Dog], lambda a, b: a + b]
    count: int


WHEN = datetime(2025, 1, 2, 3, 4, 5, 6)
CASES: list[tuple[Any, Any, str]] = [
    (set[int], {3, 1, 2}, "[1,2,3]"),
    (frozenset[str], frozenset({"b", "a"}), '["a","b"]'),
    (tuple[int, str], (1, "a"), '[1,"a"]'),
    (tuple[datetime, ...], (WHEN,), '["2025-01-02T03:04:05.000006"]'),
    (datetime, WHEN, '"2025-01-02T03:04:05.000006"'),
    (datetime | None, None, "null"),
    (date, date(2025, 1, 2), '"2025-01-02"'),
    (timedelta, timedelta(days=1, seconds=2.5), '"P1DT2.5S"'),
    (timedelta, timedelta(seconds=-5), '"-PT5S"'),
    (UUID, UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (Decimal, Decimal("1.10"), '"1.10"'),
    (Path, Path("/a/b"), '"/a/b"'),
    (bytes, b"abc", '{"$bytes":"YWJj"}'),
    (Mood, Mood.BAD, '"bad"'),
    (Literal[Mood.GOOD], Mood.GOOD, '"good"'),
    (dict[int, Mood], {2: Mood.GOOD}, '{"2":"good"}'),
    (dict[str, set[int]], {"$set": {1}}, '{"$$set":[1]}'),
    (UserId, 5, "5"),
    (Cat, Cat(), '{"kind":"cat","lives":9}'),
    (
        list[Cat | Dog],
        [Dog(born=date(2020, 2, 2)), Cat()],
        '[{"kind":"dog","born":"2020-02-02"},{"kind":"cat","lives":9}]',
    ),
    (Split, Split(words="a b"), '{"words":["a","b"]}'),  # type: ignore[arg-type]
    (Numbers, Numbers([1, 2]), "[1,2]"),
    (Box[date], Box[date](content=date(2020, 2, 2)), '{"content":"2020-02-02"}'),
    (Node, Node("a", [Node("b", [])]), '{"name":"a","children":[{"name":"b","children":[]}]}'),
    (IPv4Address, IPv4Address("10.0.0.1"), '"10.0.0.1"'),
    (deque[int], deque([1, 2]), "[1,2]"),
    (
        State,
        {"count": 1, "pets": [Cat()], "when": WHEN},
        '{"count":1,"pets":[{"kind":"cat","lives":9}],"when":"2025-01-02T03:04:05.000006"}',
    ),
]


@pytest.mark.parametrize(("declared", "value", "text"), CASES, ids=lambda case: str(case)[:40])
def test_a_value_of_its_type_has_the_expected_text_and_comes_back(declared: Any, value: Any, text: str) -> None:
    assert encode(value, declared) == text
    assert same(decode(text, declared), value)
