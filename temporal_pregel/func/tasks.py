"""Functions whose calls are tasks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Generic, ParamSpec, TypeVar, overload

from temporal_pregel.nodes.context import current_task
from temporal_pregel.nodes.functions import task_node
from temporal_pregel.types import CachePolicy, RetryPolicy, TimeoutPolicy
from temporal_pregel.warnings import deprecated_name

P = ParamSpec("P")
T = TypeVar("T")
Retry = RetryPolicy | Sequence[RetryPolicy] | None
Timeout = float | timedelta | TimeoutPolicy | None


def as_policies(retry: Retry) -> tuple[RetryPolicy, ...]:
    """One policy, several or none, as a tuple."""
    return () if retry is None else (retry,) if isinstance(retry, RetryPolicy) else tuple(retry)


class TaskFunction(Generic[P, T]):
    """A function of which every call is a task: it runs beside its caller, and not again when a run is resumed."""

    def __init__(
        self,
        func: Callable[P, Any],
        *,
        name: str | None = None,
        retry_policy: Retry = None,
        cache_policy: CachePolicy | None = None,
        timeout: Timeout = None,
    ) -> None:
        inner = func.func if isinstance(func, functools.partial) else func
        self.func = func
        self.name = name or str(getattr(inner, "__name__", type(inner).__name__))
        self.node = task_node(self.name, func, as_policies(retry_policy), TimeoutPolicy.of(timeout), cache_policy)
        functools.update_wrapper(self, inner)
        self.__name__ = self.name

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Start the task. A future of its result: ``.result()`` waits for it, and in async code ``await`` does.

        Raises:
            RuntimeError: outside a graph; or the function is async and the graph was not started by ``ainvoke``.
        """
        return current_task().call(self.node, (args, kwargs))

    def clear_cache(self, cache: Any) -> None:
        """Forget in ``cache`` what this task has returned."""
        if self.node.code.cache is not None:
            cache.clear([self.node.code.cache.namespace])

    async def aclear_cache(self, cache: Any) -> None:
        """`clear_cache` for caches that are async."""
        if self.node.code.cache is not None:
            await cache.aclear([self.node.code.cache.namespace])


@overload
def task(
    function: None = None,
    /,
    *,
    name: str | None = None,
    retry_policy: Retry = None,
    cache_policy: CachePolicy | None = None,
    timeout: Timeout = None,
    **old: Any,
) -> Callable[[Callable[P, T]], TaskFunction[P, T]]: ...


@overload
def task(
    function: Callable[P, T],
    /,
    *,
    name: str | None = None,
    retry_policy: Retry = None,
    cache_policy: CachePolicy | None = None,
    timeout: Timeout = None,
    **old: Any,
) -> TaskFunction[P, T]: ...


def task(
    function: Any = None,
    /,
    *,
    name: str | None = None,
    retry_policy: Retry = None,
    cache_policy: CachePolicy | None = None,
    timeout: Timeout = None,
    **old: Any,
) -> Any:
    """Make a function a task, for an `entrypoint` or a node of a graph to call.

    A call starts it and gives a future. Its result is kept with the superstep, by the order of the calls: when the run
    is resumed, the calls must come in the same order. ``retry_policy``: one or several; the first that covers an
    error decides. ``cache_policy``: for how long what it returned stands for calling it again with the same arguments,
    where the graph has a cache. ``timeout``: of each attempt, for async functions; a number is seconds.
    """
    if "retry" in old:
        deprecated_name("retry", "retry_policy")
        retry_policy = retry_policy if retry_policy is not None else old.pop("retry")
    unknown = sorted(old.keys() - {"retry"})
    if unknown:
        raise TypeError(f"task got unknown arguments: {', '.join(unknown)}")
    limit = TimeoutPolicy.of(timeout)  # so that a wrong one is told before there is a function

    def make(func: Any) -> TaskFunction[Any, Any]:
        return TaskFunction(func, name=name, retry_policy=retry_policy, cache_policy=cache_policy, timeout=limit)

    return make if function is None else make(function)
