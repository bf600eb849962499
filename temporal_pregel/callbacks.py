"""Handlers that are told when a graph stops with questions, or at a breakpoint, and when it goes on.

They are given beside LangChain's own in ``config["callbacks"]``, and need langchain-core (extra ``langchain``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.callbacks.manager import ahandle_event, handle_event

from temporal_pregel.types import Interrupt

__all__ = [
    "GraphCallbackHandler",
    "GraphInterruptEvent",
    "GraphLifecycleEvent",
    "GraphLifecycleStatus",
    "GraphResumeEvent",
]

GraphLifecycleStatus = Literal["input", "pending", "done", "interrupt_before", "interrupt_after", "out_of_steps"]


@dataclass(frozen=True, slots=True)
class GraphInterruptEvent:
    """The outermost graph has stopped: with questions, or at a breakpoint, as ``status`` says."""

    run_id: UUID | None
    status: GraphLifecycleStatus
    checkpoint_id: str
    checkpoint_ns: tuple[str, ...]
    interrupts: tuple[Interrupt, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphResumeEvent:
    """A graph, or one inside it, goes on from the checkpoint."""

    run_id: UUID | None
    status: GraphLifecycleStatus
    checkpoint_id: str
    checkpoint_ns: tuple[str, ...]


GraphLifecycleEvent = GraphInterruptEvent | GraphResumeEvent


class GraphCallbackHandler(BaseCallbackHandler):
    """Override what you want to be told of; in async runs the methods may be async.

    What they raise is logged, and with ``raise_error`` raised from the run.
    """

    def on_interrupt(self, event: GraphInterruptEvent) -> Any:
        """The outermost graph has stopped."""

    def on_resume(self, event: GraphResumeEvent) -> Any:
        """A graph goes on."""


class _GraphCallbackManager(BaseCallbackManager):
    """Tells those of its handlers that want to know of graphs."""

    def __init__(self, handlers: Sequence[BaseCallbackHandler] = (), **kwargs: Any) -> None:
        super().__init__(list(handlers), **kwargs)

    @property
    def listening(self) -> list[BaseCallbackHandler]:
        """The handlers that are told."""
        return [handler for handler in self.handlers if isinstance(handler, GraphCallbackHandler)]

    def tell(self, event: GraphLifecycleEvent) -> None:
        """Tell of ``event`` and wait until all have heard."""
        handle_event(self.listening, METHODS[type(event)], None, event)

    async def atell(self, event: GraphLifecycleEvent) -> None:
        """`tell`, on an event loop."""
        await ahandle_event(self.listening, METHODS[type(event)], None, event)


METHODS: dict[type, str] = {GraphInterruptEvent: "on_interrupt", GraphResumeEvent: "on_resume"}
