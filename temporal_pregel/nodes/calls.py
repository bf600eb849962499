"""User functions, with what they ask for by parameter name: ``config``, ``runtime``, ``writer``, ``store``,
``previous``.

What a function asks for is found once, when the graph is built; a function that asks for nothing is called directly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.context import TaskContext
from temporal_pregel.nodes.yielding import returning

INJECTED: dict[str, Callable[[TaskContext], Any]] = {
    "config": lambda context: context.config,
    "runtime": lambda context: context.runtime,
    "writer": lambda context: context.write_custom,
    "store": lambda context: context.run.store,
    "previous": lambda context: context.runtime.previous,
    "error": lambda context: context.failure,
}
"""Parameter name -> what it gets."""

_COROUTINE = 0x80 | 0x100  # code flags of `async def`, and of generators marked as coroutines


def is_async(function: Any) -> bool:
    """Whether calling ``function`` gives a coroutine."""
    code = getattr(function, "__code__", None)
    if code is not None:
        return bool(code.co_flags & _COROUTINE)
    import inspect

    if isinstance(function, type):
        return False
    call = getattr(type(function), "__call__", None)  # noqa: B004 - the method itself is wanted
    return (
        inspect.iscoroutinefunction(function)
        or (not inspect.isbuiltin(function) and call is not None and inspect.iscoroutinefunction(call))
        or is_async_partial(function)
    )


def is_async_partial(function: Any) -> bool:
    """Whether ``function`` is a `functools.partial` of an async one."""
    from functools import partial

    return isinstance(function, partial) and is_async(function.func)


def parameters(function: Any) -> tuple[str, ...]:
    """The names of the parameters that can be given by name."""
    code = _plain_code(function)
    if code is not None:
        names: tuple[str, ...] = code.co_varnames[code.co_posonlyargcount : code.co_argcount + code.co_kwonlyargcount]
        return names[1:] if hasattr(function, "__self__") and not code.co_posonlyargcount else names
    import inspect

    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))


def first_parameter(function: Any) -> str | None:
    """The name of the parameter that takes the state."""
    code = _plain_code(function)
    if code is not None:
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        return next(iter(names[1:] if hasattr(function, "__self__") else names), None)
    import inspect

    try:
        return next(iter(inspect.signature(function).parameters), None)
    except (TypeError, ValueError):
        return None


def _plain_code(function: Any) -> Any:
    # Of functions and methods whose signature is that of their code. A bound method's code has ``self`` too.
    if hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
        return None
    return getattr(function, "__code__", None)


def is_runnable(target: Any) -> bool:
    """Whether ``target`` is a graph or another object with ``invoke`` and ``ainvoke``."""
    return (
        not isinstance(target, type)
        and callable(getattr(type(target), "invoke", None))
        and callable(getattr(type(target), "ainvoke", None))
    )


def compile_call(target: Any) -> Calls:
    """How to call what the user gave as a node, a router or a task."""
    if is_runnable(target):
        if hasattr(target, "plan"):  # a graph, which asks the task itself
            return Calls(
                sync=lambda value, context: target.invoke(value, context.config),
                coro=lambda value, context: target.ainvoke(value, context.config),
            )
        return Calls(
            sync=lambda value, context: target.invoke(value, context.runnable_config),
            coro=lambda value, context: target.ainvoke(value, context.runnable_config),
        )
    names = parameters(target)
    wanted = [(name, INJECTED[name]) for name in names if name in INJECTED and name != first_parameter(target)]
    target = returning(target)
    if not wanted:
        if is_async(target):
            return Calls(coro=lambda value, _: target(value), plain_coro=target)
        return Calls(plain=target)

    def call(value: Any, context: TaskContext) -> Any:
        return target(value, **{name: get(context) for name, get in wanted})

    return Calls(coro=call) if is_async(target) else Calls(sync=call)
