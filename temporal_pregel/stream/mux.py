"""Leads events through the transformers of one scope, to the readers of their projections and of the events."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, count
from types import MappingProxyType
from typing import Any, cast

from temporal_pregel.stream._types import ProtocolEvent, StreamTransformer, needs_async, overrides
from temporal_pregel.stream.stream_channel import StreamChannel

Factory = Callable[[tuple[str, ...]], StreamTransformer]
"""Makes a transformer for a scope; a transformer's class is one."""
Pump = Callable[[], bool]
"""Moves the run on by one event; False at its end."""
AsyncPump = Callable[[], Awaitable[bool]]


class StreamMux:
    """The transformers of one scope, their projections, and the log of the events that they let pass.

    ``factories`` make the transformers of this scope, and of the scopes inside it. ``parent`` is the mux of the scope
    around it.

    Raises:
        TypeError: a transformer's projections are no dict.
        ValueError: two transformers have a projection of the same name.
        RuntimeError: the run is sync and a transformer needs an async one.
    """

    def __init__(
        self,
        transformers: Sequence[StreamTransformer] = (),
        *,
        factories: Sequence[Factory] = (),
        scope: tuple[str, ...] = (),
        is_async: bool = False,
        parent: StreamMux | None = None,
    ) -> None:
        self.scope = scope
        self.is_async = is_async
        self._factories = factories
        self._parent = parent
        self._stamps = count(1)
        self._numbers = count(1)
        self._pump: Pump | None = None
        self._apump: AsyncPump | None = None
        self._events: StreamChannel[ProtocolEvent] = StreamChannel()
        self._channels: list[StreamChannel[Any]] = []
        self._owners: dict[str, StreamTransformer] = {}
        self._open(self._events)
        projections: dict[str, Any] = {}
        made = [*transformers, *(factory(scope) for factory in factories)]
        self._transformers = sorted(made, key=lambda transformer: not transformer.before_builtins)
        for transformer in made:
            projections.update(self._projections(transformer))
        self.extensions = MappingProxyType(projections)
        self.native = frozenset(name for name, owner in self._owners.items() if owner._native)
        if parent is not None:
            self.bind_pump(parent._pump)
            self.bind_apump(parent._apump)
        for transformer in made:
            transformer._on_register(self)

    def _projections(self, transformer: StreamTransformer) -> dict[str, Any]:
        kind = type(transformer).__name__
        if not self.is_async and needs_async(transformer):
            raise RuntimeError(
                f"{kind} requires an async run, for it sets requires_async or overrides an async method. "
                "Use astream_events, or set supports_sync."
            )
        made = transformer.init()
        if not isinstance(made, dict):
            raise TypeError(f"{kind}.init() must return a dict of projections, got {type(made).__name__}")
        for name in made:
            if name in self._owners:
                owner = type(self._owners[name]).__name__
                raise ValueError(f"Projections of {kind} conflict with those that are there: {name!r} (of {owner})")
            self._owners[name] = transformer
        for value in made.values():
            if isinstance(value, StreamChannel):
                self._open(value)
                if value.name is not None:
                    value._wire(self._forward(value.name if transformer._native else f"custom:{value.name}"))
        return made

    def _open(self, channel: StreamChannel[Any]) -> None:
        channel._bind(is_async=self.is_async)
        channel._bind_mux(self)
        self._channels.append(channel)

    def _forward(self, method: str) -> Callable[[Any], None]:
        def forward(item: Any) -> None:
            if not self._events._closed:
                self._log(event_of(method, self.scope, item))

        return forward

    def _log(self, event: ProtocolEvent) -> None:
        if self._parent is None:  # what a scope inside lets pass is numbered when it comes to the outermost log
            event["seq"] = next(self._numbers)
        self._events.push(event)

    def stamp(self) -> int:
        """A number above all that were given before, to know what came first."""
        return next(self._stamps)

    def transformer_by_key(self, name: str) -> StreamTransformer | None:
        """The transformer that the projection ``name`` belongs to."""
        return self._owners.get(name)

    def child(self, scope: tuple[str, ...]) -> StreamMux:
        """A mux with the same transformers for a scope inside this one.

        Raises:
            RuntimeError: the transformers of this one were not made by factories.
        """
        if not self._factories:
            raise RuntimeError("A StreamMux makes others for the graphs inside only if it has factories")
        return StreamMux(factories=self._factories, scope=scope, is_async=self.is_async, parent=self)

    @property
    def closed(self) -> bool:
        """Whether its events have ended."""
        return self._events._closed

    @property
    def error(self) -> BaseException | None:
        """What its events ended with."""
        return self._events._error

    # The run that it is driven by

    def bind_pump(self, pump: Pump | None) -> None:
        """Readers of its channels call ``pump`` for more."""
        self._pump = pump
        for channel in self._channels:
            channel._request_more = pump

    def bind_apump(self, pump: AsyncPump | None) -> None:
        """`bind_pump` in async runs."""
        self._apump = pump
        for channel in self._channels:
            channel._arequest_more = pump

    # Events

    def push(self, event: ProtocolEvent) -> None:
        """Show an event to all transformers, and log it if all of them let it pass."""
        shown = True
        for transformer in self._transformers:
            shown = transformer.process(event) and shown
        if shown and not self.closed:
            self._log(event)

    async def apush(self, event: ProtocolEvent) -> None:
        """`push` in async runs."""
        shown = True
        for transformer in self._transformers:
            if overrides(transformer, "aprocess"):
                shown = await transformer.aprocess(event) and shown
            else:
                shown = transformer.process(event) and shown
        if shown and not self.closed:
            self._log(event)

    # Its end

    def close(self) -> None:
        """The run has ended. An error of a transformer's `finalize` is raised when all is closed."""
        error: BaseException | None = None
        for transformer in self._transformers:
            try:
                transformer.finalize()
            except BaseException as raised:
                error = error or raised
        self._end(error)

    async def aclose(self) -> None:
        """`close` in async runs; it waits for what transformers have scheduled."""
        import asyncio

        error: BaseException | None = None
        for transformer in self._transformers:
            for task in transformer._scheduled or ():
                try:
                    await task
                except asyncio.CancelledError:
                    if not task.cancelled():
                        raise
                except Exception as raised:
                    error = error or raised
        for transformer in self._transformers:
            try:
                await transformer.afinalize()
            except BaseException as raised:
                error = error or raised
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        for channel in self._channels:
            if error is None:
                channel.close()
            else:
                channel.fail(error)
        if error is not None:
            raise error

    def fail(self, error: BaseException) -> None:
        """The run has failed: all readers get ``error``."""
        for transformer in self._transformers:
            try:
                transformer.fail(error)
            except Exception as raised:
                error.add_note(f"{type(transformer).__name__}.fail raised {raised!r}")
        for channel in self._channels:
            channel.fail(error)

    async def afail(self, error: BaseException) -> None:
        """`fail` in async runs; what transformers have scheduled is cancelled."""
        import asyncio

        scheduled = list(chain.from_iterable(transformer._scheduled or () for transformer in self._transformers))
        for task in scheduled:
            task.cancel()
        await asyncio.gather(*scheduled, return_exceptions=True)
        for transformer in self._transformers:
            try:
                await transformer.afail(error)
            except Exception as raised:
                error.add_note(f"{type(transformer).__name__}.afail raised {raised!r}")
        for channel in self._channels:
            channel.fail(error)


def event_of(method: str, namespace: tuple[str, ...], data: Any) -> ProtocolEvent:
    """An event of now."""
    return {
        "type": "event",
        "method": method,
        "params": {"namespace": list(namespace), "timestamp": int(time.time() * 1000), "data": data},
    }


def event_of_part(part: dict[str, Any], scope: tuple[str, ...] = ()) -> ProtocolEvent:
    """A stream part (version 2) as an event; ``scope`` comes before its namespace."""
    event = event_of(part["type"], (*scope, *part["ns"]), part["data"])
    if "interrupts" in part:
        event["params"]["interrupts"] = part["interrupts"]
    return event


def factories_of(given: Sequence[Any]) -> list[Factory]:
    """What a caller gave as transformers.

    Raises:
        TypeError: one is an instance, or can't be called with a scope.
    """
    for each in given:
        if isinstance(each, StreamTransformer):
            raise TypeError(
                f"transformers are made for each scope, so {type(each).__name__} can't be a pre-built instance: give "
                "its class, or a function like `lambda scope: MyTransformer(scope, ...)`"
            )
        if not callable(each):
            raise TypeError(f"transformers are classes or functions that take a scope, got {type(each).__name__}")
    return [cast("Factory", each) for each in given]
