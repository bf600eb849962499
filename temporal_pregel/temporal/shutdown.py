"""Ending a process that ran a Temporal worker.

The SDK's native part keeps threads that may touch Python objects while the interpreter is being finalized: on CPython
3.11 some 5 to 15 % of such processes die with SIGABRT or SIGSEGV (exit code 134 or 139) after their last line. When
every worker and client has been freed, first while the event loop runs and again after it, nothing is left to touch.

So a script says `run(main())` where it would say `asyncio.run(main())`.
"""

from __future__ import annotations

import asyncio
import gc
import traceback
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, and then a process that is safe to end.

    Workers and clients must be locals of what `main` runs: one that a module keeps in a global variable is not freed.

    Raises:
        BaseException: What `main` raises. Its traceback keeps its lines, but no more the local variables of the frames.
    """
    try:
        return asyncio.run(_freed(main))
    except BaseException as error:
        _let_go(error)
        raise
    finally:
        gc.collect()


async def _freed(main: Coroutine[Any, Any, T]) -> T:
    try:
        return await main
    except BaseException as error:
        _let_go(error)
        raise
    finally:
        del main
        gc.collect()


def _let_go(error: BaseException | None) -> None:
    """Free the locals of the frames that an error went through, and of the errors behind it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
