"""Sends as they come back from other people's serializers: those of savers and caches."""

from __future__ import annotations

from typing import Any

from temporal_pregel.types import Send


def as_send(item: Any) -> Any:
    """A Send, whichever library's, or what is left of one where its class could not be imported."""
    if hasattr(item, "node") and hasattr(item, "arg"):
        return item if isinstance(item, Send) else Send(item.node, item.arg, timeout=getattr(item, "timeout", None))
    if isinstance(item, (list, tuple)) and len(item) in (2, 3) and isinstance(item[0], str):
        return Send(item[0], item[1], timeout=item[2] if len(item) == 3 else None)
    return item
