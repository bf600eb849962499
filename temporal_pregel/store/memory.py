"""A store in this process. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.store.memory import (
        InMemoryStore,
    )

__all__ = [
    "InMemoryStore",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.store.memory", __all__, CHECKPOINT)
