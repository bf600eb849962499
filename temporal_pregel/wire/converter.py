"""The data converter of a client that runs graphs: the user's own, which also knows our envelopes.

Envelopes are plain JSON (``json/plain``), for the reader of the UI and for any client. Everything else is converted by
the converter that stood there before, byte for byte as before, whatever kind of converter that is.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, ClassVar

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    DefaultPayloadConverter,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
)

from temporal_pregel.wire.envelope import is_envelope, to_text
from temporal_pregel.wire.guard import GuardedCodec
from temporal_pregel.wire.payloads import json_payload, parse


class EnvelopeConverter(PayloadConverter, WithSerializationContext):
    """Envelopes here, the rest to the converter of ``inner_class``. Subclasses are made by `converter_class`."""

    inner_class: ClassVar[type[PayloadConverter]] = DefaultPayloadConverter

    def __init__(self, inner: PayloadConverter | None = None) -> None:
        self.inner = self.inner_class() if inner is None else inner

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """See base class."""
        if not any(is_envelope(type(value)) for value in values):
            return self.inner.to_payloads(values)
        payloads: list[Payload] = []
        for value in values:
            if is_envelope(type(value)):
                payloads.append(json_payload(to_text(value)))
            else:
                payloads.extend(self.inner.to_payloads([value]))
        return payloads

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """See base class.

        Raises:
            MalformedPayload: for the hint of an envelope, what is no such envelope.
        """
        if not type_hints or not any(map(is_envelope, type_hints)):
            return self.inner.from_payloads(payloads, type_hints)
        values: list[Any] = []
        for payload, hint in zip_longest(payloads, type_hints[: len(payloads)]):
            if is_envelope(hint):
                values.append(parse(payload, hint))
            else:
                values.extend(self.inner.from_payloads([payload], None if hint is None else [hint]))
        return values

    def with_context(self, context: SerializationContext) -> EnvelopeConverter:
        """The same around the inner converter with this context."""
        if not isinstance(self.inner, WithSerializationContext):
            return self
        inner = self.inner.with_context(context)
        return self if inner is self.inner else type(self)(inner)


@functools.cache
def converter_class(inner: type[PayloadConverter]) -> type[EnvelopeConverter]:
    """The converter class around another one. Given its own result, that result."""
    if issubclass(inner, EnvelopeConverter):
        return inner
    return type(f"Envelope{inner.__name__}", (EnvelopeConverter,), {"inner_class": inner, "__module__": __name__})


def data_converter(user: DataConverter = DataConverter.default) -> DataConverter:
    """The user's data converter with our envelopes and our guard. Codec, storage and failure converter stay.

    Given its own result, that result.
    """
    converter, codec = converter_class(user.payload_converter_class), user.payload_codec
    if codec is not None and not isinstance(codec, GuardedCodec):
        codec = GuardedCodec(codec)
    if converter is user.payload_converter_class and codec is user.payload_codec:
        return user
    return dataclasses.replace(user, payload_converter_class=converter, payload_codec=codec)
