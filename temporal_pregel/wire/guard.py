"""A codec that refuses nothing: what can't be decoded goes on to the handler, marked, and is refused there.

Payloads are decoded before any code of a workflow runs. If garbage fails there, the workflow task fails, again and
again, and the run hangs until somebody resets it. Only faults of the payload are marked. A codec that can't reach its
keys just now must fail the task, so that it is tried again: to mark it would refuse a good signal for ever.
"""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec, SerializationContext, WithSerializationContext

from temporal_pregel.wire.payloads import ENCODING, REASON, UNDECODABLE

PASSING_ERRORS: tuple[type[BaseException], ...] = (OSError, TimeoutError, MemoryError, ImportError)
"""Errors of a codec that say nothing about the payload."""
PASSING_MODULES = frozenset(
    {
        *("aiohttp", "httpcore", "httpx", "requests", "urllib3"),
        *("azure", "boto3", "botocore", "google", "grpc", "hvac", "temporalio"),
    }
)
"""Packages whose errors are about a connection. (protobuf's DecodeError is the exception among google's.)"""
_LONGEST_REASON = 300


class GuardedCodec(PayloadCodec, WithSerializationContext):
    """The user's codec, decoding what it can."""

    def __init__(self, codec: PayloadCodec) -> None:
        self.codec = codec

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """As the user's codec. Its errors are raised."""
        return await self.codec.encode(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """As the user's codec, but a payload at fault comes back with the encoding ``temporal_pregel/undecodable``."""
        if not any(map(_is_marked, payloads)):
            try:
                return await self.codec.decode(payloads)
            except Exception as error:
                if is_passing(error):
                    raise
        return [decoded for payload in payloads for decoded in await self._decode_one(payload)]

    async def _decode_one(self, payload: Payload) -> list[Payload]:
        if _is_marked(payload):
            return [payload]
        try:
            return await self.codec.decode([payload])
        except Exception as error:
            if is_passing(error):
                raise
            return [_marked(payload, error)]

    def with_context(self, context: SerializationContext) -> GuardedCodec:
        """The same around the user's codec with this context."""
        if not isinstance(self.codec, WithSerializationContext):
            return self
        codec = self.codec.with_context(context)
        return self if codec is self.codec else GuardedCodec(codec)


def is_passing(error: BaseException) -> bool:
    """Whether another try, later, may go well."""
    if isinstance(error, PASSING_ERRORS):
        return True
    module = type(error).__module__
    return module.partition(".")[0] in PASSING_MODULES and not module.startswith("google.protobuf")


def _is_marked(payload: Payload) -> bool:
    return payload.metadata.get(ENCODING) == UNDECODABLE


def _marked(payload: Payload, error: Exception) -> Payload:
    reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
    return Payload(metadata={ENCODING: UNDECODABLE, REASON: reason.encode(errors="replace")}, data=payload.data)
