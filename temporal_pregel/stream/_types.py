"""What flows through a run that is read as events, and what may look at it on its way."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    import asyncio

    from temporal_pregel.stream.mux import StreamMux

logger = logging.getLogger(__name__)

ASYNC_METHODS = ("aprocess", "afinalize", "afail")


class EventParams(TypedDict):
    """``namespace``: of the graph that the event is about, outermost task first, empty for the outermost graph.
    ``timestamp``: milliseconds since 1970. ``interrupts``: open questions, of ``values`` events only."""

    namespace: list[str]
    timestamp: int
    data: Any
    interrupts: NotRequired[tuple[Any, ...]]


class ProtocolEvent(TypedDict):
    """One event. ``method`` is a stream mode, ``lifecycle``, or ``custom:<channel>`` for what a transformer sends.
    ``seq`` numbers the events that reach the run's reader."""

    type: Literal["event"]
    method: str
    params: EventParams
    seq: NotRequired[int]
    event_id: NotRequired[str]


class StreamTransformer(ABC):
    """Sees each event of a run, may change it or hold it back, and makes projections of its own.

    One is made for each scope: ``scope`` is the namespace of its graph, () for the outermost. It sees the events of
    that graph and of all graphs inside.
    """

    requires_async: ClassVar[bool] = False
    """Whether it works in async runs only. One that overrides an async method does, unless ``supports_sync``."""
    supports_sync: ClassVar[bool] = False
    required_stream_modes: ClassVar[tuple[str, ...]] = ()
    """The stream modes that the run has to show for it."""
    before_builtins: ClassVar[bool] = False
    """Whether it sees events before the built-in transformers do, for one that changes them."""

    _native: ClassVar[bool] = False
    """Whether its projections become attributes of the run."""
    _scheduled: set[asyncio.Task[Any]] | None = None

    def __init__(self, scope: tuple[str, ...] = ()) -> None:
        self.scope = scope

    @abstractmethod
    def init(self) -> dict[str, Any]:
        """Its projections by name; a `StreamChannel` among them is opened and closed with the run."""

    def _on_register(self, mux: StreamMux) -> None:  # noqa: B027 - most have nothing to do
        """It was taken into ``mux``."""

    def process(self, event: ProtocolEvent) -> bool:
        """See an event; False keeps it from the run's reader."""
        raise NotImplementedError(f"{type(self).__name__} has neither process nor aprocess")

    async def aprocess(self, event: ProtocolEvent) -> bool:
        """`process` in async runs."""
        return self.process(event)

    def finalize(self) -> None:  # noqa: B027
        """The run has ended; its channels are closed after this."""

    async def afinalize(self) -> None:
        """`finalize` in async runs."""
        self.finalize()

    def fail(self, err: BaseException) -> None:  # noqa: B027
        """The run has failed."""

    async def afail(self, err: BaseException) -> None:
        """`fail` in async runs."""
        self.fail(err)

    def schedule(
        self, coro: Coroutine[Any, Any, Any], *, on_error: Literal["log", "raise"] = "log"
    ) -> asyncio.Task[Any]:
        """Start work beside the run, which ends only after it. An error of it is logged, or fails the run.

        Raises:
            RuntimeError: no event loop is running.
        """
        import asyncio

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError(
                f"{type(self).__name__}.schedule requires a running event loop: read the run with astream_events"
            ) from None
        task = loop.create_task(coro if on_error == "raise" else _logged(coro))
        if self._scheduled is None:
            self._scheduled = set()
        self._scheduled.add(task)
        return task


async def _logged(coro: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await coro
    except Exception:
        logger.exception("What a stream transformer had scheduled failed")


def needs_async(transformer: StreamTransformer) -> bool:
    """Whether ``transformer`` works in async runs only."""
    if transformer.requires_async:
        return True
    return not transformer.supports_sync and any(overrides(transformer, name) for name in ASYNC_METHODS)


def overrides(transformer: StreamTransformer, name: str) -> bool:
    """Whether ``transformer`` has a method ``name`` of its own."""
    return getattr(type(transformer), name) is not getattr(StreamTransformer, name)
