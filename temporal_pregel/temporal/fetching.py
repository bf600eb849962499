"""Asking a run for the values that its tasks refer to: one question at a time, each for all that is wanted by then.

A hundred tasks that start at once want the same value, or a hundred different ones. Either way that is one query, in
pieces below the server's payload limit: a query costs a workflow task, and a worker without a cache replays the run for
each. Whoever comes while a question is under way is in the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from weakref import WeakKeyDictionary

from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowQueryFailedError
from temporalio.common import RawValue

from temporal_pregel.temporal.names import VALUE
from temporal_pregel.wire.envelope import from_text, to_text
from temporal_pregel.wire.payloads import raw_json, raw_value
from temporal_pregel.wire.v1.value_pb2 import Piece, Pieces

MOST: Final = 500
"""Values that one query asks for."""

PATIENCE: Final = timedelta(seconds=5)
"""How long a run may take to answer a query for values, before it is asked again: the answer of a worker that was
killed never comes."""
LONGEST_PATIENCE: Final = timedelta(seconds=60)
"""The same for a run whose replay takes long."""

Ask = Callable[[Pieces], Awaitable[Pieces]]
"""Takes digests and offsets, gives what follows there."""


class Forgotten(Exception):
    """Nothing refers to that value any more: the run has gone on."""


class Fetcher:
    """Gets values from one run. ``idle`` is called when it has nothing to do any more."""

    def __init__(self, ask: Ask, idle: Callable[[], None] = lambda: None) -> None:
        self._ask = ask
        self._idle = idle
        self._wanted: dict[str, _Wanted] = {}
        self._asking: asyncio.Task[None] | None = None

    async def obtain(self, digest: str) -> str:
        """The text of a digest.

        Raises:
            Forgotten: the run does not keep it any more.
            Exception: what asking raised, to everyone who waited for an answer.
        """
        wanted = self._wanted.setdefault(digest, _Wanted())
        wanted.waiting += 1
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._ask_on())
        try:
            # Shielded: whoever gives up must not take the value away from the others.
            return await asyncio.shield(wanted.text)
        finally:
            wanted.waiting -= 1
            if not wanted.waiting and not wanted.text.done():
                del self._wanted[digest]
                if not self._wanted:
                    self._stop()

    async def _ask_on(self) -> None:
        await asyncio.sleep(0)  # for those that start in the same turn of the event loop
        while self._wanted:
            asked = dict(islice(self._wanted.items(), MOST))
            pieces = [Piece(digest=key, offset=len(wanted.data)) for key, wanted in asked.items()]
            try:
                self._take(asked, await self._ask(Pieces(pieces=pieces)))
            except Exception as error:
                for key, wanted in asked.items():
                    if not wanted.text.done():
                        self._settle(key, wanted, error)
        self._stop()

    def _take(self, asked: dict[str, _Wanted], answer: Pieces) -> None:
        moved = False
        for piece in answer.pieces:
            wanted = asked[piece.digest]
            wanted.data += piece.data
            moved = moved or bool(piece.data) or not piece.size
            if not piece.size:
                self._settle(piece.digest, wanted, Forgotten(piece.digest))
            elif len(wanted.data) >= piece.size:
                self._settle(piece.digest, wanted, wanted.data.decode())
        if not moved:
            raise RuntimeError("The run gave nothing of the values that it was asked for.")

    def _settle(self, digest: str, wanted: _Wanted, outcome: str | Exception) -> None:
        if self._wanted.get(digest) is not wanted:
            return  # nobody waits any more
        del self._wanted[digest]
        if isinstance(outcome, str):
            wanted.text.set_result(outcome)
        else:
            wanted.text.set_exception(outcome)

    def _stop(self) -> None:
        asking, self._asking = self._asking, None
        self._idle()
        if asking is not None and asking is not asyncio.current_task():
            asking.cancel()


class _Wanted:
    """A value that somebody waits for."""

    def __init__(self) -> None:
        self.text: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.waiting = 0
        self.data = bytearray()


async def ask_run(handle: WorkflowHandle[Any, Any], wanted: Pieces, **rpc: Any) -> Pieces:
    """Ask a run by a query."""
    raw = await handle.query(VALUE, raw_value(to_text(wanted)), result_type=RawValue, **rpc)
    return from_text(raw_json(raw), Pieces)


async def obtained(fetcher: Fetcher, digests: Iterable[str]) -> dict[str, str]:
    """The texts of several digests; raises as `Fetcher.obtain`."""
    keys = list(dict.fromkeys(digests))
    return dict(zip(keys, await asyncio.gather(*map(fetcher.obtain, keys)), strict=True))


_FETCHERS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], Fetcher]] = WeakKeyDictionary()


def fetcher_of(workflow_id: str, run_id: str) -> Fetcher:
    """The one fetcher of this process for a run."""
    fetchers = _FETCHERS.setdefault(asyncio.get_running_loop(), {})

    def drop(key: tuple[str, str]) -> None:
        fetchers.pop(key, None)

    key = workflow_id, run_id
    found = fetchers.get(key)
    if found is None:
        handle = activity.client().get_workflow_handle(workflow_id, run_id=run_id)
        fetchers[key] = found = Fetcher(lambda wanted: ask_until_told(handle, wanted), lambda: drop(key))
    return found


async def ask_until_told(handle: WorkflowHandle[Any, Any], wanted: Pieces) -> Pieces:
    """Ask a run for values. Tried again without end: that they can't be got is no fault of the node."""
    pause, patience = 0.1, PATIENCE
    while True:
        try:
            return await ask_run(handle, wanted, rpc_timeout=patience)
        except WorkflowQueryFailedError:
            raise
        except Exception:
            activity.logger.warning("Values can't be got from the run just now", exc_info=True)
            await asyncio.sleep(pause)
            pause, patience = min(2 * pause, 5.0), min(2 * patience, LONGEST_PATIENCE)
