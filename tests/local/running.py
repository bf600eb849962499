"""Runs a graph both ways with one call, so that a test says each thing once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


def invoke(app: Any, given: Any, config: Any = None, **options: Any) -> Any:
    """With ``invoke``."""
    return app.invoke(given, config, **options)


def ainvoke(app: Any, given: Any, config: Any = None, **options: Any) -> Any:
    """With ``ainvoke``, on a new event loop."""
    return asyncio.run(app.ainvoke(given, config, **options))


def stream(app: Any, given: Any, config: Any = None, **options: Any) -> list[Any]:
    """All that ``stream`` yields."""
    return list(app.stream(given, config, **options))


def astream(app: Any, given: Any, config: Any = None, **options: Any) -> list[Any]:
    """All that ``astream`` yields, on a new event loop."""

    async def collect() -> list[Any]:
        return [part async for part in app.astream(given, config, **options)]

    return asyncio.run(collect())


Run = Callable[..., Any]
BOTH = [invoke, ainvoke]
BOTH_STREAMS = [stream, astream]
