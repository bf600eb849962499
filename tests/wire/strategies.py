"""Values to draw: plain JSON, everything of the closed list, and texts that look like tags."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, timedelta, timezone
from enum import Enum, Flag, StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from pydantic import BaseModel, PrivateAttr

from temporal_pregel.types import Command, Overwrite, Send


class Color(Enum):
    RED = "red"
    TWO = 2
    PAIR = (1, 2)


class Shout(StrEnum):
    HEY = "hey"


class Right(Flag):
    READ = 1
    WRITE = 2


@dataclass
class Leaf:
    name: str
    tags: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Tree:
    left: Leaf | Tree | None
    label: Any = None


class Point(NamedTuple):
    x: int
    y: Any = 0


class Doc(BaseModel):
    title: str
    leaf: Leaf | None = None
    extra: Any = None


class Secretive(BaseModel):
    shown: int
    _hidden: list[Any] = PrivateAttr(default_factory=list)


CLASSES = (Color, Shout, Right, Tree, Point, Doc, Secretive)

keys = st.text(max_size=5) | st.sampled_from(["$set", "$$set", "$", "$ref", "$plain", "$object", "a", "\ud800", "\x00"])
plain_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
plain = st.recursive(
    plain_scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
zones = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30, seconds=7)), ZoneInfo("Europe/Berlin")])
hashable = st.one_of(
    plain_scalars,
    st.integers(min_value=2**64, max_value=2**80),
    st.sampled_from([math.inf, -math.inf, -0.0]),
    st.binary(max_size=6),
    st.datetimes(timezones=zones),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.decimals(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.builds(Path, st.text("ab/.", max_size=5)),
    st.sampled_from([*Color, *Shout, *Right, Right.READ | Right.WRITE, Right(0)]),
)


def _secretive(shown: int, hidden: list[Any]) -> Secretive:
    made = Secretive(shown=shown)
    made._hidden = hidden
    return made


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    leaves = st.builds(Leaf, name=st.text(max_size=3), tags=st.sets(st.text(max_size=3), max_size=3))
    return st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(keys, inner, max_size=3),
        st.dictionaries(hashable, inner, max_size=3),
        st.sets(hashable, max_size=3),
        st.frozensets(hashable, max_size=3),
        leaves,
        st.builds(Tree, left=st.none() | leaves, label=inner),
        st.builds(Point, x=st.integers(), y=inner),
        st.builds(lambda title, leaf, extra: Doc(title=title, leaf=leaf, extra=extra), st.just("t"), leaves, inner),
        st.builds(_secretive, st.integers(), st.lists(inner, max_size=2)),
        st.builds(Send, st.text(max_size=3), inner),
        st.builds(Overwrite, inner),
        st.builds(lambda update: Command(update=update, goto=["a"]), inner),
    )


values = st.recursive(hashable, _nested, max_leaves=10)
json_texts = st.recursive(
    plain_scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=2), max_leaves=12
)
"""Trees of JSON, of which many look like tags."""


def same(one: Any, other: Any) -> bool:
    """Equal, and of equal classes at every depth (1 is not True, 1.0 is not 1, a list no tuple)."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(map(str, one)) == list(map(str, other)) and all(
            same(a, b) and same(one[a], other[b]) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, set | frozenset):
        return one == other and sorted(map(repr, one)) == sorted(map(repr, other))
    if isinstance(one, BaseModel):
        return same(one.__dict__, other.__dict__) and same(one.__pydantic_private__, other.__pydantic_private__)
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
    if isinstance(one, float | complex):
        return repr(one) == repr(other)
    return bool(one == other)
