"""Envelopes are plain JSON in which a user's values stand as they are, and the same JSON from any hand is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.wire.envelope import from_text, to_text, value
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.v1.run_pb2 import RunOptions, StateView
from temporal_pregel.wire.v1.task_pb2 import Assignment, Interrupt, Outcome, Write
from temporal_pregel.wire.v1.value_pb2 import Field, Reference, Value
from temporal_pregel.wire.values import encode
from tests.wire.envelopes import KINDS, messages
from tests.wire.strategies import json_texts


def outcome_of(read: Callable[[], object]) -> str | None:
    try:
        read()
    except MalformedPayload as error:
        return error.fault
    return None


@given(st.sampled_from(KINDS).flatmap(messages))
def test_every_envelope_survives_as_json(message: Message) -> None:
    text = to_text(message)
    json.loads(text.encode())
    assert from_text(text, type(message)) == message


@given(st.sampled_from(KINDS).flatmap(messages))
def test_spaces_and_escapes_change_nothing(message: Message) -> None:
    read = from_text(json.dumps(json.loads(to_text(message)), indent=2, ensure_ascii=True), type(message))
    assert json.loads(to_text(read)) == json.loads(to_text(message))


def test_a_values_text_keeps_every_character() -> None:
    text = '{"writes": [{"channel": "c", "value":  {"b" : 1.50, "a":[ ]} }]}'
    assert from_text(text, Outcome).writes[0].value.json == '{"b" : 1.50, "a":[ ]}'


def test_an_outcome_reads_as_the_design_says() -> None:
    assert (
        to_text(Outcome(writes=[Write(channel="value", value=value("6"))]))
        == '{"writes":[{"channel":"value","value":6}]}'
    )


def test_named_values_read_as_one_object_in_their_order() -> None:
    view = StateView(status="waiting", values=[Field(key="b", value=value("1")), Field(key="a", value=value("null"))])
    assert to_text(view) == '{"status":"waiting","values":{"b":1,"a":null}}'


def test_a_reference_shows_as_one() -> None:
    held_elsewhere = Assignment(state=Value(ref=Reference(digest="9f", size=200_000)))
    assert to_text(held_elsewhere) == '{"state":{"$ref":{"digest":"9f","size":200000}}}'


def test_a_users_dict_called_ref_is_no_reference() -> None:
    asked = Interrupt(value=value(encode({"$ref": {"digest": "a", "size": 1}})))
    assert from_text(to_text(asked), Interrupt).value.HasField("json")


def test_options_by_hand() -> None:
    read = from_text(
        '{ "recursionLimit": 50, "keep_open": true, "configurable": {"user": "x"}, "plan": null }', RunOptions
    )
    assert read == RunOptions(recursion_limit=50, keep_open=True, configurable=[Field(key="user", value=value('"x"'))])


def test_a_null_value_is_there_and_a_missing_one_is_not() -> None:
    assert from_text('{"context": null}', RunOptions).context.json == "null"
    assert not from_text("{}", RunOptions).HasField("context")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "bad_json"),
        ("{", "bad_json"),
        ("{} x", "bad_json"),
        ('{"context": NaN}', "bad_json"),
        ("[]", "wrong_shape"),
        ('{"recursion_limt": 1}', "wrong_shape"),
        ('{"recursion_limit": "many"}', "wrong_shape"),
        ('{"recursion_limit": 1.5}', "wrong_shape"),
        ('{"recursion_limit": true}', "wrong_shape"),
        (f'{{"recursion_limit": {2**63}}}', "wrong_shape"),
        (f'{{"engine_version": {2**31}}}', "wrong_shape"),
        ('{"tags": "a"}', "wrong_shape"),
        ('{"tags": ["\\ud800"]}', "wrong_shape"),
        ('{"configurable": []}', "wrong_shape"),
        ('{"configurable": {"a": 1, "a" 2}}', "bad_json"),
        ('{"context": {"$ref": 5}}', "wrong_shape"),
        ('{"context": ' + "[" * 100_000, "too_deep"),
    ],
)
def test_what_is_no_envelope_is_refused(text: str, fault: str) -> None:
    with pytest.raises(MalformedPayload) as caught:
        from_text(text, RunOptions)
    assert caught.value.fault == fault


@given(
    json_texts | st.dictionaries(st.sampled_from([field.name for field in RunOptions.DESCRIPTOR.fields]), json_texts)
)
def test_any_json_is_an_envelope_or_refused(tree: Any) -> None:
    assert outcome_of(lambda: from_text(dumps(tree), RunOptions)) in (None, "wrong_shape")
