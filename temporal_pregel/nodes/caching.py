"""By what a node's input is known in a cache."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from temporal_pregel.constants import TASKS
from temporal_pregel.core.ids import digest
from temporal_pregel.core.plan import Write
from temporal_pregel.nodes.sends import as_send
from temporal_pregel.types import CachePolicy

Namespace = tuple[str, ...]
Key = tuple[Namespace, str]
"""A cache's key: where, and what."""


class NodeCache(NamedTuple):
    """A node's policy, and where in a cache what it wrote is kept: under the name of its code and its own."""

    policy: CachePolicy
    namespace: Namespace

    def key(self, *args: Any, **kwargs: Any) -> Key:
        """The key of an input.

        Raises:
            Exception: whatever the policy's ``key_func`` raises (TypeError, PicklingError).
        """
        known = self.policy.key_func(*args, **kwargs)
        return self.namespace, digest(known if isinstance(known, str) else known.hex())

    def entry(self, writes: Iterable[Write]) -> tuple[list[Write], int | None]:
        """What a cache keeps of writes, and for how many seconds."""
        return list(writes), self.policy.ttl


def known_writes(kept: Sequence[Any]) -> list[Write]:
    """The writes that a cache kept."""
    return [(channel, as_send(value) if channel == TASKS else value) for channel, value in kept]


def node_cache(policy: CachePolicy | None, action: Any, *names: str) -> NodeCache | None:
    """What a node that runs ``action`` keeps; the last of ``names`` is its own.

    Raises:
        TypeError: ``policy`` is none.
    """
    if policy is None:
        return None
    if not hasattr(policy, "key_func"):  # LangGraph's is one, too
        raise TypeError(f"cache_policy of node {names[-1]!r} must be a CachePolicy, got {policy!r}")
    inner = getattr(action, "func", None) or getattr(action, "afunc", None) or action
    kind = inner if hasattr(inner, "__qualname__") else type(inner)
    return NodeCache(policy, ("temporal_pregel", f"{kind.__module__}.{kind.__qualname__}", *names))


def pickled(*args: Any, **kwargs: Any) -> bytes:
    """An input as bytes, the same for equal dicts and sets in whatever order. It is never read back."""
    import pickle

    return pickle.dumps((_ordered(args), _ordered(kwargs)), protocol=5)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "mapping", tuple(sorted(((_ordered(key), _ordered(item)) for key, item in value.items()), key=repr))
    if isinstance(value, (set, frozenset)):
        return "set", tuple(sorted(map(_ordered, value), key=repr))
    if isinstance(value, (list, tuple)):
        return tuple(map(_ordered, value))
    return value
