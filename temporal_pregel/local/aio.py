"""Performs a procedure on an event loop.

Sync nodes must not block the loop, and a thread costs more than most of them: so one hop to a helper drives the
procedure for as long as only sync work comes up. Async nodes run on the loop, a single one without a task of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any

from temporal_pregel.core.task import Task
from temporal_pregel.local.keeping import Keeping
from temporal_pregel.local.performing import TURN, late, perform_eagerly, run_tasks
from temporal_pregel.local.pool import start, stops
from temporal_pregel.local.procedure import LocalRun, Procedure, Tasks, shows_on_the_way
from temporal_pregel.local.running import procedure_of
from temporal_pregel.local.saving import Io
from temporal_pregel.local.streams import Part
from temporal_pregel.nodes.arun import alone, arun_here, arun_task, rest
from temporal_pregel.nodes.functions import result_of_call
from temporal_pregel.nodes.legs import Leg
from temporal_pregel.nodes.run import run_task


async def hop(work: Callable[[], Any]) -> Any:
    """Run ``work`` on a helper thread in a copy of this context; its result."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()
    context = copy_context()

    def tell(result: Any, error: BaseException | None) -> None:
        if not done.cancelled():
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

    def on_helper() -> None:
        try:
            result, error = context.run(work), None
        except BaseException as raised:
            result, error = None, raised
        try:
            loop.call_soon_threadsafe(tell, result, error)
        except RuntimeError:  # the loop was closed while the node ran: nobody waits any more
            return

    start(on_helper)
    return await done


class Performer:
    """Performs the requests of one run.

    ``parts``: what a reader waits for; as soon as there are some, they come first. ``live``: see `shows_on_the_way`.
    """

    def __init__(self, run: LocalRun, parts: list[Part] | None = None, *, live: bool = False) -> None:
        self.run = run
        self.procedure: Procedure = procedure_of(run)
        self.awaits = run.session.log is not None and run.session.log.awaits
        self.parts = parts
        self.live = live
        self.until = monotonic() + TURN
        self.watched = False
        self.cancelled = False
        self.timeout: float | None = run.session.app.step_timeout
        self.eager = parts is None and self.timeout is None and run.session.run.tracing is None
        run.spawn = partial(spawn, asyncio.get_running_loop())
        self.request: Tasks | Io | None = None

    async def step(self) -> bool:
        """Perform what has been asked for, and where nobody has to see each superstep what comes after it, and learn
        the next request. False at the end."""
        request = self.request
        if request is None:
            return self.advance(None, None)
        if monotonic() > self.until:
            return await self.give_way()
        reached = perform_eagerly(self.run, self.procedure, request, self.until) if self.eager else request
        if reached is None:
            return False
        work: Coroutine[Any, Any, Any]
        if isinstance(reached, Leg):
            work = arun_one(self.run, reached.slot[1], reached)
        else:
            self.request = reached
            if self.blocks(reached):
                try:
                    return bool(await hop(self.drive))
                except asyncio.CancelledError:
                    self.cancelled = True
                    raise
            work = self.work(reached)
        try:
            answer = await work
        except BaseException as raised:
            return self.advance(None, raised)
        return self.advance(answer, None)

    def advance(self, answer: Any, error: BaseException | None) -> bool:
        """Tell the procedure the answer; whether it asks for more."""
        try:
            self.request = self.procedure.send(answer) if error is None else self.procedure.throw(error)
        except StopIteration:
            return False
        return True

    def blocks(self, request: Tasks | Io) -> bool:
        """Whether a request is to be performed on a helper."""
        if type(request) is not list or self.timeout is not None:
            return False
        for task in request:  # noqa: SIM110 - a generator expression costs as much as asking five tasks
            if not task.node.code.blocks:
                return False
        return True

    def to_watch(self) -> bool:
        """Whether a reader is there who may see something while the next request is performed."""
        request = self.request
        return self.parts is not None and request is not None and shows_on_the_way(self.run, request, self.live)

    def drive(self) -> bool:
        """On a helper: perform sync requests until something else comes up. Whether there is more to do."""
        run = self.run
        while True:
            request = self.request
            answer: Any = None
            error: BaseException | None = None
            try:
                if type(request) is list:
                    run_tasks(run, request)
                else:
                    assert type(request) is Io
                    answer = getattr(run.session.log, request.method)(*request.args)
            except BaseException as raised:
                error = raised
            if not self.advance(answer, error):
                return False
            assert self.request is not None
            if self.parts or self.cancelled or self.watched or self.to_watch():
                return not self.cancelled
            if type(self.request) is Io and not self.awaits and self.request.target is None:
                continue
            if not self.blocks(self.request):
                return True

    async def give_way(self) -> bool:
        """Let the loop turn: whoever waits for it, to cancel this run for one, would wait for the end of all supersteps
        otherwise. Whether there is more to do."""
        try:
            await asyncio.sleep(0)
        except BaseException as raised:
            return self.advance(None, raised)
        finally:
            self.until = monotonic() + TURN
        return True

    def work(self, request: Tasks | Io) -> Coroutine[Any, Any, Any]:
        """A request, to be awaited on the loop."""
        if type(request) is list:
            if self.timeout is not None:
                return self.within_time(request)
            return arun_one(self.run, request[0]) if len(request) == 1 else arun_tasks(self.run, request)
        assert type(request) is Io
        return self.ask(request)

    async def within_time(self, tasks: Tasks) -> None:
        """Run the tasks of a superstep that may take only so long."""
        limit = self.timeout
        assert limit is not None
        try:
            async with asyncio.timeout(limit):
                await arun_tasks(self.run, tasks)
        except TimeoutError:
            raise late(self.run, limit) from None

    async def ask(self, request: Io) -> Any:
        """Call the log."""
        log = self.run.session.log
        if request.target is not None:
            return await getattr(request.target, "a" + request.method)(*request.args)
        if self.awaits:
            return await getattr(log, "a" + request.method)(*request.args)
        return getattr(log, request.method)(*request.args)


