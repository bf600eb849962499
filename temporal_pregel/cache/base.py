"""What a cache is. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.cache.base import (
        BaseCache,
        FullKey,
        Namespace,
        ValueT,
    )

__all__ = [
    "BaseCache",
    "FullKey",
    "Namespace",
    "ValueT",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.cache.base", __all__, CHECKPOINT)
