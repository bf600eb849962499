"""`stream` of a graph on Temporal: its run is followed through its history, and shown as it would be in process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from temporal_pregel.config import RunnableConfig, merge_configs
from temporal_pregel.errors import ParentCommand
from temporal_pregel.local.printing import Printer, debugged_inside, printed_modes
from temporal_pregel.local.streams import Part, as_dict, is_second, modes_of, shape
from temporal_pregel.pregel.options import durability_of, output_keys_of
from temporal_pregel.temporal.blocking import blocking_parts
from temporal_pregel.temporal.draining import Heed
from temporal_pregel.temporal.durable import calls_graphs, check_call, check_streams
from temporal_pregel.temporal.events import PAGE, TURN, Told, told_by
from temporal_pregel.temporal.following import Decided, Drain, Elapsed, Ended, Following, Reading, Started
from temporal_pregel.temporal.looking import ANSWER_WITHIN, Handle, Looking
from temporal_pregel.temporal.names import EVENTS
from temporal_pregel.temporal.raised import UNANSWERED, ThreadNotFoundError
from temporal_pregel.temporal.reading import Closed, Reader
from temporal_pregel.types import Command
from temporal_pregel.wire.envelope import from_text
from temporal_pregel.wire.payloads import raw_json, raw_value
from temporal_pregel.wire.v1.run_pb2 import EventPage

if TYPE_CHECKING:
    from temporal_pregel.runtime import RunControl
    from temporal_pregel.temporal.client import DurableGraph
    from temporal_pregel.types import StreamMode

LAST: Final = 2**31
"""An offset behind all that a run was ever told."""

OF_THE_RUN: Final = (ApplicationError, ParentCommand)
"""What can't be followed because the run has failed too: its own end says more."""


class Streaming(Looking):
    """The part of a durable graph's face that shows runs while they go on."""

    async def astream(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        stream_mode: StreamMode | Sequence[StreamMode] | None = None,
        subgraphs: bool = False,
        version: Literal["v1", "v2"] = "v1",
        context: Any = None,
        interrupt_before: Sequence[str] | Literal["*"] | None = None,
        interrupt_after: Sequence[str] | Literal["*"] | None = None,
        output_keys: str | Sequence[str] | None = None,
        control: RunControl | None = None,
        **options: Any,
    ) -> AsyncIterator[Any]:
        """Run the graph as `ainvoke` does, and yield what ``stream_mode`` asks for as it comes, as in process:
        ``values``, ``updates``, ``tasks``, ``checkpoints``, ``debug``.

        ``print_mode``, ``debug``: what is printed of it here, by whom reads.

        The run does not wait for the reader, and goes on when he leaves. What he sees is folded in his own process, so
        that has to have the graph as the workers have it. With ``subgraphs``, the parts of a graph that a node's
        function calls come when the node has ended; they are kept in the history.

        Raises:
            NotDurableError: a mode whose parts no history has (custom, messages, tools), or another option that only
                runs in process have.
            Exception: whatever `ainvoke` raises, after the parts that come before it.
        """
        durable = self._durable
        modes, several = modes_of(stream_mode, durable.app.stream_mode)
        second = is_second(version)
        merged = merge_configs(durable.app.config, config)
        check_streams(durable.app, modes)
        printer = self._printer(options, modes, subgraphs=subgraphs)
        durability_of(options, stacklevel=4)  # each leaves the same state: every superstep is recorded
        check_call(durable.name, merged, **options)
        given: dict[str, Any] = {
            "context": context,
            "interrupt_before": interrupt_before,
            "interrupt_after": interrupt_after,
            "control": control,
        }
        heed = Heed(control)
        outputs = output_keys_of(durable.app, output_keys)
        reading = Reading(modes if printer is None else printer.modes, subgraphs, second, outputs)
        handle, parts = await self._followed(input, merged, given, reading, printer)
        async with heed.of(handle), aclosing(parts):
            async for part in parts:
                yield as_dict(part) if reading.typed else shape(part, several=several, subgraphs=subgraphs)

    async def afollow(
        self,
        config: Mapping[str, Any],
        *,
        stream_mode: StreamMode | Sequence[StreamMode] | None = None,
        subgraphs: bool = False,
        version: Literal["v1", "v2"] = "v1",
        output_keys: str | Sequence[str] | None = None,
    ) -> AsyncIterator[Any]:
        """Read along with a thread that somebody else has started, from the beginning of its run until it waits or
        ends; also of one that is over. Any number of readers may. What comes is what `astream` yields.

        Raises:
            NotDurableError: as `astream`; or with ``subgraphs``, a node's function calls a graph, and who let the run
                go on did not ask for what it shows.
            ThreadError: there is no such thread, it runs another graph, or nobody answers for it.
            Exception: what the run ended with.
        """
        durable = self._durable
        modes, several = modes_of(stream_mode, durable.app.stream_mode)
        second = is_second(version)
        check_streams(durable.app, modes)
        check_call(durable.name, config)
        reading = Reading(modes, subgraphs, second, output_keys_of(durable.app, output_keys))
        handle = await self._running(config)
        async with aclosing(Follower(durable, handle, reading).parts()) as parts:
            async for part in parts:
                yield as_dict(part) if reading.typed else shape(part, several=several, subgraphs=subgraphs)

    def _printer(self, options: dict[str, Any], modes: tuple[str, ...], *, subgraphs: bool) -> Printer | None:
        """What prints a run whose reader asked for ``modes``, if anything is to be printed."""
        app = self._durable.app
        printed = printed_modes(app, options)
        check_streams(app, printed, "print_mode")
        return Printer(printed, modes, subgraphs=subgraphs) if printed or debugged_inside(app) else None

    async def _followed(
        self, input: Any, config: RunnableConfig, given: dict[str, Any], reading: Reading, printer: Printer | None
    ) -> tuple[Handle, AsyncGenerator[Part, None]]:
        """The run that takes an input or goes on, and what it shows from there."""
        durable = self._durable
        if reading.subgraphs and calls_graphs(durable.app):
            given["shown"] = reading.modes
        given["typed"] = reading.typed
        if input is None or isinstance(input, Command):
            try:
                heard = await self._heard(config)
            except ThreadNotFoundError:  # it begins with a command, or it is said again
                heard = 0
            handle, had_begun = await durable._go_on(input, config, given)
        else:
            handle, had_begun = await durable._opener.begin(input, config, given)
            heard = await self._latest_turn(handle) if had_begun else 0
        reading = replace(reading, since=heard if had_begun else None, prints=printer is not None)
        parts = Follower(durable, handle, reading).parts()
        return handle, parts if printer is None else printer.through(parts)

    def follow(self, config: Mapping[str, Any], **options: Any) -> Iterator[Any]:
        """`afollow`, for code without an event loop."""
        return blocking_parts(self.afollow(config, **options))

    def stream(self, input: Any, config: Mapping[str, Any] | None = None, **options: Any) -> Iterator[Any]:
        """`astream`, for code without an event loop."""
        return blocking_parts(self.astream(input, config, **options))

    async def _running(self, config: Mapping[str, Any]) -> Handle:
        """The run of a thread, whatever comes after it."""
        found = await self._durable._described(self._durable._handle(config))
        return self._durable.client.get_workflow_handle(found.id, run_id=found.run_id)

    async def _heard(self, config: Mapping[str, Any]) -> int:
        """How much the run of a thread has been told so far."""
        handle = await self._running(config)
        try:
            return (await said_since(handle, LAST)).next_offset
        except UNANSWERED as error:
            raise self._durable._silence(error, handle) from None

    async def _latest_turn(self, handle: Handle) -> int:
        """Where a run was given its latest input, among what it was told."""
        try:
            total = (await said_since(handle, LAST)).next_offset
            found = await said_since(handle, max(0, total - PAGE))
        except UNANSWERED as error:
            raise self._durable._silence(error, handle) from None
        return next((event.offset for event in reversed(found.events) if event.mode == TURN), total)


