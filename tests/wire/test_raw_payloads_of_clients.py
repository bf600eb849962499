"""Handlers take payloads raw: each comes out as JSON text, as a value or an envelope, or as one typed error."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter

from temporal_pregel.wire.errors import MalformedPayload, UndecodableValue
from temporal_pregel.wire.payloads import json_payload, parse, raw_json, raw_value
from temporal_pregel.wire.v1.run_pb2 import RunOptions
from temporal_pregel.wire.values import decode


def payload(encoding: str, data: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding.encode()}, data=data))


@pytest.mark.parametrize(
    ("given_payload", "text"),
    [
        (payload("json/plain", b'"yes"'), '"yes"'),  # temporal … --input '"yes"'
        (payload("json/plain", b' {"a":  1}\n'), ' {"a":  1}\n'),
        (payload("json/protobuf", b'{"name":"x"}'), '{"name":"x"}'),
        (payload("binary/null", b""), "null"),
        (payload("binary/plain", b"abc"), '{"$bytes":"YWJj"}'),
        (json_payload("5"), "5"),
        (raw_value("5"), "5"),
    ],
)
def test_a_value_is_its_json_text(given_payload: Any, text: str) -> None:
    assert raw_json(given_payload) == text


@pytest.mark.parametrize(
    ("given_payload", "fault"),
    [
        (payload("json/plain", b"{"), "bad_json"),
        (payload("json/plain", b""), "bad_json"),
        (payload("json/plain", b"[1,]"), "bad_json"),
        (payload("json/plain", b"Infinity"), "bad_json"),
        (payload("json/plain", b"\xff\xfe"), "not_utf8"),
        (payload("json/plain", b"[" * 100_000), "too_deep"),
        (payload("binary/encrypted", b"x"), "unknown_encoding"),
        (payload("binary/protobuf", b"x"), "unknown_encoding"),
        (payload("\x00", b""), "unknown_encoding"),
        (RawValue(Payload()), "unknown_encoding"),
        (payload("temporal_pregel/undecodable", b"x"), "undecodable"),
    ],
    ids=str,
)
def test_each_fault_has_its_name(given_payload: RawValue, fault: str) -> None:
    for read in (raw_json, lambda raw: parse(raw, RunOptions), lambda raw: parse(raw, dict[str, int])):
        with pytest.raises(MalformedPayload) as caught:
            read(given_payload)
        assert caught.value.fault == fault


def test_an_envelope_of_another_shape_is_refused() -> None:
    with pytest.raises(MalformedPayload) as caught:
        parse(raw_value('{"recursion_limit": "x"}'), RunOptions)
    assert caught.value.fault == "wrong_shape"


def test_a_value_of_another_type_is_refused_with_its_path() -> None:
    with pytest.raises(UndecodableValue, match=r"^\$\.a"):
        parse(raw_value('{"a": "monday"}'), dict[str, date])


def test_an_absent_argument_that_a_client_sends_as_null_is_the_default() -> None:
    assert parse(payload("binary/null", b""), RunOptions) == RunOptions()


@given(st.sampled_from(["json/plain", "json/protobuf", "binary/null", "binary/plain", "x"]), st.binary(max_size=20))
def test_no_payload_raises_anything_else(encoding: str, data: bytes) -> None:
    for kind in (RunOptions, Any, set[int]):
        with contextlib.suppress(MalformedPayload, UndecodableValue):
            parse(payload(encoding, data), kind)


@pytest.mark.parametrize("value", [{"a": [1, None, "é"]}, "x", 5, None], ids=str)
def test_what_python_clients_send_is_read(value: Any) -> None:
    (sent,) = pydantic_data_converter.payload_converter.to_payloads([value])
    assert decode(raw_json(sent)) == value
