"""Which code can be stopped while it runs: async code, and runnables that are made of such."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from temporal_pregel.nodes.calls import is_async, is_runnable
from temporal_pregel.nodes.yielding import yields_async


def check_stoppable(name: str, action: Any) -> None:
    """Refuse a timeout for what can't be stopped.

    Raises:
        ValueError: a part of ``action`` is sync.
    """
    if not is_stoppable(action):
        raise ValueError(
            f"Node timeouts are only supported for async nodes: a sync function, as in node {name!r}, can't be stopped "
            "in its process. Make the node async, or leave its timeout out."
        )


def is_stoppable(action: Any) -> bool:
    """Whether every part of ``action`` has an async form of its own."""
    if not is_runnable(action):
        return is_async(action) or yields_async(action)
    parts = _parts(action)
    if parts is not None:
        return all(map(is_stoppable, parts))
    # What wraps functions has the async one, or none, under one of these names.
    return not hasattr(action, "func") or getattr(action, "afunc", None) is not None


def _parts(action: Any) -> Iterable[Any] | None:
    """The runnables that one of LangChain's is made of; None where it is made of none."""
    bound = getattr(action, "bound", None)
    if bound is not None and is_runnable(bound):
        return (bound,)
    for name in ("steps__", "steps"):
        steps = getattr(action, name, None)
        if isinstance(steps, Mapping):
            return steps.values()
        if isinstance(steps, (list, tuple)):
            return steps
    return None
