"""Telling handlers that a graph stops, and that it goes on."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from temporal_pregel.core.loop import Phase

if TYPE_CHECKING:
    from temporal_pregel.local.procedure import LocalRun

STATUS = {Phase.BEFORE: "interrupt_before", Phase.AFTER: "interrupt_after"}


class Lifecycle:
    """What one run has told. In async runs handlers are told on its event loop, beside what goes on, and `told` waits
    for them."""

    def __init__(self, manager: Any, run_id: Any) -> None:
        self.manager = manager
        self.run_id = run_id
        self.loop: asyncio.AbstractEventLoop | None = None
        self._telling: list[Future[None]] = []

    def resumed(self, run: LocalRun) -> None:
        """The graph goes on from a checkpoint."""
        from temporal_pregel.callbacks import GraphResumeEvent

        self._tell(GraphResumeEvent(self.run_id, "pending", *_place(run)))

    def interrupted(self, run: LocalRun) -> None:
        """The graph has stopped."""
        from temporal_pregel.callbacks import GraphInterruptEvent

        status: Any = STATUS.get(run.loop.phase, "pending")
        self._tell(GraphInterruptEvent(self.run_id, status, *_place(run), run.loop.questions))

    def _tell(self, event: Any) -> None:
        if self.loop is None:
            self.manager.tell(event)
        else:
            self._telling.append(asyncio.run_coroutine_threadsafe(self.manager.atell(event), self.loop))

    async def told(self) -> None:
        """Wait until all have heard.

        Raises:
            Exception: what a handler raised that wants its errors to be raised.
        """
        telling, self._telling = self._telling, []
        for future in telling:
            await asyncio.wrap_future(future)


def _place(run: LocalRun) -> tuple[str, tuple[str, ...]]:
    return run.loop.checkpoint_id, tuple(run.loop.ns.split("|")) if run.loop.ns else ()


def lifecycle_of(chain: Any) -> Lifecycle | None:
    """Who is to be told of the run of ``chain``, a run manager; None where nobody wants to know."""
    callbacks = sys.modules.get("temporal_pregel.callbacks")  # nobody can be such a handler without it
    if callbacks is None:
        return None
    manager = callbacks._GraphCallbackManager(chain.handlers)
    return Lifecycle(manager, chain.run_id) if manager.listening else None
