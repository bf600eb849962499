"""Values that travel by reference: where a process keeps them, and how it gets those it lacks (invariant 9).

Workflow code puts a value's text in when it refers to it in an assignment; activities of the same process find it
there. Others ask the run itself, in pieces below the server's payload limit, and no value twice at the same time in
one process: the first task that needs a value fetches it, the others wait for it. The key is the content's digest, so
nothing can be stale.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

CAPACITY: Final = 256 * 1024 * 1024
"""Characters kept at most; the least recently used go first."""

Fetch = Callable[[], Awaitable[str]]


class StateCache:
    """Texts by digest. Safe to use from workflow threads and the event loop at once."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._flights: dict[tuple[int, str], asyncio.Future[str]] = {}

    def put(self, digest: str, text: str) -> None:
        """Keep a text."""
        with self._lock:
            if digest in self._texts:
                self._texts.move_to_end(digest)
                return
            self._texts[digest] = text
            self._size += len(text)
            while self._size > self._capacity and len(self._texts) > 1:
                _, dropped = self._texts.popitem(last=False)
                self._size -= len(dropped)

    def get(self, digest: str) -> str | None:
        """A text that is here."""
        with self._lock:
            text = self._texts.get(digest)
            if text is not None:
                self._texts.move_to_end(digest)
            return text

    def clear(self) -> None:
        """Forget everything, as a new process would have."""
        with self._lock:
            self._texts.clear()
            self._size = 0

    async def obtain(self, digest: str, fetch: Fetch) -> str:
        """The text of a digest: from here, from a fetch that is under way, or from ``fetch``.

        Raises:
            Exception: what ``fetch`` raised, to everyone who waited for it.
        """
        found = self.get(digest)
        if found is not None:
            return found
        loop = asyncio.get_running_loop()
        key = (id(loop), digest)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.ensure_future(self._fly(digest, fetch))
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        # Shielded: whoever gives up must not take the value away from the others.
        return await asyncio.shield(flight)

    async def _fly(self, digest: str, fetch: Fetch) -> str:
        text = await fetch()
        self.put(digest, text)
        return text


CACHE: Final = StateCache()
"""This process's."""