def spawn(loop: asyncio.AbstractEventLoop, run: LocalRun, task: Task) -> Any:
    """Start a task that a task called: an asyncio future for async code, a thread's future for code on a helper."""

    async def work() -> Any:
        caching = None if task.node.code.cache is None else run.caching
        if caching is not None and task.writes is None:
            await caching.arecall_call(task)
            if run.showing is not None and task.cached:
                run.showing.end(task, cached=True)
        if task.writes is None:
            await run_one(run, task)
            if caching is not None:
                await caching.akeep_call(task)
        return result_of_call(task)

    try:
        here = asyncio.get_running_loop() is loop
    except RuntimeError:
        here = False
    return loop.create_task(work()) if here else asyncio.run_coroutine_threadsafe(work(), loop)


async def run_one(run: LocalRun, task: Task, keeping: Keeping | None = None) -> None:
    """Run a task, a sync one on a helper, keep what it left, and show its end."""
    context = run.session.run
    if task.node.code.blocks:
        await hop(lambda: run_task(task, context))
    else:
        await arun_here(task, context)
    if keeping is not None:
        await keep(keeping, task)
    if run.showing is not None:
        run.showing.end(task)


async def arun_one(run: LocalRun, task: Task, leg: Leg | None = None) -> None:
    """`arun_tasks`, for a superstep of one async task: the usual case, without a frame more than it needs. ``leg``: its
    first one, if that has been run."""
    well = False
    try:
        if leg is None:
            await arun_task(task, run.session.run)
        else:
            await rest(leg)
        if run.showing is not None:
            run.showing.end(task)
        well = task.error is None
    finally:
        if run.called:
            await finish_called(run, well=well)


async def arun_tasks(run: LocalRun, tasks: Sequence[Task]) -> None:
    """Run the tasks of one superstep on the loop, and wait for what they called.

    An error cancels the others; a question does not.
    """
    well = False
    try:
        await run_side_by_side(run, tasks)
        well = all(task.error is None for task in tasks)
    finally:
        if run.called:
            await finish_called(run, well=well)


async def finish_called(run: LocalRun, *, well: bool) -> None:
    """Wait for the tasks that tasks called; cancel them first where their caller has failed."""
    while run.called:
        called = [asyncio.wrap_future(future) if isinstance(future, Future) else future for future in run.called]
        run.called = []
        if not well:
            for future in called:
                future.cancel()
        await asyncio.gather(*called, return_exceptions=True)


async def run_side_by_side(run: LocalRun, tasks: Sequence[Task]) -> None:
    """Run tasks until all have ended, or one with an error."""
    if len(tasks) == 1:
        await alone(run_one(run, tasks[0]))
        return
    width, keeping = run.session.run.config.get("max_concurrency"), run.keeping
    gate = asyncio.Semaphore(width) if width else None
    if keeping is not None and not keeping.tasks:
        keeping = None

    async def gated(task: Task) -> None:
        if gate is None:
            await run_one(run, task, keeping)
        else:
            async with gate:
                await run_one(run, task, keeping)

    running = {asyncio.create_task(gated(task)): task for task in tasks}
    waiting: set[asyncio.Task[None]] = set(running)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for finished in done:
                finished.result()
            if any(stops(running[finished].error) and not running[finished].refused for finished in done):
                break
    finally:
        for left in waiting:
            left.cancel()
        if waiting:
            await asyncio.gather(*waiting, return_exceptions=True)


async def keep(keeping: Keeping, task: Task) -> None:
    """Keep what a task left; it has failed if that can't be kept."""
    log: Any = keeping.log
    try:
        await log.ahold(*keeping.kept(task))
    except Exception as error:
        task.writes = None
        task.fail(error)


async def perform(run: LocalRun) -> Any:
    """Run to the end; its output."""
    performer = Performer(run)
    while await performer.step():
        pass
    return run.value


async def stream(run: LocalRun, parts: list[Part], *, live: bool) -> AsyncIterator[Part]:
    """Run, and yield parts as they come: while a request is performed that shows parts on its way, else after it."""
    performer = Performer(run, parts, live=live)
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    here = run.session.streams.sink

    def sink(part: Part) -> None:
        parts.append(part)
        loop.call_soon_threadsafe(came.set)

    more = True
    try:
        while more:
            performer.watched = performer.to_watch()
            if performer.watched:
                run.session.streams.sink = sink
                step = asyncio.ensure_future(performer.step())
                step.add_done_callback(lambda _: came.set())
                try:
                    while not step.done():
                        await came.wait()
                        came.clear()
                        while parts:
                            yield parts.pop(0)
                finally:
                    if not step.done():
                        step.cancel()
                        await asyncio.gather(step, return_exceptions=True)
                    run.session.streams.sink = here
                more = step.result()
            else:
                more = await performer.step()
            while parts:
                yield parts.pop(0)
    except Exception:
        while parts:
            yield parts.pop(0)
        raise
