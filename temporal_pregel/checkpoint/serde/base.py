"""What savers write values with. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.checkpoint.serde.base import (
        CipherProtocol,
        SerializerCompat,
        SerializerProtocol,
        UntypedSerializerProtocol,
        maybe_add_typed_methods,
    )

__all__ = [
    "CipherProtocol",
    "SerializerCompat",
    "SerializerProtocol",
    "UntypedSerializerProtocol",
    "maybe_add_typed_methods",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.checkpoint.serde.base", __all__, CHECKPOINT)
