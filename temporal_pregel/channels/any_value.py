"""A channel that does not mind several writers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel


class AnyValue(BaseChannel[Any, Any, Any]):
    """The last of the values written in a superstep, which are taken to be equal; a superstep without any clears it."""

    __slots__ = ()
    transient = True
    replaces = True

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        if values:
            return values[-1]
        return UNCHANGED if cell is MISSING else MISSING
