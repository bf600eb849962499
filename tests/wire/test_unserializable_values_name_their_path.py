"""What can't be written is an error in the task that wrote it, which says where the value stands and what to do."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any, TypedDict

import pytest

from temporal_pregel.wire.errors import UnserializableValue
from temporal_pregel.wire.values import TypeRegistry, encode, strict_values


@dataclass
class Known:
    inner: Any


@dataclass
class Unknown:
    inner: Any


class Clock(tzinfo):
    pass


class Word(str):
    pass


class State(TypedDict):
    docs: list[Known]
    seen: set[Any]
    pair: tuple[int, Known]


TYPES = TypeRegistry(State)


def fault(value: Any, declared: Any = Any, **options: Any) -> UnserializableValue:
    with pytest.raises(UnserializableValue) as caught:
        encode(value, declared, types=TYPES, **options)
    return caught.value


@pytest.mark.parametrize(
    ("value", "declared", "path"),
    [
        (object(), Any, "$"),
        ({"docs": [0, 1, 2, {"embedding": object()}]}, Any, "$.docs[3].embedding"),
        ({"a b": {"é": object()}}, Any, "$['a b'].é"),
        ({1: object()}, Any, "$['1']"),
        ((0, object()), Any, "$[1]"),
        ({object}, Any, "$[*]"),
        ({"docs": [Known(1), Known([object()])]}, State, "$.docs[1].inner[0]"),
        ({"seen": {object}}, State, "$.seen[*]"),
        ({"pair": (1, Known(object()))}, State, "$.pair[1].inner"),
        ({"docs": Known(object())}, State, "$.docs.inner"),
    ],
    ids=lambda part: part if isinstance(part, str) and part.startswith("$") else "",
)
def test_the_path_leads_to_the_value(value: Any, declared: Any, path: str) -> None:
    assert fault(value, declared).path == path


@pytest.mark.parametrize(
    "value",
    [
        Unknown(1),
        Word("a"),
        OrderedDict(a=1),
        defaultdict(list),
        bytearray(b"a"),
        PurePosixPath("a"),
        datetime(2025, 1, 1, tzinfo=Clock()),
        threading.Lock(),
        lambda: None,
        Known,
        iter([]),
        ValueError("x"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_the_closed_list_is_written(value: Any) -> None:
    assert fault({"x": value}).type is type(value)


def test_the_error_says_how_to_mend_it() -> None:
    assert "the graph's schemas" in str(fault(Unknown(1)))
    assert "Convert it with dict(…)" in str(fault(OrderedDict()))


def test_an_attribute_that_is_no_field_would_be_lost_and_is_refused() -> None:
    value = Known(1)
    value.later = 2  # type: ignore[attr-defined]
    assert "later" in str(fault(value))


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = [loop]
    assert "contains itself" in str(fault(loop))
    assert fault(loop).path.startswith("$.a[0].a[0]")
    assert len(str(fault(loop))) < 200


def test_a_value_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert "200 levels" in str(fault(deep))


def test_the_path_begins_where_the_caller_says() -> None:
    assert (
        fault([object()], path="graph 'g', node 'n', channel 'c': $").path == "graph 'g', node 'n', channel 'c': $[0]"
    )


def test_strict_values_gives_the_readers_copy() -> None:
    value = {"docs": [Known({1})]}
    copy = strict_values(value, State, types=TYPES)
    assert copy == value
    assert copy["docs"][0] is not value["docs"][0]


def test_strict_values_raises_the_same_error() -> None:
    with pytest.raises(UnserializableValue, match=r"^\$\.x: "):
        strict_values({"x": object()})
