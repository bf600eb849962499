"""A channel that no checkpoint keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.base import UNCHANGED, BaseChannel


class UntrackedValue(BaseChannel[Any, Any, Any]):
    """The last value written, for as long as the run lives in this process. With ``guard``, two at once are an
    error."""

    __slots__ = ("guard",)
    tracked = False
    replaces = True

    def __init__(self, typ: Any, guard: bool = True) -> None:
        super().__init__(typ)
        self.guard = guard

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        if not values:
            return UNCHANGED
        if self.guard and len(values) > 1:
            raise self.refuse(
                "UntrackedValue(guard=True) can receive only one value per step. "
                "Use guard=False if you want to store any one of multiple values."
            )
        return values[-1]

    def _same(self, other: Any) -> bool:
        return bool(self.guard == other.guard)
