"""What savers know of channels. From the langgraph-checkpoint distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporal_pregel._internal._borrowed import CHECKPOINT, borrowed

if TYPE_CHECKING:
    from langgraph.checkpoint.serde.types import (
        ERROR,
        INTERRUPT,
        RESUME,
        SCHEDULED,
        TASKS,
        ChannelProtocol,
        SendProtocol,
    )

__all__ = [
    "ERROR",
    "INTERRUPT",
    "RESUME",
    "SCHEDULED",
    "TASKS",
    "ChannelProtocol",
    "SendProtocol",
]

__getattr__, __dir__ = borrowed(__name__, "langgraph.checkpoint.serde.types", __all__, CHECKPOINT)
