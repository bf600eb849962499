"""Channels that hold one value: the last that was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel
from temporal_pregel.errors import ErrorCode

ONE_PER_STEP = "Can receive only one value per step. Use an Annotated key to handle multiple values."


class LastValue(BaseChannel[Any, Any, Any]):
    """The last value written; two in one superstep are an error, because neither is last."""

    __slots__ = ()
    replaces = True

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        if len(values) == 1:
            return values[0]
        if not values:
            return UNCHANGED
        raise self.refuse(ONE_PER_STEP, ErrorCode.INVALID_CONCURRENT_GRAPH_UPDATE)


class LastValueAfterFinish(BaseChannel[Any, Any, Any]):
    """The last value written, seen only once the graph has come to rest. A cell is ``(value, finished)``."""

    __slots__ = ()
    plain = False
    settles = True

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        return (values[-1], False) if values else UNCHANGED

    def read(self, cell: Any) -> Any:
        return cell[0] if cell is not MISSING and cell[1] else MISSING

    def consumed(self, cell: Any) -> Any:
        return MISSING if cell is not MISSING and cell[1] else UNCHANGED

    def finished(self, cell: Any) -> Any:
        return UNCHANGED if cell is MISSING or cell[1] else (cell[0], True)
