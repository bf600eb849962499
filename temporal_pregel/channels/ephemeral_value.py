"""A channel for one superstep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel


class EphemeralValue(BaseChannel[Any, Any, Any]):
    """Holds a value for the superstep after the one that wrote it. With ``guard``, two values at once are an error."""

    __slots__ = ("guard",)
    transient = True
    replaces = True

    def __init__(self, typ: Any, guard: bool = True) -> None:
        super().__init__(typ)
        self.guard = guard

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        if not values:
            return UNCHANGED if cell is MISSING else MISSING
        if self.guard and len(values) > 1:
            raise self.refuse(
                "EphemeralValue(guard=True) can receive only one value per step. "
                "Use guard=False if you want to store any one of multiple values."
            )
        return values[-1]

    def _same(self, other: Any) -> bool:
        return bool(self.guard == other.guard)
