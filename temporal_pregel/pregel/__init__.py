"""A compiled graph as people use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from temporal_pregel.pregel.main import Pregel

if TYPE_CHECKING:
    from temporal_pregel.pregel.building import ChannelWriteEntry, NodeBuilder

__all__ = ["ChannelWriteEntry", "NodeBuilder", "Pregel"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from temporal_pregel.pregel import building

    return getattr(building, name)
