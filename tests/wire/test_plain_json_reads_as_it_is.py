"""A value that JSON can say is written as json.dumps writes it, and read as json.loads reads it."""

from __future__ import annotations

import json
from typing import Any, TypedDict

from hypothesis import given

from temporal_pregel.wire.tags import is_tag
from temporal_pregel.wire.values import decode, encode
from tests.wire.strategies import plain, same


class State(TypedDict):
    value: int
    notes: list[str]
    rest: dict[str, Any]


def looks_like_a_tag(value: Any) -> bool:
    if isinstance(value, dict):
        (first, *others) = [*value, None]
        return (not others[:-1] and str(first).startswith("$")) or any(map(looks_like_a_tag, value.values()))
    return isinstance(value, list) and any(map(looks_like_a_tag, value))


def by_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(plain)
def test_a_plain_value_has_the_text_of_json_dumps(value: Any) -> None:
    if not looks_like_a_tag(value):
        assert encode(value) == by_json(value)


@given(plain)
def test_a_plain_text_is_read_as_json_reads_it(value: Any) -> None:
    if not looks_like_a_tag(value):
        assert same(decode(json.dumps(value)), value)


def test_keys_keep_their_order() -> None:
    assert encode({"b": 1, "a": {"d": 2, "c": 3}}) == '{"b":1,"a":{"d":2,"c":3}}'


def test_a_schema_of_json_types_changes_nothing() -> None:
    value = {"value": 5, "notes": ["é", "\u2028"], "rest": {"x": None}, "unknown": 1.5}
    assert encode(value, State) == by_json(value)
    assert same(decode(by_json(value), State), value)


def test_a_large_integer_is_exact() -> None:
    assert encode(2**64 + 1) == str(2**64 + 1)
    assert decode(str(-(10**400))) == -(10**400)


def test_a_lone_surrogate_survives_and_can_be_sent() -> None:
    text = encode({"a": "\udc80"})
    assert text.encode() == b'{"a":"\\udc80"}'
    assert decode(text) == {"a": "\udc80"}


def test_a_tag_is_one_key_with_one_dollar() -> None:
    assert is_tag({"$set": []})
    assert not is_tag({"$$set": []})
    assert not is_tag({"$set": [], "a": 1})
