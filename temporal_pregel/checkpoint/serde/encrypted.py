"""How savers write values that nobody else is to read. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.checkpoint.serde.encrypted import (
        EncryptedSerializer,
    )

__all__ = [
    "EncryptedSerializer",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.checkpoint.serde.encrypted", __all__, CHECKPOINT)
