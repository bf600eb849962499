"""A cache in this process. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.cache.memory import (
        InMemoryCache,
    )

__all__ = [
    "InMemoryCache",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.cache.memory", __all__, CHECKPOINT)