class Follower:
    """Follows one run: feeds `Following` with its history, and with what it was told while it waited."""

    def __init__(self, durable: DurableGraph, handle: Handle, reading: Reading) -> None:
        self._durable = durable
        self._handle = handle
        self._following = Following(reading)
        self._ahead: deque[Told] = deque()
        """What the run was told, as far as it is known here and not taken in yet."""
        self._resting = False
        """Whether the run waits, and nobody had said anything more when it was last asked."""

    async def parts(self) -> AsyncGenerator[Part, None]:
        """What the run shows, up to its end or until it waits for somebody.

        Raises:
            Exception: what the run ended with.
        """
        following = self._following
        feeds: Mapping[type[Any], Callable[[Any], list[Part]]] = {
            Started: following.start,
            Ended: following.end,
            Drain: following.drained,
            Elapsed: following.elapsed,
            Decided: following.decided,
        }
        try:
            async for page in Reader(self._durable.client, self._durable._graph, self._handle).pages():
                for item in page:
                    async for part in self._told():
                        yield part
                    if isinstance(item, Closed):
                        await self._conclude()
                        return
                    feed = feeds[type(item)]
                    for part in await asyncio.to_thread(feed, item):
                        yield part
                async for part in self._told():
                    yield part
                if self._resting:
                    for part in await asyncio.to_thread(following.stop):
                        yield part
                    return
                if following.fault is not None and not isinstance(following.fault, OF_THE_RUN):
                    raise following.fault
        except UNANSWERED as error:
            raise self._durable._silence(error, self._handle) from None
        finally:
            await asyncio.to_thread(following.close)

    async def _told(self) -> AsyncGenerator[Part, None]:
        following = self._following
        while following.rests:
            if not self._ahead:
                page = await said_since(self._handle, following.told)
                texts = await self._durable._fetched(self._handle, [event.data for event in page.events])
                graph = self._durable._graph
                self._ahead.extend(told_by(graph, event, text) for event, text in zip(page.events, texts, strict=True))
                self._resting = page.done and not page.events
                if not self._ahead:
                    return
            for part in await asyncio.to_thread(following.tell, self._ahead.popleft()):
                yield part
        self._resting = False

    async def _conclude(self) -> None:
        """The run is over: raise what it ended with."""
        await self._durable._result(self._handle)
        if self._following.fault is not None:
            raise self._following.fault
        if not self._following.done:
            raise RuntimeError(f"The thread '{self._handle.id}' ended in another way than its history lets expect.")


async def exhausted(parts: AsyncGenerator[Part, None]) -> None:
    """Go through parts that nobody reads, for they are printed."""
    async with aclosing(parts):
        async for _ in parts:
            pass


async def said_since(handle: Handle, offset: int) -> EventPage:
    """What a run was told while it waited."""
    raw = await handle.query(EVENTS, raw_value(str(offset)), result_type=RawValue, rpc_timeout=ANSWER_WITHIN)
    return from_text(raw_json(raw), EventPage)
