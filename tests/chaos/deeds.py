"""What nodes have done, told by the nodes themselves: a line in a file at the start and at the end of each.

The file outlives a worker that is killed, and a line of `O_APPEND` is written whole or not at all.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from temporal_pregel.runtime import get_runtime

FILE = "DEEDS_FILE"
SLOW = "DEEDS_SECONDS"
"""How long each deed takes at least."""


@contextmanager
def deed(name: str) -> Iterator[None]:
    """Tell that the node's task begins with what follows, take the time that the environment says, and tell the end."""
    key = get_runtime().execution_info.idempotency_key
    _tell("start", key, name)
    time.sleep(float(os.environ.get(SLOW, "0")))
    yield
    _tell("end", key, name)


def _tell(what: str, key: str, name: str) -> None:
    if FILE not in os.environ:
        return
    file = os.open(os.environ[FILE], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, f"{what}\t{key}\t{os.getpid()}\t{name}\n".encode())
    finally:
        os.close(file)


@dataclass(frozen=True)
class Deeds:
    """How often each task was begun and ended, by idempotency key."""

    begun: Counter[str]
    ended: Counter[str]

    @classmethod
    def read(cls, file: Path) -> Deeds:
        """All that were told so far."""
        counts: dict[str, Counter[str]] = {"start": Counter(), "end": Counter()}
        for line in file.read_text().splitlines() if file.exists() else ():
            what, key, _, _ = line.split("\t")
            counts[what][key] += 1
        return cls(counts["start"], counts["end"])
