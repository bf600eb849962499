"""Generator functions as nodes and routers: what they yield is added up, as chunks of one result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

_SYNC, _ASYNC = 0x20, 0x200  # code flags of generator functions


def _flags(function: Any) -> int:
    code = getattr(function, "__code__", None)
    if code is None:
        if isinstance(function, partial):
            return _flags(function.func)
        if not isinstance(function, type):
            code = getattr(getattr(type(function), "__call__", None), "__code__", None)  # noqa: B004 - its code is wanted
    return 0 if code is None else int(code.co_flags)


def yields_async(function: Any) -> bool:
    """Whether ``function`` is an async generator function."""
    return bool(_flags(function) & _ASYNC)


def returning(function: Any) -> Callable[..., Any]:
    """``function``; of a generator function, one that returns what it yields: added up with ``+`` as long as that can
    be done, else the last of it. None if there is nothing."""
    flags = _flags(function)
    if flags & _SYNC:
        return _sync(function)
    found: Callable[..., Any] = _async(function) if flags & _ASYNC else function
    return found


def _sync(function: Any) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        whole = None
        for chunk in function(*args, **named):
            whole = _added(whole, chunk)
        return whole

    return call


def _async(function: Any) -> Callable[..., Any]:
    async def call(*args: Any, **named: Any) -> Any:
        whole = None
        async for chunk in function(*args, **named):
            whole = _added(whole, chunk)
        return whole

    return call


def _added(whole: Any, chunk: Any) -> Any:
    if whole is None:
        return chunk
    try:
        return whole + chunk
    except TypeError:
        return chunk
