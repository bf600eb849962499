"""What is called where a node, a router or a handler runs. `calls` makes it of what the user gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from temporal_pregel.core.plan import made_again
from temporal_pregel.nodes.context import TaskContext

Call = Callable[[Any, TaskContext], Any]


@dataclass(frozen=True, eq=False)
class Calls:
    """A user's callable, ready to run.

    ``plain``: takes the input alone. Else ``sync`` takes the input and the task's context, and ``coro`` gives an
    awaitable; ``plain_coro`` is a shorter way to ``coro`` for a callable that takes the input alone. What the callable
    can't do is None.
    """

    plain: Callable[[Any], Any] | None = None
    sync: Call | None = None
    coro: Call | None = None
    plain_coro: Callable[[Any], Any] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again(self)
