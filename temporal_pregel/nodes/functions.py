"""Functions as tasks and as whole graphs: how they are called, and what their results write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.constants import END, PREVIOUS, RETURN
from temporal_pregel.core.plan import Node, Write
from temporal_pregel.nodes.caching import node_cache
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.calls import INJECTED, is_async, parameters
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.context import TaskContext
from temporal_pregel.types import CachePolicy, Final, RetryPolicy, TimeoutPolicy

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
"""What a task was called with, by place and by name."""


def call_with(function: Any) -> Calls:
    """How to call ``function`` with `Arguments`; what it asks for by name and was not given, it gets."""
    names = parameters(function)
    wanted = [(place, name, INJECTED[name]) for place, name in enumerate(names) if name in INJECTED]

    def call(given: Arguments, context: TaskContext) -> Any:
        args, kwargs = given
        missing = {name: get(context) for place, name, get in wanted if place >= len(args) and name not in kwargs}
        return function(*args, **kwargs, **missing)

    call.__wrapped__ = function  # type: ignore[attr-defined]  # whose arguments have names
    return Calls(coro=call) if is_async(function) else Calls(sync=call)


def write_return(result: Any) -> list[Write]:
    """The result of a task."""
    return [(RETURN, result)]


def write_final(result: Any) -> list[Write]:
    """The result of an entrypoint: what its caller gets, and what its next run sees as ``previous``."""
    if isinstance(result, Final):
        return [(END, result.value), (PREVIOUS, result.save)]
    return [(END, result), (PREVIOUS, result)]


def task_node(
    name: str,
    function: Any,
    retry: Sequence[RetryPolicy],
    timeout: TimeoutPolicy | None = None,
    cache: CachePolicy | None = None,
) -> Node:
    """The node that a call of ``function`` runs."""
    code = NodeCode(
        calls=call_with(function),
        write=write_return,
        retry=tuple(retry),
        timeout=timeout,
        cache=node_cache(cache, function),
    )
    return Node(name, (), (), code)


def result_of_call(task: Any) -> Any:
    """What a called task that has ended gives to its caller.

    Raises:
        GraphInterrupt: it asked something.
        Exception: whatever it raised.
    """
    from temporal_pregel.errors import GraphInterrupt

    if task.writes is not None:
        return next((value for channel, value in task.writes if channel == RETURN), None)
    if task.error is not None:
        raise task.error
    raise GraphInterrupt(task.interrupts)
