"""Where no type is declared, what is read is equal to what was written and of the same classes."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given

from temporal_pregel.types import Command, Interrupt, Send
from temporal_pregel.wire.values import TypeRegistry, decode, encode
from tests.wire.strategies import CLASSES, Doc, json_texts, keys, plain, same, values

TYPES = TypeRegistry(*CLASSES)


@given(values)
def test_every_value_of_the_closed_list_survives(value: Any) -> None:
    text = encode(value, types=TYPES)
    assert same(decode(text, types=TYPES), value)
    assert encode(decode(text, types=TYPES), types=TYPES) == text


@given(values)
def test_the_text_is_json_that_can_be_sent(value: Any) -> None:
    json.loads(encode(value, types=TYPES).encode())


@given(keys, plain)
def test_a_dict_that_looks_like_a_tag_stays_a_dict(key: str, value: Any) -> None:
    assert same(decode(encode({key: value})), {key: value})


@given(json_texts)
def test_any_json_a_user_holds_as_data_stays_data(value: Any) -> None:
    assert same(decode(encode(value)), value)


def test_numbers_that_json_lacks_are_tagged() -> None:
    assert encode([math.inf, 1.5]) == '[{"$float":"inf"},1.5]'
    assert math.isnan(decode(encode(math.nan)))


def test_an_integer_longer_than_python_writes_in_decimal_survives() -> None:
    assert decode(encode([10**6000, -(10**6000)])) == [10**6000, -(10**6000)]


def test_keys_that_are_no_strings_are_tagged() -> None:
    assert encode({1: "a", "1": "b"}) == '{"$map":[[1,"a"],["1","b"]]}'


def test_a_doubled_dollar_is_what_a_person_sees_of_an_escaped_key() -> None:
    assert encode({"$ref": "#/defs/a"}) == '{"$$ref":"#/defs/a"}'


def test_a_decimal_keeps_its_digits() -> None:
    assert str(decode(encode(Decimal("1.500")))) == "1.500"


def test_a_named_time_zone_and_a_fold_are_kept() -> None:
    when = datetime(2025, 10, 26, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    back = decode(encode(when))
    assert (back, back.tzinfo, back.fold, back.utcoffset()) == (when, when.tzinfo, 1, when.utcoffset())


def test_words_of_graphs_are_written_without_their_defaults() -> None:
    assert encode(Command(goto=[Send("n", 1)])) == '{"$command":{"goto":[{"$send":{"node":"n","arg":1}}]}}'
    assert decode(encode(Interrupt("Publish?", "9f"))).value == "Publish?"


def test_a_class_is_written_by_its_short_name() -> None:
    assert encode(Doc(title="t"), types=TYPES) == '{"$object":["Doc",{"title":"t","leaf":null,"extra":null}]}'


def test_a_set_of_mixed_values_has_one_text_in_every_process() -> None:
    code = (
        "from temporal_pregel.wire.values import encode; print(encode({'b', 'a', 1, (2, 'x'), None, frozenset('zyx')}))"
    )
    seeds = ("0", "1", "2")
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in seeds
    }
    assert len(texts) == 1
