"""Streams of runs on the caller's thread: a procedure is performed for as long as somebody reads."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from temporal_pregel.local.performing import runner_of
from temporal_pregel.local.pool import start
from temporal_pregel.local.procedure import LocalRun, Procedure, Tasks, shows_on_the_way
from temporal_pregel.local.running import procedure_of
from temporal_pregel.local.saving import Io
from temporal_pregel.local.streams import Part

if TYPE_CHECKING:
    from queue import SimpleQueue

    Passing = SimpleQueue[Any]
    """Parts, and at last a pair of the next request and an error."""


def steps(run: LocalRun, procedure: Procedure) -> Iterator[Tasks | Io]:
    """Each request of a procedure, before it is performed; asking for the next one performs it."""
    log, run_step = run.session.log, runner_of(run)
    answer: Any = None
    error: BaseException | None = None
    while True:
        try:
            request = procedure.send(answer) if error is None else procedure.throw(error)
        except StopIteration:
            return
        yield request
        answer = error = None
        try:
            if type(request) is list:
                run_step(run, request)
            else:
                assert type(request) is Io
                answer = getattr(request.target or log, request.method)(*request.args)
        except BaseException as raised:
            error = raised


def stream(run: LocalRun, parts: list[Part], *, live: bool) -> Iterator[Part]:
    """Run, and yield parts as they come: while a request is performed that shows parts on its way, else after it.

    Nothing runs ahead of the reader: once it stops reading, no further superstep starts.
    """
    procedure = procedure_of(run)
    requests = steps(run, procedure)
    here = run.session.streams.sink
    try:
        request: Tasks | Io | None = None
        more = True
        while more:
            if request is not None and shows_on_the_way(run, request, live):
                from queue import SimpleQueue

                passing: Passing = SimpleQueue()
                run.session.streams.sink = passing.put
                request = yield from _perform_aside(requests, passing)
                run.session.streams.sink = here
            else:
                request = next(requests, None)
            more = request is not None
            if parts:
                yield from parts
                parts.clear()
    except GeneratorExit:
        procedure.close()
        raise
    except BaseException:
        yield from parts
        raise


def _perform_aside(requests: Iterator[Tasks | Io], passing: Passing) -> Generator[Part, None, Tasks | Io | None]:
    """Perform a request on a helper and yield the parts that it shows meanwhile; the next request."""
    context = copy_context()

    def one_request() -> None:
        try:
            passing.put((context.run(next, requests, None), None))
        except BaseException as error:
            passing.put((None, error))

    start(one_request)
    part = passing.get()
    try:
        while len(part) == 3:
            yield part
            part = passing.get()
    except GeneratorExit:
        while len(part) == 3:
            part = passing.get()
        raise
    if part[1] is not None:
        raise part[1]
    following: Tasks | Io | None = part[0]
    return following
