"""Sizes that the server, or good sense, sets. All in bytes of what is sent; checked when a value is committed.

A command above a limit fails the workflow task again and again, and the run looks stuck: so nothing may come near.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from temporal_pregel.wire.errors import ValueTooLarge

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be sent at once. The defaults fit a stock server.

    ``margin`` of each payload is left for what a codec adds and for the envelope around a value.
    """

    payload: int = 2 * MIB
    margin: int = 64 * 1024
    inline: int = 4 * 1024
    """A larger value is read by reference."""
    window: int = 3 * MIB
    """All commands of one workflow task together (the server's message limit is 4 MB)."""
    piece: int = MIB
    """One answer to a query for a large value."""
    run: int = 2 * MIB
    """History of a run after which it continues as new."""
    failure: int = 4 * 1024
    """The text of a failure that the server keeps in its mutable state."""
    window_tasks: int = 500
    """Activities scheduled in one workflow task."""
    pending_tasks: int = 2_000
    """Activities in flight."""

    @property
    def value(self) -> int:
        """The largest value that fits into a payload."""
        return self.payload - self.margin


DEFAULT = Limits()


def size_of(text: str) -> int:
    """Bytes of ``text`` in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def digest(text: str) -> str:
    """blake2b-128 of ``text`` in UTF-8: 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def check_size(
    size: int,
    what: str = "A value",
    *,
    limit: int | Callable[[Limits], int] = lambda limits: limits.value,
    limits: Limits = DEFAULT,
    graph: str | None = None,
    node: str | None = None,
    channel: str | None = None,
) -> int:
    """Return ``size``, in bytes.

    Raises:
        ValueTooLarge: it is above ``limit`` (a payload's, if not given).
    """
    largest = limit if isinstance(limit, int) else limit(limits)
    if size > largest:
        raise ValueTooLarge(what, size, largest, graph=graph, node=node, channel=channel)
    return size
