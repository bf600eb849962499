"""A run followed from outside: the same loop as in the workflow, with the outcomes that its history tells.

The state after a superstep is a function of plan, input and outcomes (invariant 1). So whoever reads the history can
fold it as the workflow did, and show what a run in process would show, and the run itself need not know that anybody
looks: it keeps nothing for readers, and a thousand of them cost it nothing.

Sans I/O: `Following` is given what came and gives the parts that follow from it; see `streaming` for where it comes
from.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, cast

from temporalio.common import RawValue

from temporal_pregel.core.loop import Loop, Phase
from temporal_pregel.local.printing import OfInside
from temporal_pregel.local.streams import Part
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.commands import writes_of_command
from temporal_pregel.temporal.draining import drained
from temporal_pregel.temporal.events import AGAIN, LOST, TERMS, TURN, UPDATE, Told
from temporal_pregel.temporal.losing import lose
from temporal_pregel.temporal.names import WAITING
from temporal_pregel.temporal.options import terms_of
from temporal_pregel.temporal.run import GraphRun
from temporal_pregel.temporal.showing import ShowingDriver
from temporal_pregel.temporal.stepping import SteppingLoop
from temporal_pregel.temporal.turns import another_turn, go_on_under, opened_loop, take_in, taken_up
from temporal_pregel.temporal.verdicts import Verdicts
from temporal_pregel.wire.v1.run_pb2 import RunOptions
from temporal_pregel.wire.v1.task_pb2 import Outcome


@dataclass(frozen=True)
class Reading:
    """What a reader wants to see. ``since``: how many things the run had been told before what he wants to see of it;
    None for a run from its beginning. ``prints``: whether graphs inside, compiled with ``debug``, print themselves."""

    modes: tuple[str, ...]
    subgraphs: bool = False
    typed: bool = False
    outputs: tuple[str, ...] | str | None = None
    since: int | None = None
    prints: bool = False


@dataclass(frozen=True)
class Started:
    """How a run began: its graph with the structure that it keeps, the JSON of its input, its options.
    ``first_run_id``: see `GraphRun`."""

    graph: ServedGraph
    text: str
    options: RunOptions
    thread: str
    first_run_id: str


@dataclass(frozen=True)
class Ended:
    """An activity has ended: what it told, or what ended it. ``name``: its id, where the run gave it one; else its
    type."""

    name: str
    outcome: RawValue | BaseException


@dataclass(frozen=True)
class Drain:
    """Somebody has asked the run to stop before its next superstep."""

    reason: str


@dataclass(frozen=True)
class Elapsed:
    """A timer of that name has fired."""

    name: str


@dataclass(frozen=True)
class Decided:
    """The run has gone on as far as it could with all that came before."""


@dataclass
class Nobody:
    """The window and the inbox of a run that is only followed: all may enter, and nobody is asked."""

    async def enter(self, size: int) -> None:
        """See `Window`."""

    def leave(self) -> None:
        """See `Window`."""

    def ask(self, question: Any) -> None:
        """See `Inbox`."""

    def drop(self) -> None:
        """See `Inbox`."""


class Following:
    """A run, for those who read along. To its drivers it is what `GraphRun` is in the workflow."""

    status = WAITING
    """When it is told something."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.live = reading.since is None
        """Whether parts are shown. What happened before is only folded."""
        self.told = 0
        """How much of what the run was told has been taken in."""
        self.done = False
        self.fault: BaseException | None = None
        """Why it could not be followed to its end."""
        self.window = self.inbox = Nobody()
        self.kept_graphs: dict[tuple[str, ...], Loop] = {}
        self.verdicts = Verdicts()
        self.began_at = 0
        self.turned = False
        self.drain: str | None = None
        self._loop = SteppingLoop()
        self._parts: list[Part] = []
        self._outcomes: dict[str, deque[RawValue | BaseException]] = {}
        self._awaited: dict[str, asyncio.Future[RawValue]] = {}
        self._timers: dict[str, asyncio.Future[None]] = {}
        self._elapsed: list[asyncio.Future[None] | None] = []
        """Timers that have fired since the run went on."""
        self._next: asyncio.Future[Told] | None = None
        self._main: asyncio.Task[None] | None = None
        self._undecided = False
        """Whether more may come that the run saw before it went on from where it is here."""
        self._held: list[asyncio.Future[None]] = []

    # From outside

    @property
    def rests(self) -> bool:
        """Whether it goes on only when it is told what the run was told."""
        return self._next is not None

    def start(self, started: Started) -> list[Part]:
        """The run has begun."""
        options = started.options
        self.graph = started.graph
        self.graph_name = started.graph.name
        self.terms = terms_of(options)
        self.drain = self.terms.drain if self.drain is None else self.drain
        self._undecided = options.HasField("plan")  # else the run has just decided: its plan is a part of that
        self.origin = options.origin if options.HasField("origin") else None
        self.goes_on, self.commanded = options.no_input, options.command
        self.thread = started.thread
        self.first_run_id = started.first_run_id
        self._main = self._loop.create_task(self._follow(started))
        return self._settled()

    def end(self, ended: Ended) -> list[Part]:
        """An activity has ended."""
        self._undecided = True
        awaited = self._awaited.pop(ended.name, None)
        if awaited is None:
            self._outcomes.setdefault(ended.name, deque()).append(ended.outcome)
        elif awaited.done():
            pass  # cancelled when a sibling failed: the run does not hear of it either
        elif isinstance(ended.outcome, BaseException):
            awaited.set_exception(ended.outcome)
        else:
            awaited.set_result(ended.outcome)
        return self._settled()

    def tell(self, told: Told) -> list[Part]:
        """The run was told something while it waited."""
        assert self._next is not None
        following, self._next = self._next, None
        following.set_result(told)
        return self._settled()

    def drained(self, asked: Drain) -> list[Part]:
        """Somebody has asked the run to stop before its next superstep."""
        if not self.rests:
            self.drain = asked.reason
        return []

    def elapsed(self, timer: Elapsed) -> list[Part]:
        """A timer has fired. What has ended together with it comes first, wherever it stands in the history."""
        self._undecided = True
        self._elapsed.append(self._timers.get(timer.name))
        return []

    def decided(self, _: Decided) -> list[Part]:
        """The run has seen all that has come so far, and has gone on."""
        self._undecided = False
        waited, self._elapsed, self._held = [*self._elapsed, *self._held], [], []
        for waiting in waited:
            if waiting is not None and not waiting.done():
                waiting.set_result(None)
        return self._settled()

    def stop(self) -> list[Part]:
        """The run waits, and nobody has said anything to it: what it waits for."""
        if self.live:
            self.driver._stopped()
        return self._taken()

    def close(self) -> None:
        """Follow no longer."""
        if self._main is not None:
            self._main.cancel()
            self._loop.run_ready()

    def _settled(self) -> list[Part]:
        self._loop.run_ready()
        main = self._main
        if main is not None and main.done() and not main.cancelled():
            self.fault = main.exception()
        return self._taken()

    def _taken(self) -> list[Part]:
        parts, self._parts = self._parts, []
        return parts

    # The run

    async def _follow(self, started: Started) -> None:
        run = cast("GraphRun", self)
        last = await taken_up(run)
        loop = opened_loop(run, started.graph, last, started.thread)
        driver = self.driver = ShowingDriver(self, started.graph, loop)
        take_in(run, driver, last, started.text)
        while True:
            await driver.supersteps()
            if loop.phase is Phase.DONE:
                self.done = True
                return
            if loop.phase is Phase.DRAINED:
                raise drained(self.drain, driver.where())
            await self._go_on(driver)

    async def _go_on(self, driver: ShowingDriver) -> None:
        self.drain = None
        while True:
            self._next = self._loop.create_future()
            said = await self._next
            place, self.told = self.told, self.told + 1
            if said.kind == UPDATE:
                driver.take(writes_of_command(driver.graph.plan, said.value))
                continue
            if said.kind == LOST:
                lose(driver, self.kept_graphs)
                continue
            if said.kind == TERMS:
                go_on_under(cast("GraphRun", self), said.value)
                driver.reconfigure()
                continue
            since = self.reading.since
            self.live = self.live or (since is not None and place >= since)
            if said.kind == TURN:
                self.terms = terms_of(said.value.options)
                driver.reconfigure()
                another_turn(cast("GraphRun", self), said.value)
            else:
                driver.resume(said.value, again=said.kind == AGAIN)
            return

    # What its drivers want of it

    async def hold(self) -> None:
        """Return when it is known whether the run was drained before the next superstep: what the run heard together
        with the end of an activity may stand behind it in the history."""
        if self._undecided:
            waiting: asyncio.Future[None] = self._loop.create_future()
            self._held.append(waiting)
            await waiting

    async def pause(self, seconds: float, name: str) -> None:
        """See `GraphRun.pause`."""
        waiting = self._timers[name] = self._loop.create_future()
        try:
            await waiting
        finally:
            del self._timers[name]

    async def caught_up(self) -> None:
        """See `GraphRun.caught_up`: whatever ends is told before a timer."""

    def emit(self, part: Part) -> None:
        """Show a part."""
        self._parts.append(part)

    def emit_inside(self, part: Part) -> None:
        """Show a part that a graph inside prints for itself."""
        self._parts.append(OfInside(*part))

    def now(self) -> float:
        """See `GraphRun.now`; nobody asks here."""
        return 0.0

    def show(self) -> None:
        """See `GraphRun.show`."""

    def lose(self) -> None:
        """See `GraphRun.lose`; it is told."""

    def read_input(self, graph: ServedGraph, text: str) -> Any:
        """See `GraphRun.read_input`."""
        return GraphRun.read_input(graph, text)

    def decode_answer(self, text: str) -> Any:
        """See `GraphRun.decode_answer`."""
        return self.graph.any.decode(text)

    def refuse(self, node: str, outcome: Outcome) -> None:
        """See `GraphRun.refuse`."""
        self.driver.forget(outcome.interrupts[0].id)

    async def execute(self, kind: str, *args: Any, activity_id: str = "", **options: Any) -> RawValue:
        """What the activity told that the run has scheduled here."""
        name = activity_id or kind
        known = self._outcomes.get(name)
        if known:
            outcome = known.popleft()
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome
        awaited: asyncio.Future[RawValue] = self._loop.create_future()
        self._awaited[name] = awaited
        return await awaited
