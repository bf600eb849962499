"""Our data converter knows envelopes; all else is converted as by the user's own, byte for byte."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload, WorkflowType
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
    PayloadConverter,
    WorkflowSerializationContext,
)

from temporal_pregel.wire.converter import data_converter
from temporal_pregel.wire.envelope import value
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.guard import GuardedCodec
from temporal_pregel.wire.payloads import json_payload, raw_value
from temporal_pregel.wire.v1.run_pb2 import RunOptions
from temporal_pregel.wire.v1.task_pb2 import Outcome, Write
from tests.wire.strategies import Leaf, plain

OUTCOME = Outcome(writes=[Write(channel="value", value=value("6"))])
THEIRS = [DataConverter.default, pydantic_data_converter]
MESSAGE = WorkflowType(name="x")
both = pytest.mark.parametrize("theirs", THEIRS, ids=["default", "pydantic"])


class Reversed(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata={"encoding": b"reversed"}, data=each.SerializeToString()[::-1]) for each in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(each.data[::-1]) for each in payloads]


class Shouting(PayloadConverter):
    """Not a composite of converters."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        return [Payload(metadata={"encoding": b"shout"}, data=f"{each}!".encode()) for each in values]

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        return [each.data.decode() for each in payloads]


@given(st.lists(plain | st.binary(), max_size=3), st.sampled_from(THEIRS))
def test_other_values_have_the_bytes_they_had(values: list[Any], theirs: DataConverter) -> None:
    ours = data_converter(theirs)
    payloads = theirs.payload_converter.to_payloads(values)
    assert ours.payload_converter.to_payloads(values) == payloads
    assert ours.payload_converter.from_payloads(payloads) == theirs.payload_converter.from_payloads(payloads)


@both
@pytest.mark.parametrize("other", [Leaf("a"), datetime(2025, 1, 1), MESSAGE], ids=str)
def test_other_classes_too(theirs: DataConverter, other: Any) -> None:
    payloads = theirs.payload_converter.to_payloads([other])
    assert data_converter(theirs).payload_converter.to_payloads([other]) == payloads
    assert data_converter(theirs).payload_converter.from_payloads(payloads, [type(other)]) == [other]


@both
def test_an_envelope_is_plain_json_among_other_values(theirs: DataConverter) -> None:
    converter = data_converter(theirs).payload_converter
    payloads = converter.to_payloads([{"draft": "hello"}, OUTCOME, None])
    assert payloads[1] == Payload(
        metadata={"encoding": b"json/plain"}, data=b'{"writes":[{"channel":"value","value":6}]}'
    )
    assert converter.from_payloads(payloads, [dict, Outcome, type(None)]) == [{"draft": "hello"}, OUTCOME, None]


def test_a_converter_that_is_no_composite_works() -> None:
    converter = data_converter(DataConverter(payload_converter_class=Shouting)).payload_converter
    assert converter.from_payloads(converter.to_payloads(["a", OUTCOME]), [str, Outcome]) == ["a!", OUTCOME]


def test_raw_values_pass() -> None:
    converter = data_converter().payload_converter
    assert converter.to_payloads([raw_value('"yes"')]) == [json_payload('"yes"')]
    assert converter.from_payloads([json_payload("1")], [RawValue])[0].payload == json_payload("1")


def test_nothing_given_for_options_is_options_by_default() -> None:
    converter = data_converter().payload_converter
    assert converter.from_payloads(converter.to_payloads([None]), [RunOptions]) == [RunOptions()]


def test_a_malformed_envelope_is_the_typed_error() -> None:
    with pytest.raises(MalformedPayload):
        data_converter().payload_converter.from_payloads([json_payload("[]")], [Outcome])


def test_applying_it_twice_is_applying_it_once() -> None:
    ours = data_converter(dataclasses.replace(pydantic_data_converter, payload_codec=Reversed()))
    assert data_converter(ours) is ours


def test_codec_and_failure_converter_stay() -> None:
    codec, failures = Reversed(), DefaultFailureConverterWithEncodedAttributes
    ours = data_converter(DataConverter(payload_codec=codec, failure_converter_class=failures))
    assert isinstance(ours.payload_codec, GuardedCodec)
    assert ours.payload_codec.codec is codec
    assert ours.failure_converter_class is failures


async def test_an_envelope_goes_through_the_users_codec() -> None:
    ours = data_converter(DataConverter(payload_codec=Reversed()))
    payloads = await ours.encode([OUTCOME, 1])
    assert payloads[0].metadata["encoding"] == b"reversed"
    assert await ours.decode(payloads, [Outcome, int]) == [OUTCOME, 1]


def test_a_serialization_context_reaches_the_inner_converter() -> None:
    context = WorkflowSerializationContext(namespace="default", workflow_id="t1")
    ours = data_converter().with_context(context)
    assert ours.payload_converter.to_payloads([OUTCOME]) == data_converter().payload_converter.to_payloads([OUTCOME])
