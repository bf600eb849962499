"""What the user's codec can't decode reaches the handler, marked; what it can't encode, or not just now, is raised."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.converter import DataConverter, PayloadCodec

from temporal_pregel.wire.converter import data_converter
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.guard import GuardedCodec
from temporal_pregel.wire.payloads import UNDECODABLE, json_payload, raw_json

GOOD = json_payload('"yes"')
GARBAGE = Payload(metadata={"encoding": b"binary/zlib"}, data=b"garbage")


class Squeezed(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": b"binary/zlib"}, data=zlib.compress(each.SerializeToString()))
            for each in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(zlib.decompress(each.data)) for each in payloads]


class InvalidTag(Exception):
    """As cryptography's: of no common base class."""


class HTTPError(Exception):
    """As a client library's."""

    __module__ = "httpx"


class Failing(PayloadCodec):
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        raise self.error

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        raise self.error


async def test_what_can_be_decoded_is_decoded_beside_what_cannot() -> None:
    guard = GuardedCodec(Squeezed())
    (squeezed,) = await guard.encode([GOOD])
    good, marked = await guard.decode([squeezed, GARBAGE])
    assert good == GOOD
    assert (marked.metadata["encoding"], marked.data) == (UNDECODABLE, GARBAGE.data)


async def test_the_handler_gets_the_reason_as_a_typed_error() -> None:
    converter = data_converter(DataConverter(payload_codec=Squeezed()))
    (raw,) = await converter.decode([GARBAGE], [RawValue])
    with pytest.raises(MalformedPayload, match="error: Error -3") as caught:
        raw_json(raw)
    assert caught.value.fault == "undecodable"


async def test_what_is_marked_stays_so() -> None:
    guard = GuardedCodec(Squeezed())
    marked = await guard.decode([GARBAGE])
    assert await guard.decode(marked) == marked


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), InvalidTag(), AssertionError()], ids=repr)
async def test_a_fault_of_the_payload_is_marked(error: Exception) -> None:
    (marked,) = await GuardedCodec(Failing(error)).decode([GOOD])
    assert type(error).__name__ in marked.metadata["reason"].decode()


@pytest.mark.parametrize("error", [ConnectionError("x"), TimeoutError(), HTTPError("503"), ImportError()], ids=repr)
async def test_a_codec_that_cannot_work_just_now_fails_so_that_it_is_tried_again(error: Exception) -> None:
    with pytest.raises(type(error)):
        await GuardedCodec(Failing(error)).decode([GOOD])


async def test_encoding_errors_are_raised() -> None:
    with pytest.raises(ValueError, match="no key"):
        await GuardedCodec(Failing(ValueError("no key"))).encode([GOOD])
