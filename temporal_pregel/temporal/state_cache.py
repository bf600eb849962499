"""Values that travel by reference: where a process keeps them (invariant 9).

Workflow code puts a value's text in when it refers to it in an assignment; activities of the same process find it
there. Others ask the run itself (see `fetching`). The key is the content's digest, so nothing can be stale.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

CAPACITY: Final = 256 * 1024 * 1024
"""Characters kept at most; the least recently used go first."""


class StateCache:
    """Texts by digest. Safe to use from workflow threads and the event loop at once."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

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


CACHE: Final = StateCache()
"""This process's."""
