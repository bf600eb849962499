"""Channels that wait for several writers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel


class NamedBarrierValue(BaseChannel[Any, Any, Any]):
    """Available, as None, once every one of ``names`` was written. A cell is the sorted tuple of the names seen."""

    __slots__ = ("names",)
    plain = False

    def __init__(self, typ: Any, names: set[str]) -> None:
        super().__init__(typ)
        self.names = frozenset(names)

    def seed(self) -> Any:
        return ()

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        for value in values:
            if value not in self.names:
                raise self.refuse(f"Value {value!r} not in {sorted(self.names)}")
        seen = set(cell)
        return UNCHANGED if seen.issuperset(values) else tuple(sorted(seen.union(values)))

    def read(self, cell: Any) -> Any:
        return None if len(cell) == len(self.names) else MISSING

    def consumed(self, cell: Any) -> Any:
        return () if len(cell) == len(self.names) else UNCHANGED

    def checkpoint(self) -> Any:
        return set(self.cell)

    def from_checkpoint(self, checkpoint: Any) -> Any:
        return super().from_checkpoint(checkpoint if checkpoint is MISSING else tuple(sorted(checkpoint)))

    def _same(self, other: Any) -> bool:
        return bool(self.names == other.names)


class NamedBarrierValueAfterFinish(NamedBarrierValue):
    """The same, but seen only once the graph has come to rest. A cell is ``(names seen, finished)``."""

    __slots__ = ()
    settles = True

    def seed(self) -> Any:
        return ((), False)

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        new = super().fold(cell[0], values)
        return UNCHANGED if new is UNCHANGED else (new, cell[1])

    def read(self, cell: Any) -> Any:
        return super().read(cell[0]) if cell[1] else MISSING

    def consumed(self, cell: Any) -> Any:
        return ((), False) if cell[1] and len(cell[0]) == len(self.names) else UNCHANGED

    def finished(self, cell: Any) -> Any:
        return (cell[0], True) if not cell[1] and len(cell[0]) == len(self.names) else UNCHANGED

    def checkpoint(self) -> Any:
        return set(self.cell[0]), self.cell[1]

    def from_checkpoint(self, checkpoint: Any) -> Any:
        if checkpoint is not MISSING:
            checkpoint = (tuple(sorted(checkpoint[0])), bool(checkpoint[1]))
        return BaseChannel.from_checkpoint(self, checkpoint)
