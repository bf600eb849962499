"""How savers write values unless told otherwise. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.checkpoint.serde.jsonplus import (
        InvalidModuleError,
        JsonPlusSerializer,
    )

__all__ = [
    "InvalidModuleError",
    "JsonPlusSerializer",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.checkpoint.serde.jsonplus", __all__, CHECKPOINT)
