"""Every id, derived from what it names: the same after replay, worker loss and continue-as-new (invariant 4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from temporal_pregel.constants import NS_END, NS_SEP


@cache
def _hash() -> Callable[..., Any]:
    from hashlib import blake2b  # which loads OpenSSL: most runs without a checkpointer have no use for it

    return blake2b


def digest(text: str) -> str:
    """128 bits of a hash of ``text``, as 32 hex digits."""
    hashed: str = _hash()(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return hashed


def _as_uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(maxsize=1024)
def checkpoint_id(thread: str, ns: str, position: int) -> str:
    """The id of the ``position``-th checkpoint of a thread's namespace.

    It has a UUID's shape, version 6, with the position where the time would be: ids of one namespace sort in the
    order in which they were made.
    """
    rest = _thread_digits(thread, ns)
    return f"{position >> 28 & 0xFFFFFFFF:08x}-{position >> 12 & 0xFFFF:04x}-6{position & 0xFFF:03x}-{rest}"


@lru_cache(maxsize=1024)
def _thread_digits(thread: str, ns: str) -> str:
    rest = digest(f"{thread}\0{ns}")
    return f"8{rest[:3]}-{rest[3:15]}"


@lru_cache(maxsize=1024)
def position_of(checkpoint: str) -> int:
    """The position that `checkpoint_id` put into an id; -1 if it is none of ours."""
    try:
        high, middle, low = checkpoint.split("-")[:3]
        return int(high, 16) << 28 | int(middle, 16) << 12 | int(low[1:], 16)
    except ValueError:
        return -1


def task_id(checkpoint: str, ns: str, step: int, name: str, kind: str, rest: str) -> str:
    """The id of a task: ``rest`` is its triggers (a PULL) or its index (a PUSH)."""
    return _as_uuid(digest(f"{checkpoint}\0{ns}\0{step}\0{name}\0{kind}\0{rest}"))


def child_ns(ns: str, name: str, task: str) -> str:
    """The namespace of a graph that runs inside a task."""
    here = f"{name}{NS_END}{task}"
    return f"{ns}{NS_SEP}{here}" if ns else here


def message_id(run: str, place: str) -> str:
    """The id of a message that code between tasks makes, at ``place`` in ``run``."""
    return _as_uuid(digest(f"{run}\0{place}"))


def interrupt_id(task_ns: str, answered: int) -> str:
    """The id of a task's next question, once it has ``answered`` answers."""
    return digest(f"{task_ns}{NS_SEP}{answered}" if answered else task_ns)
