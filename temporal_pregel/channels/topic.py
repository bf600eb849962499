"""A channel that many may write to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel


class Topic(BaseChannel[Any, Any, Any]):
    """All values of the last superstep, in task order; with ``accumulate``, of all supersteps. A cell is a list."""

    __slots__ = ("accumulate",)

    def __init__(self, typ: Any, accumulate: bool = False) -> None:
        super().__init__(typ)
        self.accumulate = accumulate

    @property
    def transient(self) -> bool:  # type: ignore[override]
        return not self.accumulate

    @property
    def ValueType(self) -> Any:
        return Sequence[self.typ]  # type: ignore[name-defined]

    @property
    def UpdateType(self) -> Any:
        return self.typ | list[self.typ]  # type: ignore[name-defined]

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        held = cell if cell is not MISSING and self.accumulate else []
        new = list(held)
        for value in values:
            if isinstance(value, list):
                new.extend(value)
            else:
                new.append(value)
        if new:
            return new if len(new) != len(held) or not self.accumulate else UNCHANGED
        return UNCHANGED if cell is MISSING else MISSING

    def read(self, cell: Any) -> Any:
        return cell

    def _same(self, other: Any) -> bool:
        return bool(self.accumulate == other.accumulate)
