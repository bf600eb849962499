"""Payloads in and out, for handlers that take them raw: every fault of a client comes as one typed error."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from temporal_pregel.wire.envelope import check_json, from_text, is_envelope
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.scalars import dump_bytes
from temporal_pregel.wire.values import TypeRegistry, decode

ENCODING = "encoding"
JSON_PLAIN = b"json/plain"
BINARY_NULL = b"binary/null"
BINARY_PLAIN = b"binary/plain"
JSON_PROTOBUF = b"json/protobuf"
UNDECODABLE = b"temporal_pregel/undecodable"
"""What the codec couldn't decode: the payload's bytes as they came, and the reason in its metadata."""
REASON = "reason"

M = TypeVar("M", bound=Message)


def json_payload(text: str) -> Payload:
    """A ``json/plain`` payload of a JSON text."""
    return Payload(metadata={ENCODING: JSON_PLAIN}, data=text.encode())


def raw_value(text: str) -> RawValue:
    """A JSON text as a result, an argument or an answer that reads as it is."""
    return RawValue(json_payload(text))


def raw_json(given: RawValue | Payload) -> str:
    """The JSON text of a user's value, as a client gave it.

    ``json/plain`` and ``json/protobuf`` are taken as they stand, ``binary/null`` is ``null``, ``binary/plain`` the
    tag of bytes.

    Raises:
        MalformedPayload: bad_json, unknown_encoding, undecodable, not_utf8 or too_deep.
    """
    payload = given.payload if isinstance(given, RawValue) else given
    encoding = payload.metadata.get(ENCODING, b"")
    if encoding in (JSON_PLAIN, JSON_PROTOBUF):
        text = _text(payload.data)
        check_json(text)
        return text
    if encoding == BINARY_NULL:
        return "null"
    if encoding == BINARY_PLAIN:
        return dumps({"$bytes": dump_bytes(payload.data)})
    raise _unreadable(payload, encoding)


@overload
def parse(given: RawValue | Payload, kind: type[M]) -> M: ...
@overload
def parse(given: RawValue | Payload, kind: Any = Any, *, types: TypeRegistry | None = None) -> Any: ...
def parse(given: RawValue | Payload, kind: Any = Any, *, types: TypeRegistry | None = None) -> Any:
    """An envelope, or a user's value of a declared type, that a client gave.

    Raises:
        MalformedPayload: the payload, or the envelope in it, isn't what it should be.
        UndecodableValue: the JSON is no value of the type.
    """
    if not is_envelope(kind):
        return decode(raw_json(given), kind, types=types, validate=True)
    payload = given.payload if isinstance(given, RawValue) else given
    encoding = payload.metadata.get(ENCODING, b"")
    if encoding in (JSON_PLAIN, JSON_PROTOBUF):
        return from_text(_text(payload.data), kind)
    if encoding == BINARY_NULL:
        return kind()
    raise _unreadable(payload, encoding)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedPayload("not_utf8", f"the payload is not UTF-8: {error}") from None


def _unreadable(payload: Payload, encoding: bytes) -> MalformedPayload:
    if encoding == UNDECODABLE:
        reason = payload.metadata.get(REASON, b"").decode(errors="replace")
        return MalformedPayload("undecodable", f"the codec can't decode the payload: {reason}")
    shown = encoding.decode(errors="backslashreplace") or "none"
    return MalformedPayload("unknown_encoding", f"the payload's encoding is {shown}; json/plain is needed.")
