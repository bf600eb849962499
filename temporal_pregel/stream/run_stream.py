"""A run that is read through its projections.

The reader drives it: whoever asks a projection for more moves the whole run on, by one event at a time, and what comes
by then waits in the other projections that are being read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from temporal_pregel.stream._types import ProtocolEvent
from temporal_pregel.stream.mux import StreamMux, event_of_part
from temporal_pregel.stream.stream_channel import StreamChannel

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

SubgraphStatus = Literal["started", "completed", "failed", "interrupted"]


class _Run:
    """What sync and async runs have in common: the last state, the questions, the projections as attributes.

    ``prefix`` comes before the namespaces of the graph's parts.
    """

    values: StreamChannel[Any]
    messages: StreamChannel[Any]
    lifecycle: StreamChannel[Any]
    subgraphs: StreamChannel[Any]
    extensions: Mapping[str, Any]

    def __init__(self, mux: StreamMux, prefix: tuple[str, ...] = ()) -> None:
        self._mux = mux
        self._prefix = prefix
        self._exhausted = False
        self._aborted = False
        self._latest: Any = None
        self._questions: list[Any] = []
        self.extensions = mux.extensions
        for name in mux.native:
            setattr(self, name, mux.extensions[name])

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            mux = self.__dict__.get("_mux")  # not there while a copy is being made
            known = f" (its projections: {', '.join(sorted(mux.extensions))})" if mux is not None else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{known}")

    def _observe(self, event: ProtocolEvent) -> None:
        params = event["params"]
        if event["method"] == "values" and tuple(params["namespace"]) == self._mux.scope:
            self._latest = params["data"]
            self._questions.extend(params.get("interrupts", ()))

    def _result(self) -> Any:
        if self._mux.error is not None:
            raise self._mux.error
        return self._latest


class GraphRunStream(_Run):
    """A run of `stream_events(version="v3")`. Iterating it gives its events; use it in a ``with`` block to end it when
    you stop reading.

    ``values``: the states after each superstep. ``messages``: a stream for each chat model's message. ``subgraphs``: a
    run like this one for each graph inside. ``lifecycle``: when those begin and end. ``extensions``: all projections
    by name, those of your own transformers too. Each has one reader.
    """

    def __init__(self, parts: Iterator[Any] | None, mux: StreamMux, *, prefix: tuple[str, ...] = ()) -> None:
        super().__init__(mux, prefix)
        self._parts = parts
        if parts is not None:
            mux.bind_pump(self._pump_next)

    def _pump_next(self) -> bool:
        if self._exhausted or self._parts is None:
            return False
        try:
            part = next(self._parts)
        except StopIteration:
            self._exhausted = True
            self._mux.close()
            return False
        except BaseException as error:
            self._exhausted = True
            self._mux.fail(error)
            if not isinstance(error, Exception):
                raise
            return False
        event = event_of_part(part, self._prefix)
        self._observe(event)
        try:
            self._mux.push(event)
        except BaseException as error:
            self._stop()
            self._mux.fail(error)
            if not isinstance(error, Exception):
                raise
            return False
        return True

    def _stop(self) -> None:
        self._exhausted = True
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()

    def _drive(self) -> None:
        while self._pump_next():
            pass

    def abort(self) -> None:
        """End the run here: no further superstep starts, and its projections end."""
        if not self._exhausted:
            self._stop()
            self._mux.close()

    @property
    def output(self) -> Any:
        """The state at the run's end, to which this drives it.

        Raises:
            Exception: what the run ended with.
        """
        self._drive()
        return self._result()

    @property
    def interrupted(self) -> bool:
        """Whether the run stopped with open questions; this drives it to its end."""
        return bool(self.interrupts)

    @property
    def interrupts(self) -> list[Any]:
        """The open questions that the run stopped with; this drives it to its end."""
        self._drive()
        self._result()
        return list(self._questions)

    def interleave(self, *names: str) -> Iterator[tuple[str, Any]]:
        """The items of several projections in the order in which they came, each with its projection's name.

        Raises:
            KeyError: there is no such projection.
            RuntimeError: one has a reader already.
        """
        channels: dict[str, StreamChannel[Any]] = {}
        try:
            for name in names:
                channel = self.extensions[name]
                channel._subscribe(is_async=False)
                channels[name] = channel
            while True:
                waiting = [(channel._items[0][0], name) for name, channel in channels.items() if channel._items]
                if waiting:
                    _, first = min(waiting)
                    yield first, channels[first]._items.popleft()[1]
                elif all(channel._closed for channel in channels.values()) or not self._pump_next():
                    if any(channel._items for channel in channels.values()):
                        continue
                    for channel in channels.values():
                        if channel._error is not None:
                            raise channel._error
                    return
        finally:
            for channel in channels.values():
                channel._release()

    def __iter__(self) -> Iterator[ProtocolEvent]:
        return iter(self._mux._events)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()


class AsyncGraphRunStream(_Run):
    """A run of `astream_events(version="v3")`, see `GraphRunStream`. Several tasks may read its projections at once."""

    def __init__(self, parts: AsyncIterator[Any] | None, mux: StreamMux, *, prefix: tuple[str, ...] = ()) -> None:
        super().__init__(mux, prefix)
        self._parts = parts
        self._step: asyncio.Task[bool] | None = None
        self._waiting = 0
        if parts is not None:
            mux.bind_apump(self._apump_next)

    async def _apump_next(self) -> bool:
        """Move on by one event, together with all who ask for it at the same time. If the last of them is cancelled,
        so is the run."""
        import asyncio

        if self._exhausted:
            return False
        step = self._step
        if step is None:
            step = self._step = asyncio.ensure_future(self._move())
        self._waiting += 1
        try:
            await asyncio.wait((step,))
        except asyncio.CancelledError:
            if self._waiting == 1:
                await self._cancel(step)
            raise
        finally:
            self._waiting -= 1
            if self._step is step and step.done():
                self._step = None
        return not step.cancelled() and step.result()

    async def _move(self) -> bool:
        assert self._parts is not None
        try:
            part = await anext(self._parts)
        except StopAsyncIteration:
            self._exhausted = True
            await self._mux.aclose()
            return False
        except BaseException as error:
            self._exhausted = True
            if not self._aborted:
                await self._mux.afail(error)
            if not isinstance(error, Exception):
                raise
            return False
        event = event_of_part(part, self._prefix)
        self._observe(event)
        try:
            await self._mux.apush(event)
        except BaseException as error:
            await self._stop()
            await self._mux.afail(error)
            if not isinstance(error, Exception):
                raise
            return False
        return True

    async def _cancel(self, step: asyncio.Task[bool]) -> None:
        import asyncio

        step.cancel()
        await asyncio.wait((step,))

    async def _stop(self) -> None:
        self._exhausted = True
        close = getattr(self._parts, "aclose", None)
        if close is not None:
            await close()

    async def _drive(self) -> None:
        while await self._apump_next():
            pass

    async def abort(self) -> None:
        """End the run here: what it is doing is cancelled, and its projections end."""
        if self._exhausted:
            return
        self._exhausted = self._aborted = True
        if self._step is not None:
            await self._cancel(self._step)
        await self._stop()
        await self._mux.aclose()

    async def output(self) -> Any:
        """The state at the run's end, to which this drives it.

        Raises:
            Exception: what the run ended with.
        """
        await self._drive()
        return self._result()

    async def interrupted(self) -> bool:
        """Whether the run stopped with open questions; this drives it to its end."""
        return bool(await self.interrupts())

    async def interrupts(self) -> list[Any]:
        """The open questions that the run stopped with; this drives it to its end."""
        await self._drive()
        self._result()
        return list(self._questions)

    def __aiter__(self) -> AsyncIterator[ProtocolEvent]:
        return aiter(self._mux._events)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.abort()


class _Subgraph(_Run):
    """A graph inside a run.

    ``path``: its namespace. ``graph_name``: the node that it is, or the agent's name. ``trigger_call_id``: the id of
    the task that runs it. ``status``, and the ``error`` that it failed with, as text.
    """

    path: tuple[str, ...]
    graph_name: str
    trigger_call_id: str | None
    status: SubgraphStatus
    error: str | None

    def _describe(self, graph_name: str, trigger_call_id: str | None) -> None:
        self.path = self._mux.scope
        self.graph_name = graph_name
        self.trigger_call_id = trigger_call_id
        self.status = "started"
        self.error = None

    def _end(self, status: SubgraphStatus, error: str | None) -> None:
        self.status = status
        self.error = error
        self._exhausted = True

    def _result(self) -> Any:
        if self.status == "failed":
            raise RuntimeError(self.error)
        return super()._result()


class SubgraphRunStream(_Subgraph, GraphRunStream):
    """A graph inside a run. Its projections are read like the run's, which moves on when they are."""

    def __init__(self, mux: StreamMux, *, graph_name: str, trigger_call_id: str | None = None) -> None:
        super().__init__(None, mux)
        self._describe(graph_name, trigger_call_id)

    def _pump_next(self) -> bool:
        pump = self._mux._pump
        return not self._exhausted and pump is not None and pump()


class AsyncSubgraphRunStream(_Subgraph, AsyncGraphRunStream):
    """A graph inside an async run, see `SubgraphRunStream`."""

    def __init__(self, mux: StreamMux, *, graph_name: str, trigger_call_id: str | None = None) -> None:
        super().__init__(None, mux)
        self._describe(graph_name, trigger_call_id)

    async def _apump_next(self) -> bool:
        pump = self._mux._apump
        return not self._exhausted and pump is not None and await pump()
