"""Whatever JSON arrives, decoding gives a value of known classes or one typed error; it imports and runs nothing."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.tags import Tags
from temporal_pregel.wire.values import TypeRegistry, decode, encode
from tests.wire.strategies import CLASSES, Color, Doc, json_texts

RUN: list[str] = []


@dataclass
class Armed:
    value: Any

    def __post_init__(self) -> None:
        RUN.append("__post_init__")


class ArmedModel(BaseModel):
    value: Any

    def model_post_init(self, context: Any) -> None:
        RUN.append("model_post_init")


class Unnamed(BaseModel):
    value: Any


TYPES = TypeRegistry(*CLASSES, Armed, ArmedModel)
TAGS = sorted(Tags(TYPES)._decoders)
NAMES = [
    "Doc",
    "Armed",
    "Color",
    "Unnamed",
    "os.system",
    "builtins.eval",
    "temporal_pregel.types.Send",
    "tests.wire",
    "",
]
tagged = st.recursive(
    json_texts | st.sampled_from(NAMES),
    lambda inner: (
        st.builds(lambda tag, content: {tag: content}, st.sampled_from(TAGS), inner)
        | st.builds(
            lambda tag, name, content: {tag: [name, content]}, st.sampled_from(TAGS), st.sampled_from(NAMES), inner
        )
        | st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["node", "arg", "value", "id", "type", "title", "update", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(tagged, st.sampled_from([Any, Doc, list[Doc | Color], dict[str, set[Any]]]), st.booleans())
def test_any_json_gives_a_value_or_the_typed_error(tree: Any, declared: Any, validate: bool) -> None:
    loaded = set(sys.modules)
    with contextlib.suppress(UndecodableValue):
        decode(json.dumps(tree), declared, types=TYPES, validate=validate)
    assert set(sys.modules) == loaded


@given(st.text(max_size=30) | st.text('{}[]":,$0159eE+-.ntf', max_size=30))
def test_any_text_gives_a_value_or_the_typed_error(text: str) -> None:
    with contextlib.suppress(UndecodableValue):
        decode(text, types=TYPES)


@pytest.mark.parametrize("value", [Armed(1), ArmedModel(value=1)], ids=str)
def test_what_we_wrote_is_restored_without_the_code_of_its_class(value: Any) -> None:
    text, typed = encode(value, types=TYPES), encode(value, type(value), types=TYPES)
    RUN.clear()
    assert decode(text, types=TYPES) == value
    assert decode(typed, type(value), types=TYPES) == value
    assert RUN == []


@pytest.mark.parametrize(
    "name", ["Unnamed", "tests.wire.test_decoding_runs_nothing.Unnamed", "subprocess.Popen", 5, None]
)
def test_a_class_that_no_type_names_is_not_made(name: Any) -> None:
    with pytest.raises(UndecodableValue, match="no declared type names"):
        decode(json.dumps({"$object": [name, {"value": 1}]}), types=TYPES)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"$foo": 1}', r"unknown tag '\$foo'"),
        ('{"a": [{"$decimal": "x"}]}', r"\$\.a\[0\]: \$decimal can't be read"),
        ('{"$set": [[]]}', r"\$set can't be read"),
        ('{"$enum": ["Doc", "title"]}', "Doc is no Enum"),
        ("[NaN]", "no JSON: NaN is not JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "too deep"),
        ("9" * 5_000, "no JSON"),
    ],
)
def test_the_error_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UndecodableValue, match=says):
        decode(text, types=TYPES)


def test_a_name_that_two_classes_share_is_written_in_full() -> None:
    def other() -> type:
        class Doc(BaseModel):
            title: str

        return Doc

    types = TypeRegistry(Doc, second := other())
    assert decode(encode(Doc(title="a"), types=types), types=types) == Doc(title="a")
    assert decode(encode(second(title="a"), types=types), types=types) == second(title="a")
    with pytest.raises(UndecodableValue, match="several classes"):
        decode('{"$object":["Doc",{"title":"a"}]}', types=types)
